"""What can be asked of a value by name: keys, places, `length`, and the listed methods, nothing else."""

import functools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scaffolder.renderer.values import (
    UNKNOWN,
    Missing,
    TemplateFault,
    as_number,
    as_text,
    checked,
    number_text,
    strict_equal,
)

REFERENCE = re.compile(r"\$(\$|&|\d{1,2})")


@dataclass(frozen=True, slots=True)
class Regex:
    """`r/pattern/flags`."""

    pattern: "re.Pattern[str]"
    everywhere: bool

    @classmethod
    def of(cls, body: str, flags: str) -> "Regex":
        chosen = (re.IGNORECASE if "i" in flags else 0) | (re.MULTILINE if "m" in flags else 0)
        try:
            pattern = re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", body), chosen)
        except re.error as error:
            raise TemplateFault(f"r/{body}/ is not a regular expression: {error}") from None
        return cls(pattern, "g" in flags)

    def replace(self, text: str, new: str) -> str:
        def filled(match: "re.Match[str]") -> str:
            def part(reference: "re.Match[str]") -> str:
                name = reference[1]
                if name in ("$", "&"):
                    return "$" if name == "$" else match[0]
                number = int(name)
                return (match[number] or "") if 0 < number <= match.re.groups else reference[0]

            return REFERENCE.sub(part, new)

        return self.pattern.sub(filled, text, count=0 if self.everywhere else 1)


def attribute_of(value: Any, key: Any) -> Any:
    """The value's key, place, length or method; Missing where it has none. Keys win over methods."""
    checked(value)
    if isinstance(value, Missing):
        return value
    reason = f"{as_text(key)!r} is not there"
    if value is None:
        return Missing(reason)
    if isinstance(value, dict):
        if as_text(key) in value:
            return value[as_text(key)]
    elif value == UNKNOWN and key not in _methods_of(value):
        return UNKNOWN
    elif isinstance(value, str | list):
        place = as_number(key) if isinstance(key, int | float | str) else math.nan
        if isinstance(place, int):
            return value[place] if 0 <= place < len(value) else Missing(reason)
        if key == "length":
            return len(value)
    method = _methods_of(value).get(key) if isinstance(key, str) else None
    if method is not None:
        return functools.partial(method, value)
    return Missing(reason, unknown=not isinstance(value, dict))


def _methods_of(value: Any) -> dict[str, Callable[..., Any]]:
    if isinstance(value, str):
        return TEXT_METHODS
    if isinstance(value, list):
        return LIST_METHODS
    if isinstance(value, dict):
        return OBJECT_METHODS
    if isinstance(value, Regex):
        return {"test": lambda regex, text: regex.pattern.search(as_text(text)) is not None}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return NUMBER_METHODS
    return {"toString": as_text}


def _integer(value: Any, default: int = 0) -> int:
    number = default if value is None else as_number(value)
    if math.isnan(number):
        return 0
    return int(max(min(number, 2**31), -(2**31)))


def _split(text: str, separator: Any = None, limit: Any = None) -> list[str]:
    if separator is None:
        parts = [text]
    elif isinstance(separator, Regex):
        parts = [part or "" for part in separator.pattern.split(text)]
    else:
        parts = text.split(as_text(separator)) if as_text(separator) else list(text)
    return parts if limit is None else parts[: _integer(limit)]


def _replace(text: str, old: Any, new: Any, *, everywhere: bool = False) -> str:
    if isinstance(old, Regex):
        return old.replace(text, as_text(new))
    return text.replace(as_text(old), as_text(new), -1 if everywhere else 1)


def _slice(value: Any, start: Any = 0, end: Any = None) -> Any:
    return value[_integer(start) : len(value) if end is None else _integer(end)]


def _substring(text: str, start: Any, end: Any = None) -> str:
    first, last = max(_integer(start), 0), max(_integer(end, len(text)), 0)
    return text[min(first, last) : max(first, last)]


def _substr(text: str, start: Any, length: Any = None) -> str:
    first = _integer(start)
    first = max(len(text) + first, 0) if first < 0 else first
    return text[first : first + _integer(length, len(text))]


def _index_of(value: Any, item: Any, start: Any = 0) -> int:
    if isinstance(value, str):
        return value.find(as_text(item), _integer(start))
    places = (place for place, one in enumerate(value) if strict_equal(one, item))
    return next((place for place in places if place >= _integer(start)), -1)


