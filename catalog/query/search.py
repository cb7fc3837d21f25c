"""The search of the whole portal: entities and what plugins add, ranked together.

    found = Search(SearchQuery("paymnt", kinds=("component",)), viewer=viewer)
    results, has_more = found.page(20, after=None)     # results[-1].position is the next page's `after`
    found.count(), found.facets(["types", "kinds"])

Where nothing fits a text as it stands, it is taken for a misspelling, and entities are found whose names are
about as much like it as the name that is most so. Everything is what the viewer may see: plugins' documents
too are shown only with their entity. Of each plugin's documents the best 100 are looked at.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Q

from catalog.entities.terms import search_words
from catalog.entities.values import display_name
from catalog.kinds import all_kinds
from catalog.models import Entity
from catalog.permissions import READ_SCOPE
from catalog.query.best import FIRST, best_entities
from catalog.query.cached import Question, Standing, cached, standing_of
from catalog.query.entity_query import EntityQuery
from catalog.query.highlight import highlighted, snippet
from catalog.query.plugin_documents import PluginDocuments
from catalog.query.text_search import BEST_ALIKE, LEAST_SIMILARITY
from catalog.selectors import facets, find_entities, get_entities_by_refs
from portal.accounts.principal import Principal
from portal.extension.search import SearchHit
from portal.extension_points import search_documents
from portal.rest.errors import Invalid

T = TypeVar("T")

ALIKE = 0.9
"""What is a misspelling of the text is at least this much as like it as the name most like it."""

FORMS = 0.7
"""Of documents, which plugins find by other forms of a word too: how much these are like it."""

FACETS = ("types", "kinds")

Position = tuple[float, int, str]
"""Where a result stands: its rank turned around, entities (0) before documents (1), uid or path."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A text; `types` are kinds and names of plugins' documents, `kinds` those of entities and of the
    entities that documents belong to, both in any case; `filter` is for those entities. None: all."""

    text: str
    types: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    filter: EntityQuery = field(default_factory=EntityQuery)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One result. `type` is a kind or the name of a plugin's documents, `href` a path of the page, `rank`
    from 0 to 1; `words` are what it was found by, `least` how much another word must be like one of them."""

    type: str
    title: str
    text: str
    href: str
    rank: float
    ref: str | None
    entity: Entity | None
    words: tuple[str, ...]
    least: float | None
    position: Position

    def highlight(self, text: str) -> str:
        """A text of this result as safe HTML, what fits between <mark> and </mark>."""
        return highlighted(text, self.words, least=self.least)


class Best(NamedTuple):
    """Position and ref of the best entities, and how many there are in all."""

    rows: list[tuple[Position, str]]
    total: int


