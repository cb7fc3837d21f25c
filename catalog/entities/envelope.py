"""The envelope that all kinds share: its fields, and the grammar of names, keys, tags and links."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from catalog.entities.refs import MAX_PART, NAME_FORM, NAMESPACE_FORM, is_name, is_namespace

TAG = re.compile(r"[a-z0-9:+#]+(-[a-z0-9:+#]+)*")
TAG_FORM = "lower-case letters, digits, `:`, `+`, `#`, with single `-` between, at most 63"
DOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
KEY_FORM = f"[<domain>/]<name>, the name of {NAME_FORM}"
ROOT_FIELDS = ("apiVersion", "kind", "metadata", "spec")
OUTPUT_FIELDS = ("relations", "status")
"""Fields that the portal writes: ignored where a descriptor has them."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at a path of a document; `code` is in docs/errors.md."""

    path: Path
    code: str
    message: str
    level: str = "error"


def dotted(path: Path) -> str:
    """`("spec", "dependsOn", 0)` as `spec.dependsOn[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def envelope(document: dict[str, Any]) -> Iterator[Mistake]:
    """What is wrong outside of the spec, and whether that is a mapping."""
    for key in document:
        if key not in ROOT_FIELDS and key not in OUTPUT_FIELDS:
            yield Mistake(
                (key,), "UNKNOWN_FIELD", f"{key} is no field of an entity; it has {', '.join(ROOT_FIELDS)}."
            )
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        yield wrong_type(("metadata",), metadata, "a mapping with at least a name")
    else:
        yield from _metadata(metadata)
    spec = document.get("spec")
    if spec is not None and not isinstance(spec, dict):
        yield wrong_type(("spec",), spec, "a mapping")


def _metadata(metadata: dict[str, Any]) -> Iterator[Mistake]:
    yield from grammar(("metadata", "name"), metadata.get("name"), is_name, NAME_FORM)
    if "namespace" in metadata:
        yield from grammar(("metadata", "namespace"), metadata["namespace"], is_namespace, NAMESPACE_FORM)
    for key, may_be_empty in (("title", False), ("description", True)):
        value = metadata.get(key)
        if key in metadata and not (isinstance(value, str) and (value or may_be_empty)):
            yield wrong_type(("metadata", key), value, "text")
    for key in ("labels", "annotations"):
        if key in metadata:
            yield from _pairs(key, metadata[key])
    if "tags" in metadata:
        yield from _tags(metadata["tags"])
    if "links" in metadata:
        yield from _links(metadata["links"])


def grammar(path: Path, value: Any, fits: Callable[[str], bool], form: str) -> Iterator[Mistake]:
    if not isinstance(value, str):
        yield wrong_type(path, value, f"text: {form}")
    elif not fits(value):
        yield Mistake(path, "INVALID_NAME", f"{dotted(path)} is {value[:80]!r}: it may hold only {form}.")


def _pairs(field: str, pairs: Any) -> Iterator[Mistake]:
    path: Path = ("metadata", field)
    if not isinstance(pairs, dict):
        yield wrong_type(path, pairs, "a mapping of text to text")
        return
    for key, value in pairs.items():
        if not _is_key(key):
            yield Mistake(
                (*path, key), "INVALID_NAME", f"The key {key[:100]!r} in {dotted(path)}: {KEY_FORM}."
            )
        if not isinstance(value, str):
            yield wrong_type((*path, key), value, "text")
        elif field == "labels" and value and not is_name(value):
            yield Mistake(
                (*path, key),
                "INVALID_NAME",
                f"The label {key} may hold only {NAME_FORM}.",
            )


@lru_cache(maxsize=1024)
def _is_key(key: str) -> bool:
    """Thousands of entities have the same few annotations and labels."""
    domain, slash, name = key.rpartition("/")
    return is_name(name) and (not slash or (len(domain) <= 253 and DOMAIN.fullmatch(domain) is not None))


def _tags(tags: Any) -> Iterator[Mistake]:
    path: Path = ("metadata", "tags")
    if not isinstance(tags, list):
        yield wrong_type(path, tags, "a list of tags")
        return
    seen: set[str] = set()
    for index, tag in enumerate(tags):
        if not isinstance(tag, str):
            yield wrong_type((*path, index), tag, f"text: {TAG_FORM}")
        elif len(tag) > MAX_PART or not TAG.fullmatch(tag):
            yield Mistake((*path, index), "INVALID_TAG", f"The tag {tag[:80]!r} may hold only {TAG_FORM}.")
        elif tag in seen:
            yield Mistake((*path, index), "INVALID_TAG", f"The tag {tag!r} stands there twice.", "warning")
        else:
            seen.add(tag)


def _links(links: Any) -> Iterator[Mistake]:
    path: Path = ("metadata", "links")
    if not isinstance(links, list):
        yield wrong_type(path, links, "a list of links, each with a url")
        return
    for index, link in enumerate(links):
        if not isinstance(link, dict):
            yield wrong_type((*path, index), link, "a mapping with a url")
            continue
        url = link.get("url")
        if not isinstance(url, str) or not url:
            yield wrong_type((*path, index, "url"), url, "an address, as https://example.com")
        elif not _is_address(url):
            yield Mistake(
                (*path, index, "url"), "INVALID_LINK", f"{url[:100]!r} is no address, as https://example.com."
            )
        for key in ("title", "icon", "type"):
            if key in link and (not isinstance(link[key], str) or not link[key]):
                yield wrong_type((*path, index, key), link[key], "text")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


JSON_WORDS = {
    "string": "text",
    "object": "a mapping",
    "array": "a list",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
    "null": "nothing",
}


def word(value: Any) -> str:
    if isinstance(value, bool):
        return f"the truth value {'true' if value else 'false'}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return "text" if value else "empty text"


def wrong_type(path: Path, value: Any, expected: str) -> Mistake:
    """A value that is not of its type, or is not there."""
    at = dotted(path)
    if value is None:
        return Mistake(path, "MISSING_FIELD", f"{at} is missing or empty: write {expected}.")
    hint = " Put it in quotes." if isinstance(value, bool | int | float) and "text" in expected else ""
    return Mistake(path, "WRONG_TYPE", f"{at} is {word(value)}; it must be {expected}.{hint}")
