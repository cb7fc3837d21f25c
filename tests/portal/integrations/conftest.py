"""A server that the operator allowed to be called, and one that nobody allowed."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.servers import HttpServer


@pytest.fixture
def allowed(settings, db) -> Iterator[HttpServer]:
    with HttpServer() as server:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, server.host]
        yield server
    cache.clear()


@pytest.fixture
def forbidden(db) -> Iterator[HttpServer]:
    """Nothing may ever arrive here."""
    with HttpServer() as server:
        server.routes["/"] = (200, {}, b"secret")
        yield server
