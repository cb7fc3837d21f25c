"""Addresses of plugins: what a plugin answers under `/api/plugins/<plugin>/`, or under a name of its own."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.extension.points import ExtensionError

TAKEN = {"catalog", "scaffolder", "search", "plugins", "hooks", "portal", "auth"}
METHODS = {"GET", "POST"}
STATUSES = {200, 400, 404, 409, 422}


@dataclass(frozen=True, slots=True)
class PluginFile:
    """What an address answers. A browser shows it in a sandbox: nothing in it runs."""

    content: bytes
    media_type: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class PluginRequest:
    """What was asked: `query` of the address (the last value of each name), `body` read from JSON."""

    method: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class PluginUrl:
    """`answer(viewer=…, **parts)` gives the file at `route` (Django's path syntax), or None for 404.

    With `takes_request` it is given `request=PluginRequest(…)` too; it may list POST in `methods` then. It is
    asked by somebody who has signed in, and may not write. `at="techdocs"` is `/api/techdocs/<route>`.
    """

    name: str
    route: str
    answer: Callable[..., PluginFile | None]
    methods: tuple[str, ...] = ("GET",)
    takes_request: bool = False
    at: str = ""
    permission: str = ""

    def check(self) -> None:
        """Raise ExtensionError where it could not be asked for; called when it is added."""
        if not set(self.methods) <= METHODS or ("POST" in self.methods and not self.takes_request):
            raise ExtensionError(
                f"The address {self.name} answers {', '.join(self.methods)}: it may answer GET, and POST "
                "where it takes_request. Nothing can be written through it."
            )
        if self.at in TAKEN or not re.fullmatch(r"[a-z0-9-]*", self.at):
            raise ExtensionError(f"The address {self.name} cannot be at /api/{self.at}: choose another name.")


def json_file(content: Any, status: int = 200) -> PluginFile:
    """An answer in JSON; for 400, 404, 409 and 422 too."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return PluginFile(text.encode(), "application/json; charset=utf-8", status)
