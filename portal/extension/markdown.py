"""Markdown to safe HTML: the one place where text that others wrote becomes markup.

Raw HTML inside Markdown is read and passes the same allow list as everything else. Links go to http, https
and mailto addresses, to paths of the portal and to places in the page; images come from the portal only,
because the page's content-security policy loads no others: an image from elsewhere is shown as a link to it.
"""

import html
import re
from collections.abc import Callable, MutableMapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

SAFE_SCHEMES = {"http", "https", "mailto"}
IMAGE_PATHS = ("/api/plugins/", "/static/")
ANCHOR = "doc-"
SMALL = 32 * 1024

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "ul",
        "var",
    ]
)
ATTRIBUTES = {
    "*": {"id", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "code": {"class"},
    "details": {"open"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
ADMONITIONS = frozenset(
    [
        "abstract",
        "bug",
        "danger",
        "example",
        "failure",
        "info",
        "note",
        "question",
        "quote",
        "success",
        "tip",
        "warning",
    ]
)
CLASSES = {"div": {"admonition", *ADMONITIONS}, "p": {"admonition-title"}}

Rewrite = Callable[[str], str]
"""Turns an address as a page has it into the one to show; "" leaves the text without a link or image."""


def is_safe_url(url: str) -> bool:
    """Whether something may become a link: http, https, mailto, or relative; nothing hidden in it."""
    if not url or re.search(r"[\x00-\x20\x7f-\x9f\\]", url):
        return False
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return False
    return scheme.lower() in SAFE_SCHEMES or (not scheme and ":" not in re.split(r"[/?#]", url)[0])


def to_safe_html(markdown: str, *, link: Rewrite | None = None, image: Rewrite | None = None) -> str:
    """HTML that may be put into the page as it is. `link` and `image` rewrite the addresses of a page."""
    if link is None and image is None and len(markdown) <= SMALL:
        return _small_to_safe_html(markdown)
    return _to_safe_html(markdown, link or _same, image or _same)


def to_text(safe_html: str) -> str:
    """The words of a rendered page, for search and snippets."""
    spaced = re.sub(r"</(p|li|h[1-6]|td|th|pre|div|dt|dd|summary)>|<br>", r"\g<0> ", safe_html)
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())


@lru_cache(maxsize=256)
def _small_to_safe_html(markdown: str) -> str:
    return _to_safe_html(markdown, _same, _same)


def clean_html(
    markup: str,
    *,
    link: Rewrite | None = None,
    image: Rewrite | None = None,
    anchor: str = ANCHOR,
    relative_images: bool = False,
) -> str:
    """HTML that passed the allow list; what has passed it before stays as it is.

    `link` and `image` rewrite the addresses of a page, `anchor` begins every name in it. With
    `relative_images` the result is for a site of its own, whose pictures are beside its pages.
    """
    return _clean(markup, link or _same, image or _same, anchor, relative_images)


def _to_safe_html(markdown: str, link: Rewrite, image: Rewrite) -> str:
    return _clean(_parser().render(markdown, {"image": image}), link, image)


def _clean(
    markup: str, link: Rewrite, image: Rewrite, anchor: str = ANCHOR, relative_images: bool = False
) -> str:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            return _shown_link(value, link, anchor)
        if attribute == "src":
            return _shown_image(value, image, relative_images) or None
        if attribute == "id":
            return _anchor(value, anchor) if re.fullmatch(r"[\w.:-]{1,200}", value) else None
        if attribute == "class" and tag == "code":
            return value if re.fullmatch(r"language-[\w+.#-]{1,40}", value) else None
        if attribute == "align":
            return value if value in {"left", "right", "center"} else None
        return value

    return nh3.clean(
        markup,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        allowed_classes=CLASSES,
        url_schemes=SAFE_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _anchor(name: str, prefix: str) -> str:
    """Names inside prose have a prefix of their own, so that none can stand for something of the page's."""
    return name if name.startswith(prefix) else prefix + name


def _same(url: str) -> str:
    return url


def _shown_link(url: str, link: Rewrite, anchor: str) -> str | None:
    if url.startswith("#"):
        return f"#{_anchor(url[1:], anchor)}"
    shown = link(url) if is_safe_url(url) else ""
    return shown if is_safe_url(shown) else None


def _shown_image(url: str, image: Rewrite, relative: bool = False) -> str:
    """The address of an image that the portal serves itself; "" for every other."""
    for candidate in (url, image(url) if is_safe_url(url) else ""):
        if candidate.startswith(IMAGE_PATHS) and is_safe_url(candidate) and ".." not in candidate:
            return candidate
    shown = image(url) if relative and is_safe_url(url) else ""
    parts = urlsplit(shown)
    return "" if parts.scheme or parts.netloc or shown.startswith("/") else shown


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(front_matter_plugin).use(admon_plugin).use(anchors_plugin, max_level=6)
    parser.add_render_rule("image", _render_image)
    parser.core.ruler.push("portal_marks", _mark)
    return parser


def _mark(state: StateCore) -> None:
    """Alignment of table cells without a style, and boxes of task lists as characters."""
    for index, token in enumerate(state.tokens):
        style = token.attrs.pop("style", "") if token.type in {"td_open", "th_open"} else ""
        if isinstance(style, str) and style.startswith("text-align:"):
            token.attrSet("align", style.removeprefix("text-align:"))
        if token.type == "inline" and index > 1 and state.tokens[index - 2].type == "list_item_open":
            for first in (token.children or [])[:1]:
                first.content = re.sub(r"^\[ \] ", "☐ ", re.sub(r"^\[[xX]\] ", "☑ ", first.content))


def _render_image(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    token = tokens[index]
    source = str(token.attrGet("src") or "")
    words = html.escape(self.renderInlineAsText(token.children, options, env) if token.children else "")
    shown = _shown_image(source, env["image"])
    if shown:
        return f'<img src="{html.escape(shown)}" alt="{words}">'
    if urlsplit(source).scheme.lower() in {"http", "https"}:
        return f'<a href="{html.escape(source)}">{words or html.escape(source)}</a>'
    return words
