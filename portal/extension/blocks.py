"""The vocabulary that panels are written in: frozen dataclasses, listed in one place, BLOCKS.

Every block has a GraphQL type (portal/graphql/panels.py), a component of the page (frontend/src/blocks) and a
chapter in docs/plugins.md; a test holds the lists equal. Strings are plain text except in Text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

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
    """Rows of cells, as many in each as there are columns; the page sorts them and shows them in pages.

    The first column names the row: where more than three find no room, it stands above the others.
    `file` offers all of them as a CSV file of that name.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | Link | Status, ...], ...]
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a Series: points in time, in order; a value of None is a gap."""

    label: str
    points: tuple[tuple[datetime, float | None], ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value that the lines of a Series should stay on one side of."""

    label: str
    value: float
    level: Level = "error"


@dataclass(frozen=True, slots=True)
class Series:
    """Figures over time: one or more lines with the same unit, the values shown on hover."""

    title: str
    lines: tuple[Line, ...]
    unit: str | None = None
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `text` is what is written beside it (the value, unless something says more)."""

    label: str
    value: float
    text: str | None = None
    level: Level | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts to compare, each from 0; the order is the plugin's."""

    title: str
    bars: tuple[Bar, ...]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much of a whole: `Gauge("Error budget left", 62.5)` of 100 %."""

    label: str
    amount: float
    maximum: float = 100.0
    unit: str | None = "%"
    level: Level = "ok"
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened."""

    at: datetime
    title: str
    level: Level = "unknown"
    detail: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, in the plugin's order (newest first reads best)."""

    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A branch of a Tree."""

    label: str
    level: Level | None = None
    detail: str | None = None
    url: str | None = None
    children: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """Things inside things: a deployment, its replica sets, their pods."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a Document; `#doc-<id>` leads to it."""

    id: str
    title: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Document:
    """A page of several: their tree at its side, its headings, the one before it and the one after it.

    Its text is that of a Text. `pages` lead to the others, in order; `current` is the `url` of this one.
    `search` names the panel's parameter that a field for words sets, `looked_for` what was looked for.
    """

    title: str
    markdown: str = ""
    html: str = ""
    pages: tuple[Node, ...] = ()
    current: str = ""
    headings: tuple[Heading, ...] = ()
    updated_at: datetime | None = None
    edit_url: str | None = None
    search: str | None = None
    looked_for: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a Log."""

    text: str
    at: datetime | None = None
    level: Level = "unknown"


@dataclass(frozen=True, slots=True)
class Log:
    """Lines in a fixed-width face, oldest first."""

    title: str
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Asks for what an entity action of the same plugin takes (`schema`), and runs it.

    `values` are filled in already; `submit` is what the button says. `entity` is the ref of what it is done
    to, which a Form on another page than an entity's must say.
    """

    title: str
    action: str
    schema: Mapping[str, Any]
    submit: str = "Save"
    values: Mapping[str, Any] = field(default_factory=dict)
    entity: str = ""


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


Block = (
    Stat | Status | Text | Links | Table | KeyValue | Series | Bars | Gauge | Timeline | Tree | Document | Log
    | Form | Empty | Error
)  # fmt: skip
BLOCKS: tuple[type[Block], ...] = (
    Stat, Status, Text, Links, Table, KeyValue, Series, Bars, Gauge, Timeline, Tree, Document, Log, Form,
    Empty, Error,
)  # fmt: skip
"""The whole vocabulary. Whoever shows panels shows each of these."""
