"""Architecture decision records: a folder of numbered Markdown files, each with a status and a date."""

import posixpath
import re
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join

from portal.plugin_api.catalog import SourceError

from .errors import DocsError
from .exporting import Export, take_files
from .parts import DECISIONS, TABS
from .publishing import MadePage
from .references import Tree
from .rendering import page_href, words_of

NUMBERED = re.compile(r"\d+[-_. ].*\.md", re.IGNORECASE)
HEAD = 4000
FIELD = r"^[-*\t ]{0,4}(?:\*\*)?%s(?:\*\*)?[ \t]*:(?:\*\*)?[ \t]*(\S[^\n]{0,80})"
UNDER = r"^#{1,6}[ \t]*%s[ \t]*:?\n+[ \t]*(\S[^\n]{0,80})"
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
WORDS = "proposed|accepted|rejected|deprecated|superseded"
IN_A_LINE = re.compile(
    rf"^[*_]{{1,2}}(?P<status>{WORDS})\b,?[ \t]*(?P<date>[^*_\n]{{0,40}})[*_]", re.IGNORECASE | re.MULTILINE
)
LIST = "overview"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision says of itself; "" where it does not."""

    status: str
    date: str


def export_decisions(tree: Tree) -> Export:
    """The decisions of a folder, and the pictures beside them. Raises DocsError and SourceError."""
    folder = "" if tree.root == "." else tree.root
    try:
        listed = tree.source.list(folder)
    except SourceError as error:
        if not error.missing:
            raise
        raise DocsError(f"There is no folder {folder or 'of decisions'}.") from None
    export = Export(folder)
    wanted = [path for path in listed if not path.lower().endswith(".md") or _is_decision(path)]
    take_files(export, tree, wanted, folder)
    if not export.pages:
        raise DocsError(f"There is no decision in {folder or 'the folder'}: files are called 0001-what.md.")
    return export


def _is_decision(path: str) -> bool:
    return bool(NUMBERED.fullmatch(posixpath.basename(path)))


def standing_of(text: str) -> Standing:
    """Status and date as front matter, lists (`* Status: accepted`), headings (`## Status`) or a line in
    italics (`*Accepted, March 2026*`) have them."""
    head = text[:HEAD]
    line = IN_A_LINE.search(head)
    if line:
        return Standing(line["status"].lower(), line["date"].strip())
    date = DATE.search(_said(head, "date"))
    words = re.sub(r"[*_`\[\]]|\(.*", "", _said(head, "status")).strip(" .'\"")
    return Standing(words[:40].lower(), date[0] if date else "")


def _said(text: str, name: str) -> str:
    for pattern in (FIELD, UNDER):
        found = re.search(pattern % name, text, re.IGNORECASE | re.MULTILINE)
        if found:
            return found[1]
    return ""


def list_of_decisions(ref: str, pages: list[MadePage], standings: dict[str, Standing]) -> MadePage:
    """The first page: all decisions with their status and date."""
    rows = (
        (
            page_href(ref, page.path, tab=TABS[DECISIONS]),
            page.title,
            standings[page.path].status,
            standings[page.path].date,
        )
        for page in pages
    )
    body = format_html_join("", '<tr><td><a href="{}">{}</a></td><td>{}</td><td>{}</td></tr>', rows)
    html = format_html(
        "<h1>Decisions</h1><table><thead><tr><th>Decision</th><th>Status</th><th>Date</th></tr></thead>"
        "<tbody>{}</tbody></table>",
        body,
    )
    return MadePage(LIST, "All decisions", html, words_of(html), [], "", ())
