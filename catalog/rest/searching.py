"""`GET /api/search/query`: the portal's search, in the shape that Backstage's search clients read.

As Backstage 1.55: search-backend `service/router`, and the documents of its collators. The types are
`software-catalog` (entities), `techdocs` (documentation pages) and whatever else plugins search.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.http import QueryDict

from catalog.kinds import all_kinds
from catalog.models import Entity
from catalog.query.entity_query import Condition, EntityQuery
from catalog.query.highlight import highlighted
from catalog.query.search import Position, Search, SearchQuery, SearchResult
from catalog.rest.answers import Answer, Reading, catalog_read
from catalog.rest.cursors import read_cursor, write_cursor
from catalog.selectors import find_entities
from portal.accounts.principal import Principal
from portal.extension_points import search_documents
from portal.rest.views import bad_request, number_of, rest_view

DOCUMENT = Path(__file__).with_name("search_openapi.yaml")
ENTITIES, DOCS = "software-catalog", "techdocs"
DEFAULT_LIMIT, MAX_LIMIT, MAX_TERM, MAX_PAGES = 25, 100, 200, 200
BEFORE, AFTER = "<5f8a1c7e>", "</5f8a1c7e>"
"""Around what fits, in plain text: a client takes them out by the names that the answer gives."""

TYPE = re.compile(r"types(\[\d*\])?")
FILTER = re.compile(r"filters\[([^\]]+)\](\[\d*\])?")
CONDITIONS = {
    "type": "spec.type",
    "componentType": "spec.type",
    "lifecycle": "spec.lifecycle",
    "owner": "spec.owner",
    "namespace": "metadata.namespace",
    "name": "metadata.name",
    "kind": "kind",
}
NOTHING = EntityQuery(where=(Condition("kind", values=()),))


@dataclass(frozen=True)
class Asked:
    term: str
    types: tuple[str, ...]
    filter: EntityQuery
    limit: int
    trail: tuple[Position | None, ...]
    """Where each page so far began; the last is the one asked for."""

    @property
    def number(self) -> int:
        return len(self.trail) - 1


@catalog_read
def query(reading: Reading) -> Answer:
    """A page of results with its neighbours' cursors."""
    viewer = reading.viewer
    asked = _read(reading.request.GET, viewer)
    search = Search(_search_query(asked), viewer=viewer, standing=reading.standing)
    body = search.kept(("REST", asked), lambda: _page(asked, search, viewer))
    return Answer(body, lasts=search.is_whole)


def _page(asked: Asked, search: Search, viewer: Principal) -> bytes:
    last: list[Position]
    if asked.term:
        found, more = search.page(asked.limit, asked.trail[-1])
        results, last = [_result(each) for each in found], [each.position for each in found]
        count = search.count()
    else:
        results, more, count = _everything(asked, viewer)
        last = [(0.0, 0, "")]
    start = asked.number * asked.limit
    body: dict[str, Any] = {
        "results": [{**each, "rank": start + at} for at, each in enumerate(results, 1)],
        "numberOfResults": count,
    }
    if more and asked.number < MAX_PAGES:
        body["nextPageCursor"] = write_cursor("search", [*asked.trail, last[-1]], viewer)
    if asked.number:
        body["previousPageCursor"] = write_cursor("search", asked.trail[:-1], viewer)
    return orjson.dumps(body)


def _read(given: QueryDict, viewer: Principal) -> Asked:
    term = given.get("term", "").replace("\x00", "").strip()
    if len(term) > MAX_TERM:
        raise bad_request(f'The term length "{len(term)}" is greater than "{MAX_TERM}"', "term")
    limit = number_of(given.get("pageLimit", str(DEFAULT_LIMIT)), "pageLimit")
    if not 0 < limit <= MAX_LIMIT:
        raise bad_request(f'The page limit "{limit}" is greater than "{MAX_LIMIT}", or nothing', "pageLimit")
    cursor = str(given.get("pageCursor", ""))
    trail: list[Any] = read_cursor("search", cursor, viewer) if cursor else [None]
    types = tuple(value for key in given if TYPE.fullmatch(key) for value in given.getlist(key))
    known = [ENTITIES, DOCS, *(item.name for item in search_documents.read())]
    unknown = [name for name in types if name not in known]
    if unknown:
        raise bad_request(f"Invalid query string: there is no type {unknown[0][:50]!r}", "types")
    places = tuple((at[0], at[1], at[2]) if at else None for at in trail)
    return Asked(term, types, _filter(given), limit, places)


