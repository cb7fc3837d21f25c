"""The search of the whole portal: entities and what plugins add, ranked together."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.models import Entity
from catalog.selectors import EntityQuery, find_entities, get_entities_by_refs
from portal.accounts.principal import Principal
from portal.extension.collecting import search_hits
from portal.extension.search import SearchHit
from portal.extension_points import search_documents

SNIPPET = 200
RANKS = ((-8.0, 1.0), (-4.0, 0.8), (-2.0, 0.6), (-1.0, 0.5))
"""An entity's relevance (smaller is better: its name, names that begin so) on the scale of plugins' hits."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One result. `type` is a kind or the name of a plugin's search documents, `href` a path of the page."""

    type: str
    title: str
    text: str
    href: str
    rank: float
    ref: str | None
    entity: Entity | None


def search(
    text: str, *, types: Sequence[str] | None = None, limit: int = 10, viewer: Principal
) -> list[SearchResult]:
    """The best results of every type (or of `types`, in any case) that the viewer may see, best first."""
    if not text.strip():
        return []
    wanted = None if types is None else {name.lower() for name in types}
    found = _entities(text, wanted, limit, viewer) + _documents(text, wanted, limit, viewer)
    found.sort(key=lambda result: (-result.rank, result.title.lower(), result.href))
    return found[:limit]


def _entities(text: str, types: set[str] | None, limit: int, viewer: Principal) -> list[SearchResult]:
    if types is not None and not types:
        return []
    query = EntityQuery(search=text, kind=tuple(sorted(types or ())))
    return [_entity_result(entity) for entity in find_entities(query, viewer=viewer)[:limit]]


def _entity_result(entity: Entity) -> SearchResult:
    relevance: float = entity.order_key  # type: ignore[attr-defined]
    rank = next((score for bound, score in RANKS if relevance <= bound), min(0.4, 0.2 - relevance))
    return SearchResult(
        type=entity.kind,
        title=entity.title or entity.name,
        text=_snippet(entity.description),
        href=f"/catalog/{entity.namespace}/{entity.kind.lower()}/{entity.name}",
        rank=rank,
        ref=entity.ref,
        entity=entity,
    )


def _documents(text: str, types: set[str] | None, limit: int, viewer: Principal) -> list[SearchResult]:
    points = [item for item in search_documents.read() if types is None or item.name.lower() in types]
    hits = [
        (name, hit)
        for name, found in search_hits(points, text, viewer=viewer, limit=limit).items()
        for hit in found
    ]
    entities = get_entities_by_refs([hit.ref for _, hit in hits if hit.ref], viewer)
    return [
        _document_result(name, hit, entities.get(hit.ref.lower()) if hit.ref else None)
        for name, hit in hits
        if hit.ref is None or hit.ref.lower() in entities
    ]


def _document_result(name: str, hit: SearchHit, entity: Entity | None) -> SearchResult:
    rank = min(max(hit.rank, 0.0), 1.0)
    return SearchResult(name, hit.title, _snippet(hit.text), hit.href, rank, hit.ref, entity)


def _snippet(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SNIPPET else f"{flat[: SNIPPET - 1].rstrip()}…"
