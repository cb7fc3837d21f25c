"""What the docs plugin shows: tabs of an entity, what a team has written, the newest pages at home."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from portal.plugin_api import (
    Block,
    Document,
    Empty,
    Error,
    HomePanel,
    Link,
    Links,
    Panel,
    Principal,
    Slot,
    Status,
    Table,
    TeamPanel,
    load_one,
)
from portal.plugin_api.catalog import Entity, owned_by_team

from .definitions.reading import kind_of
from .parts import DECISIONS, DEFINITION, DOCS, TABS
from .reader import found_pages, missing_page, page_of
from .references import ADR, annotation, is_documented
from .rendering import page_href
from .rows import docs_row
from .selectors import Docs, docs_by_entity, find_pages, page_by_entity, recent_pages

BROKEN_SHOWN = 100
FOUND = 30
NEWEST = 6
NAMED = 5


class ReaderPanel(Panel):
    """A tab with the pages of a part, each with all the others beside it."""

    slot = Slot.TAB
    parameters = ("page", "words")
    part: ClassVar[str] = DOCS
    failed: ClassVar[str] = "The documentation could not be read"

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        docs = load_one(docs_by_entity, entity, viewer, self.part)
        if docs is None:
            yield Empty("Not read yet", "A worker reads it within a minute.")
            return
        if docs.problem:
            yield Error(self.failed, docs.problem)
        if docs.pages:
            yield self._page(entity, viewer, docs)

    def _page(self, entity: Entity, viewer: Principal, docs: Docs) -> Document:
        address = partial(page_href, entity.ref, tab=TABS[self.part])
        path, words = self.given["page"], self.given["words"].strip()
        if words:
            hits = find_pages(words, viewer=viewer, limit=FOUND, of=entity, part=self.part)
            return found_pages(hits, words, docs.pages, address, search="words")
        page = load_one(page_by_entity, entity, viewer, path or None, self.part)
        if page is None:
            return missing_page(path, docs.pages, address, search="words")
        return page_of(page, docs.pages, address, search="words")


class DocsPanel(ReaderPanel):
    """The documentation."""

    title = "Docs"

    def applies_to(self, entity: Entity) -> bool:
        return is_documented(entity)


class DecisionsPanel(ReaderPanel):
    """The architecture decisions: a list with status and date, and each of them."""

    title = "Decisions"
    order = 110
    part = DECISIONS
    failed = "The decisions could not be read"

    def applies_to(self, entity: Entity) -> bool:
        return bool(annotation(entity, ADR))


class ApiPanel(ReaderPanel):
    """The definition of an API: operations, channels, types or messages."""

    title = "API"
    order = 5
    part = DEFINITION
    failed = "The definition could not be read"

    def applies_to(self, entity: Entity) -> bool:
        return bool(entity.kind == "API" and kind_of(entity))


class BrokenLinksPanel(Panel):
    """Links and pictures of the documentation that lead nowhere, by page."""

    title = "Broken links"
    slot = Slot.OVERVIEW
    order = 160

    def applies_to(self, entity: Entity) -> bool:
        return is_documented(entity)

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        docs = load_one(docs_by_entity, entity, viewer)
        if docs and docs.broken_links:
            rows = docs.broken_links[:BROKEN_SHOWN]
            yield Table(
                ("Page", "Link", "Reason"),
                tuple(
                    (Link(page_href(entity.ref, row["page"]), row["page"]), row["target"], row["reason"])
                    for row in rows
                ),
            )


class TeamDocsPanel(TeamPanel):
    """What is written down of what a team owns, and what is not; what wants mending first."""

    title = "Documentation"
    order = 100

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        owned = load_one(owned_by_team, entity, viewer) or []
        docs = docs_by_entity([each for each in owned if is_documented(each)], viewer)
        wanting = [each for each in owned if each.kind == "Component" and each.pk not in docs]
        rows = sorted(
            (docs_row(each, docs[each.pk]) for each in owned if each.pk in docs), key=lambda row: row.is_well
        )
        if rows:
            yield Table(
                ("What", "State", "Pages", "Changed"),
                tuple((row.link, row.state, row.pages, row.changed) for row in rows),
            )
        if wanting:
            yield Status(
                f"{len(wanting)} without documentation" if rows else "No documentation",
                "warning",
                ", ".join(each.title or each.name for each in wanting[:NAMED])
                + (f" and {len(wanting) - NAMED} more" if len(wanting) > NAMED else ""),
            )


class RecentPagesPanel(HomePanel):
    """The pages that changed last, of everything the viewer may read."""

    title = "Newest documentation"

    def blocks(self, *, viewer: Principal) -> Iterator[Block]:
        pages = recent_pages(viewer=viewer, limit=NEWEST)
        if pages:
            yield Links(
                tuple(
                    Link(page_href(ref, page.path), f"{page.title} ({ref.rpartition('/')[2]})")
                    for ref, page in pages
                )
            )