def _filter(given: QueryDict) -> EntityQuery:
    """`filters[kind]=Component&filters[kind][0]=…`: any of the values of a key, all of the keys."""
    wanted: dict[str, list[str]] = {}
    for key in given:
        match = FILTER.fullmatch(key)
        if match:
            wanted.setdefault(match[1], []).extend(given.getlist(key))
    if wanted.keys() - CONDITIONS.keys():
        return NOTHING
    return EntityQuery(
        where=tuple(Condition(CONDITIONS[key], tuple(values)) for key, values in wanted.items())
    )


def _search_query(asked: Asked) -> SearchQuery:
    if not asked.types:
        return SearchQuery(asked.term, filter=asked.filter)
    names = ["docs" if name == DOCS else name for name in asked.types if name != ENTITIES]
    kinds = list(all_kinds()) if ENTITIES in asked.types else []
    return SearchQuery(asked.term, types=(*kinds, *names), filter=asked.filter)


def _everything(asked: Asked, viewer: Principal) -> tuple[list[dict[str, Any]], bool, int]:
    """Without a term: the entities by name."""
    if asked.types and ENTITIES not in asked.types:
        return [], False, 0
    rows = find_entities(asked.filter, viewer=viewer)
    start = asked.number * asked.limit
    found = list(rows[start : start + asked.limit + 1])
    page = found[: asked.limit]
    return [_entity_result(entity, ()) for entity in page], len(found) > asked.limit, rows.count()


def _result(result: SearchResult) -> dict[str, Any]:
    if result.position[1] == 0 and result.entity is not None:
        return _entity_result(result.entity, result.words, result.least)
    entity = result.entity
    document = {"title": result.title, "text": result.text, "location": result.href}
    if entity is not None:
        about = _entity_document(entity)
        document |= {key: about[key] for key in ("kind", "namespace", "lifecycle", "owner", "componentType")}
        document |= {"name": entity.name, "entityTitle": entity.title or entity.name, "path": ""}
    return _shown(DOCS if result.type == "docs" else result.type, document, result.words, result.least)


def _entity_result(entity: Entity, words: Sequence[str], least: float | None = None) -> dict[str, Any]:
    return _shown(ENTITIES, _entity_document(entity), words, least)


def _shown(kind: str, document: dict[str, str], words: Sequence[str], least: float | None) -> dict[str, Any]:
    fields = {
        name: html.unescape(highlighted(document[name], words, least=least, before=BEFORE, after=AFTER))
        for name in ("title", "text")
    }
    highlight = {"preTag": BEFORE, "postTag": AFTER, "fields": fields}
    return {"type": kind, "document": document, "highlight": highlight}


def _entity_document(entity: Entity) -> dict[str, str]:
    spec = entity.content.get("spec") or {}
    place = (entity.namespace, entity.kind, entity.name)
    return {
        "title": entity.title or entity.name,
        "text": " : ".join(_texts(entity, spec)),
        "componentType": _word(spec.get("type")) or "other",
        "type": _word(spec.get("type")) or "other",
        "namespace": entity.namespace,
        "kind": entity.kind,
        "lifecycle": _word(spec.get("lifecycle")),
        "owner": _word(spec.get("owner")),
        "location": "/catalog/" + "/".join(place).lower(),  # of letters that an address takes as they are
    }


def _texts(entity: Entity, spec: dict[str, Any]) -> Iterator[str]:
    profile = spec.get("profile") if entity.kind in ("User", "Group") else None
    parts: Iterable[Any] = [entity.description]
    if isinstance(profile, dict):
        parts = [entity.description, profile.get("displayName"), profile.get("email")]
    yield from (part for part in parts if isinstance(part, str) and part)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


search_query = rest_view(GET=query)
