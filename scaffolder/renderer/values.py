"""Values as JavaScript shows and treats them: their text, and the methods that templates call on them."""

import functools
import json
from collections.abc import Callable
from typing import Any


def as_text(value: Any) -> str:
    """The text of a value: "" for null, `true`, `1` for 1.0, commas between items, JSON for objects."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return ",".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _split(text: str, separator: str | None = None) -> list[str]:
    if separator is None:
        return [text]
    return text.split(separator) if separator else list(text)


def _replace_first(text: str, old: str, new: str) -> str:
    return text.replace(old, new, 1)


def _replace_all(text: str, old: str, new: str) -> str:
    return text.replace(old, new)


def _slice(value: Any, start: int = 0, end: int | None = None) -> Any:
    return value[start:end]


def _substring(text: str, start: int, end: int | None = None) -> str:
    start, end = max(start, 0), len(text) if end is None else max(end, 0)
    return text[min(start, end) : max(start, end)]


def _index_of(value: Any, item: Any) -> int:
    if isinstance(value, str):
        return value.find(item)
    return value.index(item) if item in value else -1


def _includes(value: Any, item: Any) -> bool:
    return item in value


def _pad(text: str, width: int, fill: str = " ", *, at_start: bool) -> str:
    lacking = width - len(text)
    if lacking <= 0 or not fill:
        return text
    padding = (fill * (lacking // len(fill) + 1))[:lacking]
    return padding + text if at_start else text + padding


def _join(items: list[Any], separator: str = ",") -> str:
    return separator.join(as_text(item) for item in items)


def _concat(value: Any, *others: Any) -> Any:
    if isinstance(value, str):
        return value + "".join(as_text(other) for other in others)
    joined = list(value)
    for other in others:
        joined += other if isinstance(other, list) else [other]
    return joined


TEXT_METHODS: dict[str, Callable[..., Any]] = {
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "trimStart": str.lstrip,
    "trimEnd": str.rstrip,
    "split": _split,
    "replace": _replace_first,
    "replaceAll": _replace_all,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "includes": _includes,
    "indexOf": _index_of,
    "slice": _slice,
    "substring": _substring,
    "padStart": functools.partial(_pad, at_start=True),
    "padEnd": functools.partial(_pad, at_start=False),
    "concat": _concat,
    "toString": as_text,
}
LIST_METHODS: dict[str, Callable[..., Any]] = {
    "join": _join,
    "includes": _includes,
    "indexOf": _index_of,
    "slice": _slice,
    "concat": _concat,
    "toString": as_text,
}


class METHODS:
    """The listed methods, found by value and name; `length` is the one that is not called."""

    @staticmethod
    def find(value: Any, name: str) -> Callable[[], Any] | None:
        """A function that gives the method bound to the value, or the length; None for any other name."""
        if isinstance(value, str | list | tuple) and name == "length":
            return lambda: len(value)
        table: dict[str, Callable[..., Any]] = {"toString": as_text}
        if isinstance(value, str):
            table = TEXT_METHODS
        elif isinstance(value, list | tuple):
            table = LIST_METHODS
        method = table.get(name)
        return None if method is None else lambda: functools.partial(method, value)
