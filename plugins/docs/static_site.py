"""A built site as files: what TechDocs publishes and its reader expects, of cleaned content only."""

import json
import posixpath
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .building.running import BuiltPage, BuiltSite
from .exporting import Export
from .rendering import Site, static_html, title_of

METADATA = "techdocs_metadata.json"
SEARCH = "search/search_index.json"
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title} - {site}</title></head>
<body>
<div class="md-container" data-md-component="container"><main class="md-main" data-md-component="main">
<div class="md-main__inner md-grid">
<div class="md-sidebar md-sidebar--primary" data-md-component="sidebar">
<nav class="md-nav md-nav--primary">
<ul class="md-nav__list">{nav}</ul></nav></div>
<div class="md-sidebar md-sidebar--secondary" data-md-component="sidebar">
<nav class="md-nav md-nav--secondary">
<ul class="md-nav__list" data-md-component="toc">{contents}</ul></nav></div>
<div class="md-content" data-md-component="content"><article class="md-content__inner md-typeset">
{edit}{html}</article></div>
</div></main>
<footer class="md-footer"><nav class="md-footer__inner md-grid">{previous}{next}</nav></footer>
</div>
</body>
</html>
"""


def static_files(
    site: Site, built: BuiltSite, export: Export, *, name: str, build: str, at: int
) -> dict[str, bytes]:
    """Every file of the site by path. `at` is when it was built, in milliseconds since 1970."""
    files = {file_of(page.url): _page(site, built, number, name) for number, page in enumerate(built.pages)}
    files |= export.assets
    files[SEARCH] = _json(built.search)
    metadata = {
        "site_name": name,
        "site_description": str(export.config.get("site_description", "")),
        "etag": build,
        "build_timestamp": at,
        "files": sorted([*files, METADATA]),
    }
    return files | {METADATA: _json(metadata)}


def file_of(url: str) -> str:
    """The file that a page's address is kept in."""
    return f"{url}index.html" if not url or url.endswith("/") else url


def _page(site: Site, built: BuiltSite, number: int, name: str) -> bytes:
    page, pages = built.pages[number], built.pages
    title = title_of(page)
    text = format_html(
        PAGE,
        title=title,
        site=name,
        nav=_nav(page, pages),
        contents=format_html_join(
            "",
            '<li class="md-nav__item"><a class="md-nav__link" href="#{}">{}</a></li>',
            ((entry["id"], entry["title"]) for entry in page.contents if entry["level"] > 1),
        ),
        edit=_edit(page),
        html=mark_safe(static_html(site, page)),  # noqa: S308  it has just been cleaned
        previous=_neighbour(page, pages[number - 1], "prev") if number else "",
        next=_neighbour(page, pages[number + 1], "next") if number + 1 < len(pages) else "",
    )
    return text.encode()


def _nav(page: BuiltPage, pages: list[BuiltPage]) -> SafeString:
    return format_html_join(
        "",
        '<li class="md-nav__item{}"><a class="md-nav__link" href="{}">{}</a></li>',
        (
            (
                " md-nav__item--active" if other is page else "",
                _between(page, other),
                " / ".join([*other.sections, title_of(other)]),
            )
            for other in pages
        ),
    )


def _edit(page: BuiltPage) -> SafeString | str:
    if not page.edit_url.startswith(("https://", "http://")):
        return ""
    return format_html(
        '<a class="md-content__button md-icon" title="Edit this page" href="{}" rel="noopener noreferrer '
        'nofollow">Edit this page</a>',
        page.edit_url,
    )


def _neighbour(page: BuiltPage, other: BuiltPage, which: str) -> SafeString:
    return format_html(
        '<a class="md-footer__link md-footer__link--{}" rel="{}" href="{}"><div class="md-footer__title">'
        '<div class="md-ellipsis">{}</div></div></a>',
        which,
        which,
        _between(page, other),
        title_of(other),
    )


def _between(page: BuiltPage, other: BuiltPage) -> str:
    """The address of another page, relative to this one."""
    here = posixpath.dirname(file_of(page.url))
    found = posixpath.relpath("/" + (other.url or "."), "/" + here)
    return f"{found}/" if other.url.endswith("/") or not other.url else found


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
