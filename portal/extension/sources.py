"""EntitySource: a place that a plugin knows how to read descriptors from, such as an inventory."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.extension.points import ExtensionError

TAKEN = {"file", "git", "url", "push", "http", "https", "plugin"}


class SourceUnavailable(Exception):
    """It cannot be read now: what is in the catalog stays. `wait` is in seconds, where it said so."""

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message)
        self.message = message
        self.wait = wait


@dataclass(frozen=True, slots=True)
class EntitySource:
    """Locations `<name>:<target>`; `read(target)` answers everything there is: descriptor text by path.

    A path is a name with slashes, the text YAML of one document or several. A worker reads it every
    PORTAL_CATALOG_REMOTE_POLL_SECONDS; what it answered before and no longer does is removed, what it raises
    removes nothing. `check_target` answers why a target cannot be one, "" where it can.
    """

    name: str
    read: Callable[[str], Mapping[str, str]]
    check_target: Callable[[str], str] = lambda target: ""

    def check(self) -> None:
        """Raise ExtensionError where it could not be named; called when it is added."""
        if self.name in TAKEN or not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", self.name):
            raise ExtensionError(
                f"The source {self.name!r} cannot be the type of a location: name it otherwise."
            )
