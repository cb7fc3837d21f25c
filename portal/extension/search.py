"""Search documents: what a plugin adds to the portal's search beside the catalog's entities."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One result: `text` is a plain snippet, `href` a path of the page, `rank` from 0 (poor) to 1 (exact).

    `ref` is the entity it belongs to; whoever may not read that entity never gets the hit.
    """

    title: str
    text: str
    href: str
    rank: float
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class SearchDocuments:
    """`find(query, viewer=…, limit=…)` answers the best hits that the viewer may see, from the database.

    `announced`: the plugin calls `documents_changed(name)` whenever `find` may have another answer for a
    reason of its own (not the catalog's); hits are then remembered in between.
    """

    name: str
    find: Callable[..., Iterable[SearchHit]]
    announced: bool = False
