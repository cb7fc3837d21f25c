"""The filters that give texts."""

import html
import math
import re
from typing import Any
from urllib.parse import quote

from scaffolder.renderer.methods import Regex
from scaffolder.renderer.values import as_number, as_text, truthy

TAGS = re.compile(r"</?([a-z][a-z0-9]*)\b[^>]*>|<!--[\s\S]*?-->", re.IGNORECASE)
WORD = re.compile(r"\w+")
LINK = re.compile(r"^(?:\(|<|&lt;)?(.*?)(?:\.|,|\)|\n|&gt;)?$")
EMAIL = re.compile(r"^[\w.!#$%&'*+\-/=?^`{|}~]+@[a-z\d-]+(\.[a-z\d-]+)+$", re.IGNORECASE)
BARE_HOST = re.compile(r"\.(?:org|net|com)(?::|/|$)")


def text_of(value: Any) -> str:
    """As the filters of texts see it: nothing and false are the empty text."""
    return "" if value is False else as_text(value)


def capitalize(value: Any) -> str:
    text = text_of(value).lower()
    return text[:1].upper() + text[1:]


def center(value: Any, width: Any = 80) -> str:
    text, wide = text_of(value), int(as_number(width))
    spaces = max(wide - len(text), 0)
    before = max(math.ceil(spaces / 2 - spaces % 2), 0)
    return " " * before + text + " " * math.ceil(spaces / 2)


def escape(value: Any) -> str:
    return html.escape(as_text(value)).replace("&#x27;", "&#39;").replace("\\", "&#92;")


def indent(value: Any, width: Any = 4, first: Any = False) -> str:
    space = " " * int(as_number(width) or 4)
    text = text_of(value).replace("\n", f"\n{space}")
    return space + text if text and truthy(first) else text


def replace(value: Any, old: Any, new: Any, count: Any = None) -> Any:
    if isinstance(old, Regex):
        return old.replace(as_text(value), as_text(new))
    if not isinstance(value, str | int | float) or not isinstance(old, str | int | float):
        return value
    return as_text(value).replace(as_text(old), as_text(new), -1 if count is None else int(as_number(count)))


def striptags(value: Any, keep_lines: Any = False) -> str:
    text = TAGS.sub("", text_of(value)).strip()
    if not truthy(keep_lines):
        return re.sub(r"\s+", " ", text)
    text = re.sub(r" +", " ", re.sub(r"^ +| +$", "", text, flags=re.MULTILINE))
    return re.sub(r"\n\n\n+", "\n\n", text.replace("\r\n", "\n"))


def truncate(value: Any, length: Any = 255, kill_words: Any = False, end: Any = "...") -> str:
    text, limit = text_of(value), int(as_number(length) or 255)
    if len(text) <= limit:
        return text
    space = -1 if truthy(kill_words) else text.rfind(" ", 0, limit + 1)
    return text[: limit if space < 0 else space] + as_text(end)


def urlencode(value: Any) -> str:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else value
        return "&".join(f"{urlencode(as_text(key))}={urlencode(as_text(item))}" for key, item in pairs)
    return quote(as_text(value), safe="!'()*-._~")


def urlize(value: Any, length: Any = None, no_follow: Any = False) -> str:
    limit = None if length is None or math.isnan(as_number(length)) else int(as_number(length))
    follow = ' rel="nofollow"' if no_follow is True else ""

    def linked(word: str) -> str:
        found = LINK.match(word)
        url = found[1] if found else word
        if re.match(r"https?://", url):
            return f'<a href="{url}"{follow}>{url[:limit]}</a>'
        if EMAIL.match(url):
            return f'<a href="mailto:{url}">{url}</a>'
        if url.startswith("www.") or BARE_HOST.search(url):
            return f'<a href="http://{url}"{follow}>{url[:limit]}</a>'
        return word

    return "".join(linked(word) for word in re.split(r"(\s+)", as_text(value)) if word)
