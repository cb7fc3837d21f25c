"""What the docs plugin shows: the tab of an entity and the newest pages on the home page."""

from collections.abc import Iterator

from portal.plugin_api import (
    Block,
    Error,
    HomePanel,
    Link,
    Links,
    Panel,
    Principal,
    Slot,
    Table,
    Text,
    load_one,
)
from portal.plugin_api.catalog import Entity

from .references import TECHDOCS, annotation, described_by
from .rendering import page_href
from .selectors import docs_by_entity, page_by_entity, recent_pages

BROKEN_SHOWN = 100
MAX_SHOWN = 32 * 1024
NEWEST = 6


class DocsPanel(Panel):
    """The table of contents and the first page."""

    title = "Docs"
    slot = Slot.TAB

    def applies_to(self, entity: Entity) -> bool:
        return _is_documented(entity)

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        docs = load_one(docs_by_entity, entity, viewer)
        if docs is None:
            return
        if docs.problem:
            yield Error("The documentation could not be read", docs.problem)
        if docs.pages:
            yield Links(tuple(Link(page_href(entity.ref, page.path), page.title) for page in docs.pages))
            first = load_one(page_by_entity, entity, viewer)
            if first and len(first.html) <= MAX_SHOWN:
                yield Text(html=first.html)


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
