"""Asks servers, and leaves one that failed alone for a while, in all processes: it has enough to do."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from portal.plugin_api import Failed
from portal.plugin_api.http import IntegrationError

from .settings import Server

T = TypeVar("T")
REST_SECONDS = 30


class Unavailable(Exception):
    """A server that cannot be asked now; the message is a sentence to show."""


def ask(server: Server, question: Callable[[], T]) -> T:
    """What the server answers. Raises Unavailable, and does so without asking while the server rests."""
    key = f"monitoring-rest:{server.name}"
    reason = cache.get(key)
    if reason:
        raise Unavailable(reason)
    try:
        return question()
    except IntegrationError as error:
        cache.set(key, str(error), REST_SECONDS)
        raise Unavailable(str(error)) from error


def failed(error: Unavailable) -> Failed:
    """What becomes of a target of a server that cannot be asked."""
    return Failed(f"{error}")
