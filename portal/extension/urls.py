"""Addresses of plugins: files that a plugin serves under `/api/plugins/<plugin>/`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PluginFile:
    """What an address answers. A browser shows it in a sandbox: nothing in it runs."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class PluginUrl:
    """`answer(viewer=…, **parts)` gives the file at `route` (Django's path syntax), or None for 404.

    It is asked for GET and HEAD only, by somebody who has signed in, and may not write.
    """

    name: str
    route: str
    answer: Callable[..., PluginFile | None]
