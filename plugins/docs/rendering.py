"""Makes what is shown of a page: cleaned HTML, links between pages as addresses, broken ones noted."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from portal.plugin_api import clean_html, to_text
from portal.plugin_api.catalog import EntityRef

from .building.running import BuiltPage, BuiltSite
from .media import is_picture, media_type_of
from .parts import DOCS, FILES, TABS

VERSION = "3"
"""Change it when the same files give another result: everything is built again."""

MAX_SEARCHED = 200_000
MAX_BROKEN = 500
CHECKBOX = re.compile(r'<input type="checkbox"([^>]*)>\s?')
ALIGNED = re.compile(r'style="text-align: (left|right|center);"')
TAB = re.compile(r'<label for="__tabbed_[^"]*">(.*?)</label>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Broken:
    """A link or picture that leads nowhere; `target` as it is written."""

    page: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """What an address on a page means: a page or another file by path, with the fragment."""

    page: str = ""
    file: str = ""
    fragment: str = ""


@dataclass(slots=True)
class Site:
    """All pages and files of a site by the ways they are named, to look addresses up in."""

    uid: UUID
    ref: str
    by_path: dict[str, BuiltPage]
    by_url: dict[str, str]
    files: frozenset[str]
    names: dict[str, frozenset[str]]
    part: str = DOCS
    broken: list[Broken] = field(default_factory=list)


def site_of(built: BuiltSite, files: Mapping[str, bytes], uid: UUID, ref: str, part: str = DOCS) -> Site:
    return Site(
        uid,
        ref,
        {page.path: page for page in built.pages},
        {page.url.strip("/"): page.path for page in built.pages},
        frozenset(files),
        {page.path: frozenset(re.findall(r'\sid="([^"]+)"', page.html)) for page in built.pages},
        part,
    )


def page_href(ref: str, path: str, fragment: str = "", *, tab: str = TABS[DOCS]) -> str:
    """The address of a page in the portal."""
    entity = EntityRef.parse(ref)
    tail = f"#doc-{fragment}" if fragment else ""
    return f"/catalog/{entity.namespace}/{entity.kind}/{entity.name}/{tab}?page={quote(path)}{tail}"


def file_href(uid: UUID, path: str, part: str = DOCS) -> str:
    """The address of another file of an entity's documentation."""
    return f"/api/plugins/docs/{FILES[part]}/{uid}/{quote(path)}"


def portal_html(site: Site, page: BuiltPage) -> str:
    """The page for the portal: links lead to pages of the portal, what leads nowhere stays words."""

    def link(url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme or parts.netloc or url.startswith("/"):
            return url
        place = _place(site, page, url, "link")
        if place.page:
            return page_href(site.ref, place.page, place.fragment, tab=TABS[site.part])
        return file_href(site.uid, place.file, site.part) if place.file else ""

    def image(url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme or parts.netloc or url.startswith("/"):
            return ""
        place = _place(site, page, url, "picture")
        return file_href(site.uid, place.file, site.part) if place.file else ""

    _check_fragments(site, page)
    return clean_html(_without_controls(page.html), link=link, image=image)


def static_html(site: Site, page: BuiltPage) -> str:
    """The page for a site of its own: links and pictures relative to it, as MkDocs makes them."""

    def keep(url: str) -> str:
        return url

    return clean_html(_without_controls(page.html), link=keep, image=keep, anchor="", relative_images=True)


def words_of(html: str) -> str:
    return to_text(html)[:MAX_SEARCHED]


def title_of(page: BuiltPage) -> str:
    """Its title; the folder's name for an index without one, which MkDocs calls after its file."""
    folder, _, file = page.path.rpartition("/")
    name = page.title
    if not name or (name.lower() in {"index", "readme"} and file.lower() in {"index.md", "readme.md"}):
        words = posixpath.basename(folder) or "Overview"
        name = re.sub(r"[-_]+", " ", words).strip().capitalize()
    return to_text(clean_html(name))[:300] or "Untitled"


def _without_controls(html: str) -> str:
    """Boxes of task lists as characters, names of tabs in bold, the alignment of cells without a style:
    neither controls nor styles pass the allow list."""
    html = CHECKBOX.sub(lambda found: "☑ " if "checked" in found[1] else "☐ ", html)
    html = ALIGNED.sub(r'align="\1"', html)
    return TAB.sub(r"<p><strong>\1</strong></p>", html)


def _place(site: Site, page: BuiltPage, url: str, what: str) -> Place:
    """Where an address leads; notes it where it leads nowhere."""
    parts = urlsplit(url)
    path, fragment = unquote(parts.path), unquote(parts.fragment)
    found = _look_up(site, page, path)
    if found.page and fragment and fragment not in site.names[found.page]:
        _note(site, page, url, f"{found.page} has no heading of that name")
    elif not found.page and not found.file:
        outside = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)).startswith("..")
        reason = "it is outside of the documentation" if outside else f"there is no such {what}"
        _note(site, page, url, reason)
    elif what == "picture" and not is_picture(media_type_of(found.file)):
        return Place()
    return Place(found.page, found.file, fragment)


def _look_up(site: Site, page: BuiltPage, path: str) -> Place:
    """As MkDocs writes addresses, relative to the page's; else as people do, relative to its file."""
    if not path:
        return Place(page=page.path)
    bases: list[tuple[str, Callable[[str], Place]]] = [
        (page.url, lambda name: Place(page=site.by_url.get("" if name == "." else name, ""))),
        (page.url, lambda name: Place(file=name if name in site.files else "")),
        (posixpath.dirname(page.path) + "/", lambda name: Place(page=_page_named(site, name))),
        (posixpath.dirname(page.path) + "/", lambda name: Place(file=name if name in site.files else "")),
    ]
    for base, look in bases:
        folder = base if base.endswith("/") or not base else posixpath.dirname(base)
        name = posixpath.normpath(posixpath.join(folder.strip("/"), path))
        found = look(name.strip("/"))
        if found.page or found.file:
            return found
    return Place()


def _page_named(site: Site, name: str) -> str:
    for candidate in (name, f"{name}.md", f"{name}/index.md", f"{name}/README.md"):
        if candidate.removeprefix("./") in site.by_path:
            return candidate.removeprefix("./")
    return ""


def _check_fragments(site: Site, page: BuiltPage) -> None:
    """Links within the page; they are not rewritten, so nothing else sees them."""
    for name in re.findall(r'\shref="#([^"]+)"', page.html):
        if unquote(name) not in site.names[page.path]:
            _note(site, page, f"#{name}", "the page has no heading of that name")


def _note(site: Site, page: BuiltPage, target: str, reason: str) -> None:
    broken = Broken(page.path, target[:300], reason)
    if len(site.broken) < MAX_BROKEN and broken not in site.broken:
        site.broken.append(broken)