class Search:
    """One question for one viewer; each part of the answer is found when it is asked for."""

    def __init__(self, query: SearchQuery, *, viewer: Principal, standing: Standing | None = None) -> None:
        self._query = query
        self._viewer = viewer
        self._standing = standing
        self._words = tuple(search_words(query.text))
        self._types = None if query.types is None else {name.lower() for name in query.types}
        self._kinds = None if query.kinds is None else {name.lower() for name in query.kinds}
        self._found: dict[EntityQuery, Best] = {}

    @cached_property
    def standing(self) -> Standing | None:
        """What the answer depends on beside the question and the hits; read once, before the entities."""
        nothing_kept = connection.in_atomic_block or not self._viewer.has_scope(READ_SCOPE)
        return None if nothing_kept else self._standing or standing_of(self._viewer)

    @property
    def is_whole(self) -> bool:
        """Whether every plugin that was asked has answered."""
        return not self._plugins.failed

    def page(self, first: int, after: Position | None) -> tuple[list[SearchResult], bool]:
        """The best results behind a position, and whether there are more."""
        documents = [result for result in self._documents if after is None or result.position > after]
        rows = self._entities(first + 1, after)
        positions = sorted([row[0] for row in rows] + [result.position for result in documents])
        shown = set(positions[:first])
        refs = [ref for position, ref in rows if position in shown]
        entities = get_entities_by_refs(refs, self._viewer) if refs else {}
        results = [
            self._entity_result(entities[ref], at) for at, ref in rows if at in shown and ref in entities
        ]
        results += [result for result in documents if result.position in shown]
        return sorted(results, key=lambda result: result.position), len(positions) > first

    def count(self) -> int:
        """How many results there are in all."""
        entities = self._entity_query
        return (self._best(entities).total if entities else 0) + len(self._documents)

    def facets(self, keys: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
        """Counts by type and by kind, most frequent first, each without its own condition.

        Raises Invalid for other keys.
        """
        unknown = [key for key in keys if key not in FACETS]
        if unknown:
            message = f"There is no facet {unknown[0][:50]!r}. Ask for: {', '.join(FACETS)}."
            raise Invalid(message, code="UNKNOWN_FACET")
        return {key: self._facet(key) for key in keys}

    def _facet(self, key: str) -> list[tuple[str, int]]:
        asked = replace(self._query, types=None) if key == "types" else replace(self._query, kinds=None)
        wider = Search(asked, viewer=self._viewer)
        wider.standing = self.standing
        query = wider._entity_query
        counts = Counter(dict(facets(["kind"], query, viewer=self._viewer)["kind"]) if query else {})
        for result in wider._documents:
            if key == "types":
                counts[result.type] += 1
            elif result.entity is not None:
                counts[result.entity.kind] += 1
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    @cached_property
    def _entity_query(self) -> EntityQuery | None:
        """What asks for the entities; None where text, types and kinds leave none."""
        if not self._query.text.strip():
            return None
        exact = self._restricted(EntityQuery(search=self._query.text))
        if exact is None or self._best(exact).rows or self._documents:
            return exact
        similarity = self._similarity()
        return exact if similarity is None else replace(exact, similarity=similarity)

    def _restricted(self, query: EntityQuery) -> EntityQuery | None:
        if self._query.filter != EntityQuery():
            query = replace(query, all_of=(self._query.filter,))
        if self._types is None and self._kinds is None:
            return query
        wanted = [names for names in (self._types, self._kinds) if names is not None]
        kinds = set(all_kinds()).intersection(*wanted)
        return query.among(kind=tuple(sorted(kinds))) if kinds else None

    def _similarity(self) -> float | None:
        """How much names must be like the text; None where something fits it as it stands, or nothing is."""
        text, viewer = self._query.text, self._viewer
        exact, alike = EntityQuery(search=text), EntityQuery(search=text, similarity=LEAST_SIMILARITY)
        exists = find_entities(exact, viewer=viewer).exists
        is_asked = exact in self._found
        if not is_asked and cached("exists", exact, exists, viewer=viewer, standing=self.standing):
            return None
        best = self._best(alike).rows
        return max(LEAST_SIMILARITY, ALIKE * best[0][0][0] / BEST_ALIKE) if best else None

    def _best(self, query: EntityQuery) -> "Best":
        """The entities that fit best, and how many fit at all."""

        def read() -> Best:
            rows = best_entities(query, viewer=self._viewer)
            return Best([((key, 0, str(uid)), ref) for key, uid, ref, _ in rows], rows[0][3] if rows else 0)

        if query not in self._found:
            found = cached("search", query, read, viewer=self._viewer, standing=self.standing)
            self._found[query] = found
        return self._found[query]

    def _entities(self, limit: int, after: Position | None) -> list[tuple[Position, str]]:
        query = self._entity_query
        if query is None:
            return []
        best = self._best(query).rows
        found = [row for row in best if after is None or row[0] > after]
        if after is None or len(found) >= limit or len(best) < FIRST:
            return found[:limit]
        key, source, uid = after
        behind: Any = Q(order_key__gt=key)
        if source == 0:
            behind |= Q(order_key=key, uid__gt=uid)
        everything: Any = find_entities(query, viewer=self._viewer)
        rows = everything.filter(behind).values_list("order_key", "uid", "ref")[:limit]
        return [((rank, 0, str(found)), ref) for rank, found, ref in rows]

    def kept(self, what: Hashable, compute: Callable[[], T]) -> T:
        """What `compute()` makes of this search, from memory where nothing it depends on has changed.

        `what` names it with everything else that it depends on; nobody changes what it returns.
        """
        if self.standing is None:
            return compute()
        account = self._viewer.account.pk if self._viewer.account else 0
        question = Question(self.standing, ("search", what, self._query, account, self._plugins.state))
        answer: T | None = question.answer()
        if answer is None:
            answer = compute()
            if not self._plugins.failed:
                question.keep(answer)
        return answer

    @cached_property
    def _plugins(self) -> PluginDocuments:
        """What plugins have for the text."""
        is_asked = bool(self._query.text.strip()) and self._kinds != set()
        points = [
            item
            for item in search_documents.read()
            if is_asked and (self._types is None or item.name.lower() in self._types)
        ]
        return PluginDocuments(points, self._query.text, viewer=self._viewer, standing=self.standing)

    @cached_property
    def _documents(self) -> list[SearchResult]:
        hits = self._plugins.hits
        entities = self._entities_of({hit.ref.lower() for _, hit in hits if hit.ref})
        is_free = self._kinds is None and self._query.filter == EntityQuery()
        return [
            self._document_result(name, hit, entities.get((hit.ref or "").lower()))
            for name, hit in hits
            if (hit.ref or "").lower() in entities or (is_free and hit.ref is None)
        ]

    def _entities_of(self, refs: set[str]) -> dict[str, Entity]:
        """The entities of documents that are asked for, and that the viewer may see."""
        asked = EntityQuery(kind=tuple(self._kinds or ()), all_of=(self._query.filter,))
        rows = find_entities(asked, viewer=self._viewer).filter(ref__in=refs) if refs else ()
        return {entity.ref: entity for entity in rows}

    def _entity_result(self, entity: Entity, position: Position) -> SearchResult:
        query = self._entity_query
        least = LEAST_SIMILARITY if query is not None and query.similarity is not None else None
        return SearchResult(
            type=entity.kind,
            title=display_name(entity),
            text=snippet(entity.description, self._words, least=least),
            href=f"/catalog/{entity.namespace}/{entity.kind.lower()}/{entity.name}",
            rank=min(max(-position[0], 0.0), 1.0),
            ref=entity.ref,
            entity=entity,
            words=self._words,
            least=least,
            position=position,
        )

    def _document_result(self, name: str, hit: SearchHit, entity: Entity | None) -> SearchResult:
        rank = min(max(hit.rank, 0.0), 1.0)
        return SearchResult(
            type=name,
            title=hit.title,
            text=snippet(hit.text, self._words, least=FORMS),
            href=hit.href,
            rank=rank,
            ref=hit.ref,
            entity=entity,
            words=self._words,
            least=FORMS,
            position=(-rank, 1, hit.href),
        )
