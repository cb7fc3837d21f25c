"""The documents of a read: what they say is on disk once it is much, what they are is in memory."""

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

import orjson

from catalog.entities.yaml_reader import Chunk
from catalog.kinds import Kind

KEPT_BYTES = 1024 * 1024
LENGTH_BYTES = 8


class Spool:
    """Values that can be written as JSON, in a file without a name that goes away with the spool."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(KEPT_BYTES)  # noqa: SIM115 - closed with the last who knows it
        self._end = 0
        self._is_at_end = True

    def put(self, value: Any) -> int:
        """Where the value is from now on."""
        content = orjson.dumps(value)
        if not self._is_at_end:
            self._file.seek(self._end)
            self._is_at_end = True
        self._file.write(len(content).to_bytes(LENGTH_BYTES) + content)
        at, self._end = self._end, self._end + LENGTH_BYTES + len(content)
        return at

    def get(self, at: int) -> Any:
        self._is_at_end = False
        self._file.seek(at)
        return orjson.loads(self._file.read(int.from_bytes(self._file.read(LENGTH_BYTES))))


@dataclass(frozen=True, slots=True)
class Document:
    """An accepted document and where it stands; `parent_ref` is the Location entity that named its file,
    `digest` that of its text."""

    ref: str
    kind: Kind
    path: str
    line: int
    parent_ref: str
    digest: str
    spool: Spool
    at: int
    body_at: int
    """Where value and text are in the spool."""

    @property
    def value(self) -> dict[str, Any]:
        """What it says, read each time: it is another's to change."""
        value: dict[str, Any] = self.spool.get(self.at)
        return value

    @property
    def body(self) -> str:
        """The YAML text, without its separator."""
        return str(self.spool.get(self.body_at))


@dataclass(frozen=True, slots=True)
class Named:
    """Who names a file, for what is to be said where it cannot be read."""

    document: Document
    chunk: Chunk
    where: tuple[str | int, ...]
    is_optional: bool
    is_found: bool = False
    """By a pattern: what cannot be read of it is said at the file itself."""
