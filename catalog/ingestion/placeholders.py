"""`$text`, `$json` and `$yaml`: values that stand in a file beside the descriptor."""

from typing import Any

import orjson

from catalog.entities.findings import Refused
from catalog.entities.yaml_reader import MAX_NESTING, MAX_NODES, decode, load, split
from catalog.sources.base import MAX_READ, Source, SourceError

KEYS = ("$text", "$json", "$yaml")
MAX_PLACEHOLDERS = 50


def has_placeholders(text: str) -> bool:
    """Whether a descriptor's text may hold one, without reading it."""
    return any(key in text for key in KEYS)


def resolve_placeholders(value: Any, *, path: str, source: Source) -> Any:
    """The value with every placeholder replaced by what its file holds.

    `path` is the descriptor's file; files are read from the same source. Raises Refused with the
    placeholder in the message where one cannot be resolved. Values from files are not resolved again.
    """
    return _Resolver(path, source).walk(value)


class _Resolver:
    def __init__(self, path: str, source: Source) -> None:
        self.path = path
        self.source = source
        self.count = 0

    def walk(self, value: Any, where: tuple[str | int, ...] = ()) -> Any:
        if isinstance(value, list):
            return [self.walk(item, (*where, index)) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            key, target = next(iter(value.items()))
            if key in KEYS and isinstance(target, str):
                try:
                    return self._resolve(key, target)
                except Refused as error:
                    error.where = (*where, key)
                    raise
        return {key: self.walk(item, (*where, key)) for key, item in value.items()}

    def _resolve(self, key: str, target: str) -> Any:
        self.count += 1
        if self.count > MAX_PLACEHOLDERS:
            raise Refused(
                "PLACEHOLDER_UNREADABLE", f"More than {MAX_PLACEHOLDERS} placeholders in one entity."
            )
        try:
            file = self.source.resolve(self.path, target)
            text = decode(self.source.read(file), MAX_READ)
        except SourceError as error:
            raise Refused("PLACEHOLDER_UNREADABLE", f"{key}: {target}: {error.message}") from None
        except Refused as error:
            raise _inside(key, target, error) from None
        if key == "$text":
            return text
        return self._parse(key, target, text)

    def _parse(self, key: str, target: str, text: str) -> Any:
        if key == "$json":
            try:
                return within_limits(orjson.loads(text))
            except orjson.JSONDecodeError as error:
                raise Refused("PLACEHOLDER_UNREADABLE", f"{key}: {target} is not JSON: {error}.") from None
            except Refused as error:
                raise _inside(key, target, error) from None
        try:
            chunks = split(text)
            if len(chunks) != 1:
                raise Refused("PLACEHOLDER_UNREADABLE", f"it has {len(chunks)} documents, it must have one.")
            return load(chunks[0])
        except Refused as error:
            raise _inside(key, target, error) from None


def _inside(key: str, target: str, error: Refused) -> Refused:
    finding = error.finding
    where = f" line {finding.line}" if finding.line else ""
    return Refused("PLACEHOLDER_UNREADABLE", f"{key}: {target}{where}: {finding.message}")


def within_limits(value: Any) -> Any:
    """The value, held to the limits that YAML is held to while it is read."""
    level, nodes = [value], 0
    for _ in range(MAX_NESTING + 1):
        nodes += len(level)
        if nodes > MAX_NODES:
            raise Refused("TOO_MANY_NODES", f"More than {MAX_NODES} values in one document.")
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.keys())
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, str) and "\x00" in item:
                raise Refused("BAD_CHARACTER", "The text holds a NUL character. Remove it.")
        if not below:
            return value
        level = below
    raise Refused("NESTED_TOO_DEEP", f"Nested deeper than {MAX_NESTING} levels. Flatten it.")
