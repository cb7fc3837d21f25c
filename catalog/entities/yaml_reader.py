"""YAML to JSON values, safely: nothing beyond the JSON model, within limits, each mistake with its line."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml
from yaml import events
from yaml._yaml import CParser

from catalog.entities.findings import Refused
from catalog.entities.plain_yaml import NotPlain, load_plain
from catalog.entities.scalars import STANDARD, bad_tag, scalar_value

MAX_FILE_BYTES = 1024 * 1024
MAX_DOCUMENTS = 1000
MAX_NESTING = 64
MAX_NODES = 50_000
MAX_ALIASES = 50

SEPARATOR = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
CONTENT = re.compile(r"^(?!\s*(?:#|\r?$)|%|---[ \t]*(?:#.*)?\r?$|\.\.\.[ \t]*\r?$).", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One document of a file as text; `line` is where its content begins, `offset` the lines before it."""

    text: str
    line: int
    offset: int


def decode(data: bytes, limit: int = MAX_FILE_BYTES) -> str:
    """The text of a file. Raises Refused where it is too large, not UTF-8, or holds NUL."""
    if len(data) > limit:
        raise Refused(
            "FILE_TOO_LARGE", f"The file has {len(data)} bytes; at most {limit} are read. Split it.", 1
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused("NOT_UTF8", "The file is not UTF-8. Save it as UTF-8.", line) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused("BAD_CHARACTER", "The file holds a NUL character. Remove it.", line)
    return text


def split(text: str) -> list[Chunk]:
    """The documents of a file, so that a broken one spoils only itself; those without content are left out.

    A line that begins with `---` or `...` ends a document wherever it stands, also inside of quotes.
    Raises Refused where there are more than MAX_DOCUMENTS.
    """
    starts = [0, *(match.start() for match in SEPARATOR.finditer(text)), len(text)]
    if len(starts) > 2 * MAX_DOCUMENTS + 4:
        raise Refused("TOO_MANY_DOCUMENTS", _too_many(len(starts) - 2), 1)
    chunks = []
    line = 0
    for start, end in pairwise(starts):
        part = text[start:end]
        content = CONTENT.search(part)
        if content:
            chunks.append(Chunk(part, line + part.count("\n", 0, content.start()) + 1, line))
        line += part.count("\n")
    if len(chunks) > MAX_DOCUMENTS:
        raise Refused("TOO_MANY_DOCUMENTS", _too_many(len(chunks)), 1)
    return chunks


def _too_many(count: int) -> str:
    return f"The file has {count} documents; at most {MAX_DOCUMENTS} are read. Split it."


def body_of(chunk: Chunk) -> str:
    """The document as written, without its separator."""
    text = re.sub(r"\A---[ \t]*(?:#[^\n]*)?\r?\n", "", chunk.text)
    return text.strip("\r\n") + "\n"


def load(chunk: Chunk) -> Any:
    """The value of a document. Raises Refused with the line of what is wrong."""
    try:
        return load_plain(chunk.text)
    except NotPlain:
        return _Builder(chunk).run()


def line_of(chunk: Chunk, path: tuple[str | int, ...]) -> int:
    """The line on which the value at `path` begins, or the deepest part of the path that is there."""
    builder = _Builder(chunk, wanted=path)
    with suppress(Refused):
        builder.run()
    return builder.found_line or chunk.line


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence being read."""

    value: Any
    anchor: str | None
    first_node: int
    lines: dict[str, int] = field(default_factory=dict)
    key: str | None = None
    last: str | None = None


class _Builder:
    """Builds one value from the events of libyaml, in a loop: no recursion, whatever the nesting."""

    def __init__(self, chunk: Chunk, wanted: tuple[str | int, ...] | None = None) -> None:
        self.chunk = chunk
        self.wanted = wanted
        self.found_line: int | None = None
        self.found_depth = 0
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.aliases = 0
        self.root: Any = None

    def run(self) -> Any:
        try:
            for event in _events(self.chunk.text):
                self._take(event)
        except yaml.YAMLError as error:
            raise self._syntax(error) from None
        except (ValueError, OverflowError, UnicodeError) as error:
            raise Refused("YAML_SYNTAX", f"Not readable as YAML: {error}.", self.chunk.line) from None
        return self.root

    def _take(self, event: Any) -> None:
        cls = event.__class__
        if cls is events.ScalarEvent:
            self._scalar(event)
        elif cls is events.MappingStartEvent:
            self._open(event, {}, f"{STANDARD}map")
        elif cls is events.SequenceStartEvent:
            self._open(event, [], f"{STANDARD}seq")
        elif cls in (events.MappingEndEvent, events.SequenceEndEvent):
            frame = self.stack.pop()
            if frame.anchor:
                self.anchors[frame.anchor] = (frame.value, self.nodes - frame.first_node + 1)
        elif cls is events.AliasEvent:
            self._alias(event)

    def _scalar(self, event: Any) -> None:
        self._count(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and isinstance(frame.value, dict):
            self._key(frame, event)
            return
        value = scalar_value(event, self._line(event))
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._put(value, event)

    def _key(self, frame: _Frame, event: Any) -> None:
        line = self._line(event)
        key = scalar_value(event, line)
        if not isinstance(key, str):
            raise Refused(
                "KEY_NOT_TEXT", f"The key {event.value[:50]!r} is not text. Put it in quotes.", line
            )
        if key == "<<" and event.implicit[0]:
            raise Refused("MERGE_KEY", "The merge key `<<` is not read. Write the keys out.", line)
        if key in frame.lines:
            raise Refused(
                "DUPLICATE_KEY",
                f"The key {key[:50]!r} stands on line {frame.lines[key]} and again on line {line}. "
                "Remove one of them.",
                line,
            )
        frame.lines[key] = line
        frame.key = key

    def _open(self, event: Any, value: Any, tag: str) -> None:
        self._count(event)
        if event.tag not in (None, "!", tag):
            raise bad_tag(event.tag, self._line(event))
        if len(self.stack) >= MAX_NESTING:
            raise Refused(
                "NESTED_TOO_DEEP", f"Nested deeper than {MAX_NESTING} levels. Flatten it.", self._line(event)
            )
        self._put(value, event)
        self.stack.append(_Frame(value, event.anchor, self.nodes))

    def _alias(self, event: Any) -> None:
        line = self._line(event)
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise Refused("TOO_MANY_ALIASES", f"More than {MAX_ALIASES} aliases. Write the values out.", line)
        if event.anchor not in self.anchors:
            raise Refused("YAML_SYNTAX", f"The alias *{event.anchor} names no finished anchor.", line)
        value, nodes = self.anchors[event.anchor]
        self.nodes += nodes - 1
        self._count(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and isinstance(frame.value, dict):
            raise Refused("KEY_NOT_TEXT", "An alias cannot be a key. Write the key out.", line)
        self._put(value, event)

    def _put(self, value: Any, event: Any) -> None:
        if self.wanted is not None:
            self._look(event)
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is None:
            raise Refused(
                "KEY_NOT_TEXT",
                "A key must be text, not a list or mapping. If `{{ … }}` is meant as text, put it in quotes.",
                self._line(event),
            )
        else:
            frame.value[frame.key] = value
            frame.key, frame.last = None, frame.key

    def _look(self, event: Any) -> None:
        """Remember the line if this value is where the wanted path leads, as far as it is there."""
        above = [len(f.value) - 1 if isinstance(f.value, list) else f.last for f in self.stack[:-1]]
        frame = self.stack[-1] if self.stack else None
        if frame is not None:
            above.append(len(frame.value) if isinstance(frame.value, list) else frame.key)
        depth = len(above)
        if depth >= self.found_depth and self.wanted is not None and tuple(above) == self.wanted[:depth]:
            self.found_depth = depth
            self.found_line = self._line(event)
            if frame is not None and frame.key is not None:
                self.found_line = frame.lines[frame.key]

    def _count(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Refused(
                "TOO_MANY_NODES", f"More than {MAX_NODES} values in one document.", self._line(event)
            )

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self.chunk.offset + 1

    def _syntax(self, error: yaml.YAMLError) -> Refused:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + self.chunk.offset + 1 if mark else self.chunk.line
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        return Refused("YAML_SYNTAX", f"Not readable as YAML: {problem}.", line)


def _events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()
