"""Everything that a running Backstage shows, read through its catalog's REST.

Format: Backstage 1.55, catalog-backend `GET /entities/by-query`, `GET /locations`. A file is one entity, in
the place that Backstage has it from, so what lies beside its descriptor (documentation, skeletons) is found.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from catalog.sources.base import MAX_READ, Paths, SourceError, as_source_error, digest
from catalog.sources.urls import UrlSource
from portal.integrations.errors import IntegrationError
from portal.integrations.http import fetch

PAGE = 250
MAX_PAGE_BYTES = 32 * 1024 * 1024
MAX_ENTITIES = 200_000
MANAGED_BY = "backstage.io/managed-by-location"
THEIRS = ("relations", "status")
"""What Backstage makes itself, beside uid and etag."""


class BackstageSource(UrlSource):
    """The entities of a Backstage but its locations; always read whole.

    `target` is the address of its backend. A part of an answer is an error: nothing is taken for gone.
    """

    def __init__(self, target: str, *, revision: str = "") -> None:
        super().__init__(target, memory={}, revision=revision)

    @cached_property
    def documents(self) -> dict[str, bytes]:
        """One entity each, by the place of its descriptor and its ref."""
        entities = [each for each in read_entities(self.entry) if str(each.get("kind")).lower() != "location"]
        return dict(_document(self.entry, entity) for entity in entities)

    def entries(self) -> Paths:
        return sorted(self.documents)

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        body = self.documents.get(path)
        if body is None:
            raise SourceError("FILE_MISSING", f"{path} is not there.", missing=True)
        if len(body) > limit:
            raise SourceError("FILE_TOO_LARGE", f"{path} has {len(body)} bytes; at most {limit} are read.")
        return body

    def revision(self) -> str:
        return self.fixed or digest({path: body.decode() for path, body in self.documents.items()})

    def address(self, path: str) -> str:
        return f"url:{path.partition('#')[0]}"

    def memory(self) -> dict[str, Any]:
        return {}


def read_entities(backend: str) -> Iterator[dict[str, Any]]:
    """All entities, page by page. Raises SourceError, also where the answer ends before all are there."""
    asked, count, total = {"limit": str(PAGE)}, 0, 0
    while count < MAX_ENTITIES:
        page = _get(backend, f"/entities/by-query?{urlencode(asked)}")
        items = page.get("items") if isinstance(page, dict) else None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise _no_backstage(backend)
        yield from items
        count, total = count + len(items), page.get("totalItems", 0)
        following = (page.get("pageInfo") or {}).get("nextCursor")
        if not following or not items:
            break
        asked = {"limit": str(PAGE), "cursor": following}
    if count < total:
        raise SourceError("INTEGRATION_FAILED", f"{backend} shows {count} of {total} entities: try again.")


def read_locations(backend: str) -> list[str]:
    """The locations that were registered there, as `<type>:<target>`. Raises SourceError."""
    found = _get(backend, "/locations")
    rows = [each.get("data") for each in found if isinstance(each, dict)] if isinstance(found, list) else None
    if rows is None or not all(isinstance(row, dict) for row in rows):
        raise _no_backstage(backend)
    return [f"{row.get('type')}:{row.get('target')}" for row in rows if row is not None]


def _get(backend: str, path: str) -> Any:
    address = f"{backend.rstrip('/')}/api/catalog{path}"
    try:
        answer = fetch(address, headers={"accept": "application/json"}, max_bytes=MAX_PAGE_BYTES)
    except IntegrationError as error:
        raise as_source_error(backend, error) from None
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise _no_backstage(backend) from None


def _no_backstage(backend: str) -> SourceError:
    return SourceError(
        "NOT_A_FILE",
        f"{backend}/api/catalog does not answer as Backstage's catalog. Name the address of the backend, "
        "as `backend.baseUrl` in its app-config.yaml.",
    )


def _document(backend: str, entity: dict[str, Any]) -> tuple[str, bytes]:
    """Where an entity is written, and what is written there; the last `/` stays that of the place."""
    metadata = entity.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    place = [str(part) for part in (entity.get("kind"), metadata.get("namespace"), metadata.get("name"))]
    kind, namespace, name = (quote(part.lower(), safe="") for part in place)
    annotations = metadata.get("annotations")
    written = annotations.get(MANAGED_BY) if isinstance(annotations, dict) else None
    where = str(written or "").partition("#")[0].removeprefix("url:")
    if not where.startswith(("https://", "http://")):
        where = f"{backend.rstrip('/')}/api/catalog/entities/by-name/{kind}/{namespace}/{name}"
    kept = {key: value for key, value in entity.items() if key not in THEIRS}
    kept["metadata"] = {key: value for key, value in metadata.items() if key not in ("uid", "etag")}
    return f"{where}#{kind}:{namespace}:{name}", orjson.dumps(kept)
