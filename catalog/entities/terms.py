"""What is found by: folding, the terms of a document for filters, the words of its text for search."""

import re
import unicodedata
from typing import Any

MAX_TEXT = 200
"""The longest key and value indexed: a longer key is left out, a longer value is found by its key only."""

NOT_INDEXED = {"metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag"}
WORD = re.compile(r"\w+")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def fold(text: str) -> str:
    """The form in which case does not count."""
    return text.lower()


def plain(text: str) -> str:
    """The form in which neither case nor accents count."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).lower()


def search_words(text: str) -> list[str]:
    """The words of a question, at most 20."""
    return WORD.findall(plain(text))[:20]


def words_of(text: str) -> str:
    """A text as its words: `orderApi-v2` gives `orderapi order api v2`."""
    found: list[str] = []
    for word in WORD.findall(text.replace("_", " ")):
        found.append(plain(word))
        if not word.islower() and word[1:] != word[1:].lower():
            found.extend(plain(part) for part in CAMEL.split(word))
    return " ".join(dict.fromkeys(found))


def terms_of(document: dict[str, Any], namespace: str) -> list[str]:
    """The folded `key` and `key=value` of every scalar of a document, distinct, in document order."""
    found: dict[str, None] = {}
    _walk("", document, found)
    _add("metadata.name", str(document["metadata"]["name"]), found)
    _add("metadata.namespace", namespace, found)
    return list(found)


def _walk(path: str, value: Any, found: dict[str, None]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            below = f"{path}.{key}" if path else key
            if inner.__class__ is str and below not in NOT_INDEXED:
                _add(below, inner, found)
            elif below not in NOT_INDEXED:
                _walk(below, inner, found)
    elif isinstance(value, list):
        for item in value:
            _walk(path, item, found)
            if isinstance(item, str):
                _add(f"{path}.{item}", "true", found)
    else:
        _add(path, scalar_text(value), found)


def _add(written: str, value: str | None, found: dict[str, None]) -> None:
    key = written.lower()
    if len(key) > MAX_TEXT:
        return
    found[key] = None
    if value is not None and len(value) <= MAX_TEXT:
        found[f"{key}={value.lower()}"] = None


def scalar_text(value: Any) -> str | None:
    """A scalar as JSON's text would read, strings as they are; None for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
