"""What the docs plugin shows: the tab of an entity and the newest pages on the home page."""

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
    Table,
    load_one,
)
from portal.plugin_api.catalog import Entity

from .definitions.reading import kind_of
from .parts import DECISIONS, DEFINITION, DOCS, TABS
from .reader import found_pages, missing_page, page_of
from .references import ADR, TECHDOCS, annotation, described_by
from .rendering import page_href
from .selectors import Docs, docs_by_entity, find_pages, page_by_entity, recent_pages

BROKEN_SHOWN = 100
FOUND = 30
NEWEST = 6


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
        return _is_documented(entity)


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
        return _is_documented(entity)

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


def _is_documented(entity: Entity) -> bool:
    return bool(annotation(entity, TECHDOCS) or described_by(entity))


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
