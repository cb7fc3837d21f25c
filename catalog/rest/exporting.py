"""`GET /api/catalog/export.csv` and `export.json`: what the catalog page lists, all of it, streamed.

`filter` is the page's filter as JSON (`EntityFilter` of the GraphQL schema), `search` its text, `orderBy` its
order as JSON (`EntityOrder`).
"""

import csv
import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import graphene
import orjson
from django.http.response import HttpResponseBase
from graphql import GraphQLError, GraphQLInputType
from graphql.utilities import coerce_input_value
from rest_framework.request import Request

from catalog.models import Entity
from catalog.rest.answers import read_by, streamed
from catalog.rest.documents import View
from catalog.schema.filters import EntityFilter, EntityOrderInput, to_query
from catalog.selectors import find_entities, owner_refs_by_entity, related_refs_by_entity
from portal.rest.views import JSON, bad_request, rest_view

BATCH = 500
CSV = "text/csv; charset=utf-8"
COLUMNS = (
    "ref", "kind", "namespace", "name", "title", "type", "lifecycle", "owner", "system", "tags",
    "description",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""How a text begins that a spreadsheet would compute (CSV injection, OWASP)."""


def export_json(request: Request) -> HttpResponseBase:
    view, ids = _asked(request)
    return _download(request, _json_pieces(view, ids), JSON, "catalog.json")


def export_csv(request: Request) -> HttpResponseBase:
    view, ids = _asked(request)
    return _download(request, _csv_pieces(view, ids), CSV, "catalog.csv")


def _download(request: Request, pieces: Iterator[bytes], content_type: str, name: str) -> HttpResponseBase:
    response = streamed(request, pieces, content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(request: Request) -> tuple[View, list[int]]:
    """Whose eyes the entities are read with, and which they are, in their order."""
    view = read_by(request).view()
    given = request.GET
    query = to_query(
        _input("filter", given.get("filter", "")),
        search=given.get("search", "").replace("\x00", ""),
        order_by=_input("orderBy", given.get("orderBy", "")),
    )
    return view, list(find_entities(query, viewer=view.viewer).values_list("pk", flat=True))


def _input(name: str, text: str) -> Any:
    """An argument as GraphQL reads it. Raises PortalError (400) for what it is not."""
    if not text:
        return None
    try:
        value = orjson.loads(text)
        return coerce_input_value(value, _arguments()[name])
    except (orjson.JSONDecodeError, GraphQLError) as error:
        raise bad_request(f"{name} is not what the page sends: {str(error)[:200]}", name) from None


@cache
def _arguments() -> dict[str, GraphQLInputType]:
    types = graphene.Schema(types=[EntityFilter, EntityOrderInput]).graphql_schema.type_map
    return {"filter": types["EntityFilter"], "orderBy": types["EntityOrder"]}


def _batches(ids: list[int]) -> Iterator[list[int]]:
    yield from (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _json_pieces(view: View, ids: list[int]) -> Iterator[bytes]:
    separator = b"["
    for batch in _batches(ids):
        documents = view.documents(view.rows().filter(pk__in=batch), beside=("id",))
        found = {int(document.values[0]): document.text for document in documents}
        if found:
            yield separator + b",\n".join(found[pk] for pk in batch if pk in found)
            separator = b",\n"
    yield b"]\n" if separator != b"[" else b"[]\n"


def _csv_pieces(view: View, ids: list[int]) -> Iterator[bytes]:
    yield _lines([COLUMNS])
    for batch in _batches(ids):
        found = {entity.pk: entity for entity in view.rows().filter(pk__in=batch)}
        entities = [found[pk] for pk in batch if pk in found]
        owners = owner_refs_by_entity(entities, viewer=view.viewer)
        wholes = related_refs_by_entity(entities, ["partOf"], viewer=view.viewer)
        yield _lines(_row(entity, owners.get(entity.pk, ""), wholes[entity.pk]) for entity in entities)


def _row(entity: Entity, owner: str, wholes: list[tuple[str, str]]) -> tuple[str, ...]:
    systems = [ref for _, ref in wholes if ref.startswith("system:")]
    tags = [tag for tag in entity.content["metadata"].get("tags") or () if isinstance(tag, str)]
    return (
        entity.ref, entity.kind, entity.namespace, entity.name, entity.title, entity.type, entity.lifecycle,
        owner, " ".join(systems), " ".join(tags), entity.description,
    )  # fmt: skip


def _lines(rows: Any) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: str) -> str:
    """Text that stays text in a spreadsheet."""
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value


as_json = rest_view(GET=export_json)
as_csv = rest_view(GET=export_csv)
