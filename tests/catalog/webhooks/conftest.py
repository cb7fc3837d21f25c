"""A receiver that the operator allowed, and a member who asks for webhooks to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache

from portal.accounts.models import Account
from tests.catalog.conftest import folder
from tests.conftest import GraphQLClient
from tests.servers import HttpServer

__all__ = ["folder"]


@pytest.fixture
def receiver(settings: Any) -> Iterator[HttpServer]:
    with HttpServer() as server:
        server.routes["/hook"] = (204, {}, b"")
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, server.host]
        yield server
    cache.clear()


@pytest.fixture
def ask(graphql: Callable[..., GraphQLClient], member: Account) -> GraphQLClient:
    return graphql(member)
