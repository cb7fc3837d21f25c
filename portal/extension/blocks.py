"""The vocabulary that panels are written in: frozen dataclasses, listed in one place, BLOCKS.

Every block has a GraphQL type (portal/graphql/panels.py), a component of the page (frontend/src/blocks) and a
chapter in docs/plugins.md; a test holds the lists equal. Strings are plain text except in Text.
"""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "error", "unknown"]


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure: `Stat("This month", "412.10", unit="EUR")`."""

    label: str
    value: str
    unit: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How something is doing, as a word and a level."""

    label: str
    level: Level
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Prose in Markdown, which the portal turns into HTML that can do no harm.

    `html` stands instead of `markdown` where a plugin keeps what `to_safe_html` made; it is cleaned again.
    """

    markdown: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A path of the portal (`/catalog/…`) or an http, https or mailto address; others are shown as text."""

    url: str
    title: str | None = None
    icon: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """A list of links."""

    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class KeyValue:
    """Names and values, in order."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """There is nothing to show, and that is all right; the message says how to get something."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Error:
    """The plugin knows that something is wrong and says what, where and what next."""

    title: str
    message: str


Block = Stat | Status | Text | Links | Table | KeyValue | Empty | Error
BLOCKS: tuple[type[Block], ...] = (Stat, Status, Text, Links, Table, KeyValue, Empty, Error)
"""The whole vocabulary. Whoever shows panels shows each of these."""
