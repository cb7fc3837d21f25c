"""Processor: what a plugin does to the documents of descriptors before they are checked and kept."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from portal.extension.points import ExtensionError


class DocumentRefused(Exception):
    """The plugin does not accept a document: the message becomes a problem at the line of `path`."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


@dataclass(frozen=True, slots=True)
class Processor:
    """`process(document)` answers the document to go on with, plain data; kind and name stay as they are.

    It is called whenever a source that changed is read, within the deadline of plugins, and must make the
    same of the same document: it fetches nothing. `kinds` are names of kinds, or `*`.
    """

    name: str
    process: Callable[[dict[str, Any]], Mapping[str, Any]]
    kinds: tuple[str, ...] = ("*",)

    def applies_to(self, kind: str) -> bool:
        return any(fnmatchcase(kind.lower(), pattern.lower()) for pattern in self.kinds)

    def check(self) -> None:
        """Raise ExtensionError where it could not be run; called when it is added."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ExtensionError(f"The processor {self.name!r} is not named in the form some-words.")
