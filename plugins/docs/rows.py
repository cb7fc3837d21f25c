"""What a table says of the documentation of an entity."""

from dataclasses import dataclass

from portal.plugin_api import Link, Status
from portal.plugin_api.catalog import Entity

from .rendering import page_href
from .selectors import Docs


@dataclass(frozen=True, slots=True)
class DocsRow:
    """`state` is what wants mending: links that lead nowhere, or that it cannot be read; the tab says why."""

    link: Link
    pages: str
    changed: str
    state: Status

    @property
    def is_well(self) -> bool:
        return self.state.level == "ok"


def docs_row(entity: Entity, docs: Docs) -> DocsRow:
    newest = max((page.updated_at for page in docs.pages), default=None)
    return DocsRow(
        Link(page_href(entity.ref, docs.pages[0].path if docs.pages else ""), entity.title or entity.name),
        str(len(docs.pages)),
        f"{newest:%Y-%m-%d}" if newest else "",
        _state(docs),
    )


def _state(docs: Docs) -> Status:
    if docs.problem:
        return Status("could not be read", "warning")
    if docs.broken_links:
        count = len(docs.broken_links)
        return Status(f"{count} broken link{'' if count == 1 else 's'}", "warning")
    return Status("readable", "ok")
