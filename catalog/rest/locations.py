"""Registered locations: listed, registered, tried without registering, given another target, removed."""

from typing import Any
from uuid import UUID

import orjson
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from catalog.entities.refs import LocationRef
from catalog.ingestion.homes import home_ref
from catalog.models import Location
from catalog.refresh import jobs
from catalog.rest.cursors import read_cursor, write_cursor
from catalog.rest.matching import matches
from catalog.selectors import find_locations, find_visible, get_location
from catalog.services import unregister_location
from portal.accounts.principal import Principal
from portal.accounts.viewer import viewer_of
from portal.rest.errors import Conflict, NotFound
from portal.rest.views import bad_request, json_answer, json_body, no_content, rest_view, whole_number

DEFAULT_LIMIT = 1000
YES = ("true", "1", "yes", "y", "t", "on")


def describe(location: Location) -> dict[str, str]:
    """A location as Backstage's clients know it."""
    return {
        "id": str(location.uid),
        "type": location.type,
        "target": location.target,
        "entityRef": str(home_ref(location)),
    }


def list_locations(request: Request) -> HttpResponseBase:
    """`GET /locations`."""
    return json_answer([{"data": describe(each)} for each in find_locations(viewer=viewer_of(request))])


def query_locations(request: Request) -> HttpResponseBase:
    """`POST /locations/by-query`: those that a predicate over id, type, target and entityRef fits, by id."""
    viewer = viewer_of(request)
    body = json_body(request, optional=True)
    limit, query, after = body.get("limit", DEFAULT_LIMIT), body.get("query"), ""
    if body.get("cursor") is not None:
        limit, query, after = read_cursor("locations", str(body["cursor"]), viewer)
    if whole_number(limit, "limit") < 1:
        raise bad_request("Limit must be a positive integer >= 1", "limit")
    if query is not None and not isinstance(query, dict):
        raise bad_request("Query must be an object", "query")
    described = map(describe, find_locations(viewer=viewer))
    found = sorted((each for each in described if matches(each, query or {})), key=lambda each: each["id"])
    rest = [each for each in found if each["id"] > after]
    page = rest[:limit]
    more = len(rest) > limit
    info = {"nextCursor": write_cursor("locations", [limit, query, page[-1]["id"]], viewer)} if more else {}
    return json_answer({"items": page, "totalItems": len(found), "pageInfo": info})


def create_location(request: Request) -> HttpResponseBase:
    """`POST /locations`, with `dryRun` and `onConflict`."""
    actor = viewer_of(request)
    kind, target = read_location_input(json_body(request))
    wanted = f"{kind}:{target}"
    if request.GET.get("dryRun", "").lower() in YES:
        return json_answer(_try(kind, target, actor), status=201)
    strategy = request.GET.get("onConflict", "reject")
    if strategy not in ("reject", "refresh"):
        raise bad_request("onConflict is refresh or reject", "onConflict")
    try:
        location = jobs.register_location(wanted, actor=actor)
    except Conflict:
        known = _known(kind, target, actor)
        if known is None or strategy == "reject":
            raise Conflict(f"Location {wanted} already exists", code="LOCATION_EXISTS") from None
        location = jobs.refresh_location(known.uid, actor=actor)
    return json_answer({"location": describe(location), "entities": []}, status=201)


def read_location_input(body: dict[str, Any]) -> tuple[str, str]:
    """`{type, target}` and nothing else but `presence`."""
    kind, target = body.get("type"), body.get("target")
    unknown = sorted(body.keys() - {"type", "target", "presence"})
    if unknown:
        raise bad_request(f"Malformed request: unrecognized keys {', '.join(unknown)[:200]}")
    if not isinstance(kind, str) or not isinstance(target, str):
        raise bad_request("Malformed request: type and target are required strings")
    if body.get("presence") not in (None, "required", "optional"):
        raise bad_request("Malformed request: presence is required or optional")
    return kind, target


def _try(kind: str, target: str, actor: Principal) -> dict[str, Any]:
    documents = jobs.read_location(f"{kind}:{target}", actor=actor)
    tried = Location(type=kind, target=target)
    location = {**describe(tried), "id": f"{kind}:{target}"}
    return {
        "location": location,
        "entities": [orjson.Fragment(document) for document in documents],
        "exists": _known(kind, target, actor) is not None,
    }


def _known(kind: str, target: str, viewer: Principal) -> Location | None:
    where = LocationRef.parse(f"{kind}:{target}")
    return find_locations(viewer=viewer).filter(type=where.type, target=where.target).first()


def read_location(request: Request, uid: str) -> HttpResponseBase:
    """`GET /locations/{id}`."""
    return json_answer(describe(get_location(_uid(uid), viewer=viewer_of(request))))


def update_location(request: Request, uid: str) -> HttpResponseBase:
    """`PUT /locations/{id}`: the location reads another target from now on."""
    kind, target = read_location_input(json_body(request))
    location = jobs.retarget_location(_uid(uid), f"{kind}:{target}", actor=viewer_of(request))
    return json_answer(describe(location))


def delete_location(request: Request, uid: str) -> HttpResponseBase:
    """`DELETE /locations/{id}`: with every entity that comes from it."""
    unregister_location(_uid(uid), actor=viewer_of(request))
    return no_content()


def location_of_entity(request: Request, kind: str, namespace: str, name: str) -> HttpResponseBase:
    """`GET /locations/by-entity/{kind}/{namespace}/{name}`: where an entity comes from."""
    ref = f"{kind}:{namespace}/{name}".lower().replace("\x00", "")
    viewer = viewer_of(request)
    entity = find_visible(viewer=viewer).filter(ref=ref).first()
    location = find_locations(viewer=viewer).filter(entities=entity).first() if entity else None
    if location is None:
        raise NotFound(f"found no location for entity {ref}", code="LOCATION_NOT_FOUND")
    return json_answer(describe(location))


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"Found no location with ID {text[:80]}", code="LOCATION_NOT_FOUND") from None


locations = rest_view(GET=list_locations, POST=create_location)
by_query = rest_view(POST=query_locations)
location = rest_view(GET=read_location, PUT=update_location, DELETE=delete_location)
by_entity = rest_view(GET=location_of_entity)
