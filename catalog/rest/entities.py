"""Reading entities: lists, pages, by refs, by name, by uid, facets."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.http.response import HttpResponseBase

from catalog.query.entity_query import EntityQuery
from catalog.query.filtering import Filter
from catalog.rest.answers import Answer, Reading, catalog_read, streamed
from catalog.rest.documents import Document, View, json_array
from catalog.rest.facets import count_facets
from catalog.rest.filters import query_of_filters, query_of_predicate
from catalog.rest.listing import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Listing,
    Page,
    first_page,
    open_after,
    page_at,
    page_by_offset,
    stream,
)
from catalog.rest.ordering import Order
from portal.rest.errors import NotFound
from portal.rest.views import bad_request, json_body, number_of, rest_view, texts, whole_number

MAX_REFS = 1000


def list_entities(reading: Reading) -> bytes | Answer | HttpResponseBase:
    """`GET /entities`: everything as one streamed array, or a part of it with a Link to the next."""
    given = reading.request.GET
    filters = tuple(given.getlist("filter"))
    orders = [_order(text) for text in given.getlist("order")]
    view = reading.view(given.getlist("fields"))
    if not {"limit", "offset", "after"} & given.keys():
        listing = Listing(filters, order=orders[0] if orders else Order())
        listing.query()  # a bad filter is refused before the first byte is sent
        return streamed(reading.request, stream(listing, view))
    offset = number_of(given.get("offset", "0"), "offset")
    limit = number_of(given["limit"], "limit") if "limit" in given else None
    if limit == 0:
        raise bad_request("Invalid limit, must be greater than zero", "limit")
    if "after" in given:
        limit, offset = open_after(given["after"], reading.viewer)
    page = page_by_offset(query_of_filters(filters), orders, view, limit=limit, offset=offset)
    body = json_array(document.text for document in page.documents)
    if not page.next_cursor:
        return body
    kept = [(name, text) for name in given for text in given.getlist(name) if name not in ("offset", "after")]
    return Answer(body, f'</entities?{urlencode([*kept, ("after", page.next_cursor)])}>; rel="next"')


def _order(text: str) -> Order:
    direction, colon, field = text.partition(":")
    if not colon or direction not in ("asc", "desc") or not field:
        message = f'Invalid order parameter "{text[:200]}", expected "<asc or desc>:<field name>"'
        raise bad_request(message, "order")
    return Order.read(field, direction)


def query_entities(reading: Reading) -> bytes:
    """`GET /entities/by-query`."""
    given = reading.request.GET
    limit = number_of(given["limit"], "limit") if "limit" in given else DEFAULT_LIMIT
    view = reading.view(given.getlist("fields"))
    if given.get("cursor"):
        return _page_body(page_at(given["cursor"], view, limit=min(limit, MAX_LIMIT)))
    orders = [_order_field(text) for text in given.getlist("orderField")]
    listing = Listing(
        filters=tuple(given.getlist("filter")),
        order=orders[0] if orders else Order(),
        term=given.get("fullTextFilterTerm", "").strip(),
        term_fields=tuple(
            field for text in given.getlist("fullTextFilterFields") for field in text.split(",") if field
        ),
    )
    offset = number_of(given.get("offset", "0"), "offset")
    return _first_page(listing, view, limit, offset, given.get("totalItems"))


def _order_field(text: str) -> Order:
    field, *directions = text.split(",")
    return Order.read(field, directions[0] if directions else None)


def query_entities_by_body(reading: Reading) -> bytes:
    """`POST /entities/by-query`: the same with a predicate."""
    body = json_body(reading.request, optional=True)
    limit = whole_number(body["limit"], "limit") if body.get("limit") is not None else DEFAULT_LIMIT
    view = reading.view(texts(body.get("fields"), "fields"))
    if body.get("cursor") is not None:
        return _page_body(page_at(str(body["cursor"]), view, limit=min(limit, MAX_LIMIT)))
    text = body.get("fullTextFilter") or {}
    if not isinstance(text, dict) or not isinstance(text.get("term", ""), str):
        raise bad_request("Invalid fullTextFilter, must be {term, fields}", "fullTextFilter")
    listing = Listing(
        predicate=body.get("query"),
        order=_first_order(body.get("orderBy")),
        term=text.get("term", "").strip(),
        term_fields=tuple(texts(text.get("fields"), "fullTextFilter.fields")),
    )
    if "query" in body and not isinstance(body["query"], dict):
        raise bad_request("Query must be an object", "query")
    offset = whole_number(body.get("offset") or 0, "offset")
    return _first_page(listing, view, limit, offset, body.get("totalItems"))


def _first_order(orders: Any) -> Order:
    """Only the first order counts; all are checked."""
    if orders is None:
        return Order()
    if not isinstance(orders, list) or not all(
        isinstance(order, dict) and isinstance(order.get("field"), str) for order in orders
    ):
        raise bad_request("Invalid orderBy, must be a list of {field, order}", "orderBy")
    found = [Order.read(order["field"], order.get("order", "")) for order in orders]
    return found[0] if found else Order()


def _first_page(listing: Listing, view: View, limit: int, offset: int, total: Any) -> bytes:
    if total not in (None, "include", "exclude"):
        message = f'Invalid totalItems parameter "{total}", expected one of: include, exclude'
        raise bad_request(message[:200], "totalItems")
    size = min(limit, MAX_LIMIT)
    return _page_body(first_page(listing, view, limit=size, offset=offset, with_total=total != "exclude"))


def _page_body(page: Page) -> bytes:
    info = {"nextCursor": page.next_cursor, "prevCursor": page.previous_cursor}
    cursors = orjson.dumps({name: cursor for name, cursor in info.items() if cursor})
    items = json_array(document.text for document in page.documents)
    return b'{"items":%b,"totalItems":%d,"pageInfo":%b}' % (items, page.total, cursors)


def entities_by_refs(reading: Reading) -> bytes:
    """`POST /entities/by-refs`: in the order asked for, null for what is missing, hidden or filtered out."""
    body = json_body(reading.request)
    refs = texts(body.get("entityRefs"), "entityRefs")
    if "entityRefs" not in body:
        raise bad_request("Malformed request body: entityRefs is required", "entityRefs")
    if len(refs) > MAX_REFS:
        raise bad_request(f"Ask for at most {MAX_REFS} refs at once", "entityRefs", code="TOO_MANY_REFS")
    filters = [query_of_filters(reading.request.GET.getlist("filter"))]
    if "query" in body:
        filters.append(query_of_predicate(body["query"]))
    view = reading.view([*texts(body.get("fields"), "fields"), *reading.request.GET.getlist("fields")])
    asked = [query for query in filters if query != EntityQuery()]
    found = _filtered(view, refs, asked) if asked else view.by_refs(refs)
    return b'{"items":%b}' % json_array(found[ref].text if ref in found else b"null" for ref in refs)


def _filtered(view: View, refs: list[str], queries: list[EntityQuery]) -> dict[str, Document]:
    rows = view.rows().filter(ref__in=[ref for ref in refs if "\x00" not in ref])
    for query in queries:
        rows = rows.filter(Filter(view.viewer, view.hidden).q(query))
    return {document.ref: document for document in view.documents(rows)}


def entity_by_name(reading: Reading, kind: str, namespace: str, name: str) -> bytes:
    """`GET /entities/by-name/{kind}/{namespace}/{name}`."""
    found = reading.view().by_refs([f"{kind}:{namespace}/{name}".lower()])
    return _one(
        [*found.values()], f"No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
    )


def entity_by_uid(reading: Reading, uid: str) -> bytes:
    """`GET /entities/by-uid/{uid}`."""
    missing = f"No entity with uid {uid[:80]}"
    try:
        wanted = UUID(uid)
    except ValueError:
        raise NotFound(missing, code="ENTITY_NOT_FOUND") from None
    view = reading.view()
    return _one(view.documents(view.rows().filter(uid=wanted)), missing)


def _one(found: list[Document], missing: str) -> bytes:
    if not found:
        raise NotFound(missing, code="ENTITY_NOT_FOUND")
    return found[0].text


def read_facets(reading: Reading) -> bytes:
    """`GET /entity-facets`."""
    given = reading.request.GET
    return _facets(reading, given.getlist("facet"), query_of_filters(given.getlist("filter")))


def read_facets_by_body(reading: Reading) -> bytes:
    """`POST /entity-facets`: the same with a predicate."""
    body = json_body(reading.request)
    query = query_of_predicate(body["query"]) if "query" in body else EntityQuery()
    return _facets(reading, texts(body.get("facets"), "facets"), query)


def _facets(reading: Reading, facets: list[str], query: EntityQuery) -> bytes:
    return orjson.dumps({"facets": count_facets(facets, query, reading.view())})


entities = rest_view(GET=catalog_read(list_entities))
by_query = rest_view(GET=catalog_read(query_entities), POST=catalog_read(query_entities_by_body))
by_refs = rest_view(POST=catalog_read(entities_by_refs))
by_name = rest_view(GET=catalog_read(entity_by_name))
entity_facets = rest_view(GET=catalog_read(read_facets), POST=catalog_read(read_facets_by_body))
read_by_uid = catalog_read(entity_by_uid)
