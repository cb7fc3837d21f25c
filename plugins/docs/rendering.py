"""Makes a page's HTML: Markdown through the portal's sanitiser, links between pages turned into addresses."""

import hashlib
import posixpath
import re
from collections.abc import Set
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from portal.plugin_api import to_safe_html, to_text
from portal.plugin_api.catalog import Entity, EntityRef

from .reading import Folder, MarkdownPage

VERSION = "1"
"""Change it when the same Markdown gives another result: everything is read and rendered again."""

MAX_SEARCHED = 200_000


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """What is stored of a page."""

    title: str
    html: str
    text: str
    images: frozenset[str]

    @property
    def hash(self) -> str:
        return hashlib.sha256(f"{self.title}\0{self.html}".encode()).hexdigest()


def page_href(ref: str, path: str, fragment: str = "") -> str:
    """The address of a page in the portal."""
    entity = EntityRef.parse(ref)
    tail = f"#doc-{fragment}" if fragment else ""
    return f"/catalog/{entity.namespace}/{entity.kind}/{entity.name}/docs?page={quote(path)}{tail}"


def image_href(uid: UUID, path: str) -> str:
    """The address of a picture of an entity's documentation."""
    return f"/api/plugins/docs/files/{uid}/{quote(path)}"


def render_page(page: MarkdownPage, entity: Entity, folder: Folder) -> RenderedPage:
    """Links lead to pages of `folder`, and pictures are those of `folder`; all others stay words."""
    paths = {page.path for page in folder.pages}
    images: set[str] = set()

    def image(url: str) -> str:
        parts = urlsplit(url)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(parts.path)))
        if parts.scheme or parts.netloc or target not in folder.others:
            return ""
        images.add(target)
        return image_href(entity.uid, target)

    def link(url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme or parts.netloc or url.startswith("/"):
            return url
        target = _page_of(page.path, unquote(parts.path), paths)
        return page_href(entity.ref, target, parts.fragment) if target else ""

    rendered = to_safe_html(page.markdown, link=link, image=image)
    words = to_text(rendered)
    title = page.title or _heading(rendered) or _from_name(page.path)
    return RenderedPage(title[:300], rendered, words[:MAX_SEARCHED], frozenset(images))


def _page_of(base: str, relative: str, paths: Set[str]) -> str:
    """The page that a link in `base` means: a file, or a folder's address as MkDocs writes it."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base), relative)) if relative else base
    for candidate in (path, f"{path}.md", f"{path}/index.md", f"{path}/README.md"):
        name = candidate.removeprefix("./")
        if name in paths:
            return name
    return ""


def _heading(rendered: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", rendered, re.DOTALL)
    return to_text(found.group(1)) if found else ""


def _from_name(path: str) -> str:
    name = posixpath.basename(path).rsplit(".", 1)[0]
    if name.lower() in {"index", "readme"}:
        name = posixpath.basename(posixpath.dirname(path)) or "Overview"
    return re.sub(r"[-_]+", " ", name).strip().capitalize()
