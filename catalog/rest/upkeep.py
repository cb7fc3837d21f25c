"""Entities one by one: where they come from, read again, deleted, checked before they are written."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import orjson
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from catalog.entities.validation import check
from catalog.query.ancestry import ancestry
from catalog.refresh import jobs
from catalog.rest.answers import Reading, catalog_read
from catalog.rest.entities import read_by_uid
from catalog.rest.locations import read_location_input
from catalog.selectors import find_visible
from catalog.services import remove_entity
from portal.accounts.viewer import viewer_of
from portal.integrations.forges import read_page
from portal.rest.errors import Invalid, NotFound, PortalError
from portal.rest.views import bad_request, json_answer, json_body, no_content, rest_view

SLUGS = {
    "github": "github.com",
    "gitlab": "gitlab.com",
    "bitbucket": "bitbucket.org",
    "azure": "dev.azure.com",
}
"""What the annotation with a repository's name begins with, by forge."""

LINE = b'{"entity":%b,"parentEntityRefs":%b}'


def read_ancestry(reading: Reading, kind: str, namespace: str, name: str) -> bytes:
    """`GET /entities/by-name/…/ancestry`: the entity and the locations that led to it."""
    ref = f"{kind}:{namespace}/{name}".lower().replace("\x00", "")
    found = reading.view().by_refs(chain := ancestry(ref))
    if ref not in found:
        raise NotFound(f"No such entity {ref}", code="ENTITY_NOT_FOUND")
    shown = [each for each in chain if each in found]
    parents: list[list[str]] = [*([each] for each in shown[1:]), []]
    items = [
        LINE % (found[each].text, orjson.dumps(above)) for each, above in zip(shown, parents, strict=True)
    ]
    return b'{"rootEntityRef":%b,"items":[%b]}' % (orjson.dumps(ref), b",".join(items))


def refresh(request: Request) -> HttpResponseBase:
    """`POST /refresh`: the entity's location is read again; the answer has no body."""
    body = json_body(request)
    ref = body.get("entityRef")
    if not isinstance(ref, str) or body.keys() - {"entityRef", "authorizationToken"}:
        raise bad_request("The body has entityRef, a string, and nothing else", "entityRef")
    jobs.refresh_entity(ref, actor=viewer_of(request))
    return no_content(200)


def delete_entity(request: Request, uid: str) -> HttpResponseBase:
    """`DELETE /entities/by-uid/{uid}`: one that is not there, or hidden, is as good as deleted."""
    with suppress(NotFound, ValueError):
        remove_entity(UUID(uid), actor=viewer_of(request))
    return no_content()


def validate_entity(request: Request) -> HttpResponseBase:
    """`POST /validate-entity`: 200 without a body, or 400 with `{errors: […]}`."""
    try:
        mistakes = _mistakes(json_body(request))
    except PortalError as error:
        mistakes = [{"name": error.name, "message": error.message, "code": error.code}]
    return json_answer({"errors": mistakes}, status=400) if mistakes else no_content(200)


def _mistakes(body: dict[str, Any]) -> list[dict[str, str]]:
    for name, kind, what in (("entity", dict, "an object"), ("location", str, "a string")):
        if not isinstance(body.get(name), kind):
            raise bad_request(f"The body must have {name}, {what}", name)
    location = body["location"]
    if not location.startswith("url:"):
        message = f"Invalid location ref {location[:200]}, only 'url:<target>' is supported, e.g. url:https://host/path"
        return [{"name": "TypeError", "message": message, "code": "BAD_REQUEST"}]
    return [
        {"name": "InputError", "message": mistake.message, "code": mistake.code}
        for mistake in check(body["entity"]).mistakes
        if mistake.level == "error"
    ]


def analyze_location(request: Request) -> HttpResponseBase:
    """`POST /analyze-location`: the entities that a location declares already, or the start of one."""
    body = json_body(request)
    given = body.get("location")
    kind, target = read_location_input(given if isinstance(given, dict) else {})
    try:
        documents = jobs.read_location(f"{kind}:{target}", actor=viewer_of(request))
    except Invalid as error:
        if error.code not in ("FILE_MISSING", "NOTHING_TO_READ", "UPSTREAM_NOT_FOUND"):
            raise
        return json_answer({"existingEntityFiles": [], "generateEntities": [_start(kind, target)]})
    entities = [orjson.loads(document) for document in documents]
    registered = _registered(entities, request)
    files = [
        {
            "location": {"type": kind, "target": target},
            "isRegistered": _ref(entity) in registered,
            "entity": entity,
        }
        for entity in entities
        if not _is_made(entity)
    ]
    return json_answer({"existingEntityFiles": files, "generateEntities": []})


def _start(kind: str, target: str) -> dict[str, Any]:
    """An entity to begin with, as Backstage suggests it where a repository has none."""
    page = read_page(target) if kind == "url" else None
    repository = (page.repository if page else target).rstrip("/").removesuffix(".git")
    owner, _, name = repository.replace("/_git/", "/").rpartition("/")
    metadata: dict[str, Any] = {"name": name}
    if page and page.forge in SLUGS:
        owner = owner.rpartition("/")[2] if page.forge == "azure" else owner
        metadata["annotations"] = {f"{SLUGS[page.forge]}/project-slug": f"{owner}/{name}"}
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "other", "lifecycle": "unknown"},
    }
    return {"entity": entity, "fields": []}


def _ref(entity: dict[str, Any]) -> str:
    metadata = entity["metadata"]
    return f"{entity['kind']}:{metadata['namespace']}/{metadata['name']}".lower()


def _is_made(entity: dict[str, Any]) -> bool:
    return entity["kind"] == "Location" and str(entity["metadata"]["name"]).startswith("generated-")


def _registered(entities: list[dict[str, Any]], request: Request) -> set[str]:
    refs = [_ref(entity) for entity in entities]
    visible = find_visible(viewer=viewer_of(request)).filter(ref__in=refs)
    return set(visible.values_list("ref", flat=True))


by_uid = rest_view(GET=read_by_uid, DELETE=delete_entity)
entity_ancestry = rest_view(GET=catalog_read(read_ancestry))
refreshing = rest_view(POST=refresh)
validation = rest_view(POST=validate_entity)
analysis = rest_view(POST=analyze_location)
