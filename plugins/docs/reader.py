"""A documentation to read: the page, the tree of all pages beside it, and what was looked for."""

from collections.abc import Callable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from portal.plugin_api import Document, Heading, Node, SearchHit

from .selectors import PageContent, PageEntry

MAX_SHOWN = 400_000
TOO_LONG = "This page is too long to be shown here. Read it where it is written."
NO_PAGE = "No such page"
Address = Callable[[str], str]
"""The address of a page by its path."""


def page_of(
    page: PageContent, pages: Sequence[PageEntry], address: Address, *, search: str | None = None
) -> Document:
    """The page among the others."""
    is_long = len(page.html) > MAX_SHOWN
    return Document(
        page.title,
        html="" if is_long else page.html,
        markdown=TOO_LONG if is_long else "",
        pages=tree_of(pages, address),
        current=address(page.path),
        headings=tuple(Heading(str(each["id"]), str(each["title"]), each["level"]) for each in page.contents),
        updated_at=page.updated_at,
        edit_url=page.edit_url,
        search=search,
    )


def missing_page(path: str, pages: Sequence[PageEntry], address: Address, *, search: str | None) -> Document:
    """What is shown for a page that is not there (any more)."""
    html = format_html("<h1>{}</h1><p>There is no page {} here. Choose one of the others.</p>", NO_PAGE, path)
    return Document(NO_PAGE, html=html, pages=tree_of(pages, address), search=search)


def found_pages(
    hits: Sequence[SearchHit], words: str, pages: Sequence[PageEntry], address: Address, *, search: str
) -> Document:
    """The pages with what was looked for."""
    if hits:
        rows = ((hit.href, hit.title, hit.text) for hit in hits)
        found = format_html_join("", '<p><a href="{}">{}</a><br>{}</p>', rows)
    else:
        found = mark_safe("<p>No page has all of these words.</p>")
    html = format_html("<h1>“{}”</h1>{}", words, found)
    return Document(words, html=html, pages=tree_of(pages, address), search=search, looked_for=words)


def tree_of(pages: Sequence[PageEntry], address: Address) -> tuple[Node, ...]:
    """The pages below the sections that they are in; one section where the same follows itself."""
    return _branch(pages, 0, address)


def _branch(pages: Sequence[PageEntry], depth: int, address: Address) -> tuple[Node, ...]:
    nodes: list[Node] = []
    number = 0
    while number < len(pages):
        page = pages[number]
        if len(page.sections) <= depth:
            nodes.append(Node(page.title, detail=page.label or None, url=address(page.path)))
            number += 1
            continue
        end = number
        while end < len(pages) and pages[end].sections[: depth + 1] == page.sections[: depth + 1]:
            end += 1
        below = _branch(pages[number:end], depth + 1, address)
        nodes.append(Node(page.sections[depth], children=below))
        number = end
    return tuple(nodes)