def _last_index_of(value: Any, item: Any) -> int:
    if isinstance(value, str):
        return value.rfind(as_text(item))
    return max((place for place, one in enumerate(value) if strict_equal(one, item)), default=-1)


def _includes(value: Any, item: Any, start: Any = 0) -> bool:
    return _index_of(value, item, start) >= 0


def _at(value: Any, place: Any) -> Any:
    index = _integer(place)
    return value[index] if -len(value) <= index < len(value) else None


def _char_at(text: str, place: Any = 0) -> str:
    index = _integer(place)
    return text[index] if 0 <= index < len(text) else ""


def _char_code_at(text: str, place: Any = 0) -> float:
    character = _char_at(text, place)
    return ord(character) if character else math.nan


def _pad(text: str, width: Any, fill: Any = " ", *, at_start: bool) -> str:
    lacking, filler = _integer(width) - len(text), as_text(fill)
    if lacking <= 0 or not filler:
        return text
    padding = (filler * (lacking // len(filler) + 1))[:lacking]
    return padding + text if at_start else text + padding


def _repeat(text: str, times: Any) -> str:
    return text * max(_integer(times), 0)


def _match(text: str, pattern: Any) -> list[str] | None:
    regex = pattern if isinstance(pattern, Regex) else Regex.of(as_text(pattern), "")
    if regex.everywhere:
        return [found[0] for found in regex.pattern.finditer(text)] or None
    found = regex.pattern.search(text)
    return None if found is None else [found[0], *(group or "" for group in found.groups())]


def _join(items: list[Any], separator: Any = ",") -> str:
    return as_text(separator).join(as_text(item) for item in items)


def _concat(value: Any, *others: Any) -> Any:
    if isinstance(value, str):
        return value + "".join(as_text(other) for other in others)
    joined = list(value)
    for other in others:
        joined += other if isinstance(other, list) else [other]
    return joined


def _flat(items: list[Any], depth: Any = 1) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        flat += _flat(item, _integer(depth) - 1) if isinstance(item, list) and _integer(depth) > 0 else [item]
    return flat


def _push(items: list[Any], *more: Any) -> int:
    items.extend(more)
    return len(items)


def _fixed(number: float, digits: Any = 0) -> str:
    return f"{number:.{_integer(digits)}f}"


TEXT_METHODS: dict[str, Callable[..., Any]] = {
    "at": _at,
    "charAt": _char_at,
    "charCodeAt": _char_code_at,
    "concat": _concat,
    "endsWith": lambda text, end: text.endswith(as_text(end)),
    "includes": _includes,
    "indexOf": _index_of,
    "lastIndexOf": _last_index_of,
    "lower": str.lower,
    "match": _match,
    "padEnd": functools.partial(_pad, at_start=False),
    "padStart": functools.partial(_pad, at_start=True),
    "repeat": _repeat,
    "replace": _replace,
    "replaceAll": functools.partial(_replace, everywhere=True),
    "slice": _slice,
    "split": _split,
    "startsWith": lambda text, start, place=0: text.startswith(as_text(start), _integer(place)),
    "substr": _substr,
    "substring": _substring,
    "toLowerCase": str.lower,
    "toString": as_text,
    "toUpperCase": str.upper,
    "trim": str.strip,
    "trimEnd": str.rstrip,
    "trimStart": str.lstrip,
    "upper": str.upper,
}
LIST_METHODS: dict[str, Callable[..., Any]] = {
    "append": _push,
    "at": _at,
    "concat": _concat,
    "flat": _flat,
    "includes": _includes,
    "indexOf": _index_of,
    "join": _join,
    "lastIndexOf": _last_index_of,
    "pop": lambda items: items.pop() if items else None,
    "push": _push,
    "reverse": lambda items: items[::-1],
    "shift": lambda items: items.pop(0) if items else None,
    "slice": _slice,
    "sort": lambda items: sorted(items, key=as_text),
    "toString": as_text,
}
OBJECT_METHODS: dict[str, Callable[..., Any]] = {
    "get": lambda mapping, key, default=None: mapping.get(as_text(key), default),
    "hasOwnProperty": lambda mapping, key: as_text(key) in mapping,
    "items": lambda mapping: [[key, value] for key, value in mapping.items()],
    "keys": list,
    "values": lambda mapping: list(mapping.values()),
}
NUMBER_METHODS: dict[str, Callable[..., Any]] = {"toFixed": _fixed, "toString": number_text}
