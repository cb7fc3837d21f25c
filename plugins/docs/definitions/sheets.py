"""The pages of a definition while they are written: markup of ours, and everything of others' escaped.

Prose of others stays Markdown here; the portal makes it safe HTML afterwards. It needs nothing of the portal.
"""

import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

MAX_PAGES = 1500
MAX_PROSE = 20_000
MAX_PAGE = 300_000
MAX_ALL = 8_000_000
MAX_EXAMPLE = 8_000


class Unreadable(Exception):
    """The definition cannot be shown; the message is a sentence for its author."""


class Html(str):
    """Markup of ours, in which everything of others' is escaped."""

    __slots__ = ()


def markup(template: str, *values: object) -> Html:
    """The template with values in it, escaped unless they are markup already."""
    return Html(template.format(*(escaped(value) for value in values)))


def escaped(value: object) -> Html:
    return value if isinstance(value, Html) else Html(html.escape(text_of(value)))


def joined(values: Iterable[object], between: str = "") -> Html:
    return Html(between.join(escaped(value) for value in values))


def text_of(value: object) -> str:
    """What somebody wrote where a text belongs, on one line and not endless."""
    text = value if isinstance(value, str) else json.dumps(value, default=str) if value is not None else ""
    return text[:MAX_PROSE]


def link(path: str, title: str) -> Html:
    """A link to another page of the definition."""
    return markup('<a href="pages/{}">{}</a>', path, title)


def slug(*words: str) -> str:
    return re.sub(r"[^\w.]+", "-", "-".join(words)).strip("-.")[:120] or "-"


class Sheet:
    """A page: parts of markup and of prose, and its headings."""

    def __init__(self, path: str, title: str, sections: Sequence[str] = (), label: str = "") -> None:
        self.path, self.title, self.label = path, title[:300], label[:40]
        self.sections = [section[:200] for section in sections]
        self.parts: list[tuple[str, str]] = []
        self.headings: list[dict[str, Any]] = []
        self.size = 0
        self.add("<h1>{}</h1>", title[:300])

    def add(self, template: str, *values: object) -> None:
        self._take("html", markup(template, *values))

    def prose(self, text: object) -> None:
        if isinstance(text, str) and text.strip():
            self._take("markdown", text[:MAX_PROSE])

    def heading(self, title: str, level: int = 2) -> None:
        name = f"{slug(title).lower()}-{len(self.headings)}"
        self.headings.append({"id": name, "title": title[:200], "level": level})
        self._take("html", markup('<h{0} id="{1}">{2}</h{0}>', str(level), name, title[:200]))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Columns that are empty in every row are left out."""
        found = [[escaped(cell) for cell in row] for row in rows]
        kept = [number for number in range(len(columns)) if any(row[number] for row in found)]
        if not found:
            return
        head = joined(markup("<th>{}</th>", columns[number]) for number in kept)
        body = joined(
            markup("<tr>{}</tr>", joined(markup("<td>{}</td>", row[number]) for number in kept))
            for row in found
        )
        self.add("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)

    def code(self, text: str, language: str = "") -> None:
        self.add('<pre><code class="language-{}">{}</code></pre>', language or "text", text[:MAX_EXAMPLE])

    def _take(self, kind: str, text: str) -> None:
        self.size += len(text)
        if self.size > MAX_PAGE:
            if self.parts[-1][1] != CUT:
                self.parts.append(("html", CUT))
            return
        self.parts.append((kind, text))

    def as_data(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "title": self.title,
            "label": self.label,
            "sections": self.sections,
            "headings": self.headings,
            "parts": self.parts,
        }


CUT = "<p>There is more than can be shown here: see the definition itself.</p>"


def bounded(sheets: Iterable[Sheet]) -> list[dict[str, Any]]:
    """The pages as data, no two with the same path. Raises Unreadable where they are too many or too long."""
    found: dict[str, dict[str, Any]] = {}
    room = MAX_ALL
    for sheet in sheets:
        room -= min(sheet.size, MAX_PAGE)
        if len(found) == MAX_PAGES or room < 0:
            raise Unreadable("It describes more than can be shown here.")
        path, number = sheet.path, 2
        while path in found:
            path, number = f"{sheet.path}-{number}", number + 1
        found[path] = {**sheet.as_data(), "path": path}
    return list(found.values())


def example_of(value: Any) -> str:
    try:
        return (
            value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str)
        )
    except (ValueError, RecursionError):
        return ""
