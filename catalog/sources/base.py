"""What every source can do, the errors it raises, and how paths and patterns are resolved inside its root."""

import hashlib
import posixpath
import re
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import orjson

from portal.integrations.errors import IntegrationError, NotFound, RateLimited

MAX_READ = 2 * 1024 * 1024
MAX_LISTED = 20_000
Paths = list[str]


class SourceError(Exception):
    """A source cannot give what was asked.

    `missing` where the thing asked for is simply not there; `wait` the seconds its host wants to be left
    alone.
    """

    def __init__(self, code: str, message: str, *, missing: bool = False, wait: float = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.missing = missing
        self.wait = wait


def as_source_error(what: str, error: IntegrationError) -> SourceError:
    """What an adapter raised, in a source's words."""
    if isinstance(error, RateLimited):
        return SourceError(error.code, f"{what}: its host asks us to wait.", wait=error.retry_after)
    message = str(error) if what in str(error) else f"{what}: {error}"
    return SourceError(error.code, message, missing=isinstance(error, NotFound))


class Source(Protocol):
    """Files by path from the root, with `/`, at one revision."""

    entry: str
    """The path that the location names, or a pattern of paths; `` is the root itself."""

    scope: frozenset[str] | None
    """The files and folders that a read speaks of, where it reads only what changed; None for all."""

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        """The bytes of a file. Raises SourceError, also where it is larger than `limit`."""
        ...

    def list(self, folder: str = "") -> Paths:
        """Every file below a folder, sorted, at most MAX_LISTED; links and names that begin with a dot are
        left out. Raises SourceError where it is no folder."""
        ...

    def is_folder(self, path: str) -> bool: ...

    def resolve(self, base_path: str, relative: str) -> str:
        """The path `relative` means in the file `base_path`. Raises SourceError where it leaves the root."""
        ...

    def revision(self) -> str:
        """A fingerprint that changes when something that was read last time has changed."""
        ...

    def address(self, path: str) -> str:
        """How annotations name a file: `file:/srv/catalog/all.yaml`."""
        ...

    def memory(self) -> dict[str, Any]:
        """What the next look is compared with beside the revision; JSON, kept with the location."""
        ...


@runtime_checkable
class Dated(Protocol):
    """A source that shows a commit."""

    def changed_at(self, folder: str = "") -> dict[str, datetime]:
        """When each file below a folder was changed last, by path; `` is when the commit was made.

        Files are left out where the history is not here, or where they did not change in the part of it that
        is looked through. Raises SourceError.
        """
        ...


@runtime_checkable
class Listed(Protocol):
    """A source that knows itself which files a read begins with; a missing one fails for itself only."""

    def entries(self) -> Paths: ...


@runtime_checkable
class InParts(Protocol):
    """A source that reads a part at a time; `rest` are the seconds until the next, None after the last."""

    rest: float | None


def resolve_path(base_path: str, relative: str) -> str:
    """The normal form of `relative`, seen from the file `base_path`, inside the root.

    Raises SourceError for addresses, absolute paths, odd characters, and paths that leave the root.
    """
    shown = repr(relative[:200])
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", relative):
        raise SourceError(
            "TARGET_NOT_READ", f"{shown} is an address. This portal reads paths relative to the file."
        )
    if "\x00" in relative or "\\" in relative or "\n" in relative or not relative.strip():
        raise SourceError(
            "TARGET_NOT_READ", f"{shown} is not a path. Write one relative to the file, with `/`."
        )
    if relative.startswith(("/", "~")):
        raise SourceError("OUTSIDE_ROOT", f"{shown} is absolute. Write a path relative to the file.")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base_path), relative))
    if path == ".." or path.startswith("../"):
        raise SourceError(
            "OUTSIDE_ROOT", f"{shown} leaves the location's root folder. Register the folder above instead."
        )
    return "" if path == "." else path


def digest(content: dict[str, Any]) -> str:
    """A fingerprint of what can be written as JSON, whatever the order of its keys."""
    text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


def is_pattern(path: str) -> bool:
    return "*" in path or "?" in path


def matches(pattern: str, path: str) -> bool:
    """`*` and `?` stay in one folder, `**` crosses folders."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.fullmatch("".join(meaning.get(part, re.escape(part)) for part in parts), path) is not None
