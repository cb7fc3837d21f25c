"""A client that reads the REST of the catalog as somebody."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.test import Client

from catalog.models import Location
from portal.accounts.models import Account, NamespaceGrant
from tests.catalog.conftest import company, folder  # noqa: F401 - fixtures

VAULT = "component:secret/vault"
COMPONENTS = ["Component/orders", "Component/Shop-Web", "Component/vault"]


class Api:
    """`/api/catalog` through an API token."""

    def __init__(self, http: Client) -> None:
        self.http = http

    def get(self, path: str, parameters: Any = None, **headers: str) -> Any:
        return self.http.get(f"/api/catalog/{path}", parameters, headers=headers)

    def post(self, path: str, body: Any) -> Any:
        return self.http.post(f"/api/catalog/{path}", body, content_type="application/json")

    def read(self, path: str, parameters: Any = None) -> Any:
        """The JSON of a good answer."""
        return good(self.get(path, parameters))

    def ask(self, path: str, body: Any) -> Any:
        """The JSON of a good answer to a POST."""
        return good(self.post(path, body))


def good(answer: Any) -> Any:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, body
    return orjson.loads(body)


def names(entities: Any) -> list[str]:
    """`kind/name` of entities, without the entities that locations make."""
    found = [f"{each['kind']}/{each['metadata']['name']}" for each in entities if each]
    return [name for name in found if "generated-" not in name]


def query(api: Api, **parameters: Any) -> Any:
    """A page of entities."""
    return api.read("entities/by-query", parameters)


@pytest.fixture
def api(bearer: Callable[..., Client]) -> Callable[..., Api]:
    return lambda account, *scopes: Api(bearer(account, *scopes))


@pytest.fixture
def guarded(company: Location) -> None:  # noqa: F811
    """The namespace `secret` is for team-a's department."""
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/department", role="reader")


@pytest.fixture
def inside(api: Callable[..., Api], member: Account) -> Api:
    """Reads as a member of team-a."""
    return api(member)


@pytest.fixture
def outside(api: Callable[..., Api], outsider: Account) -> Api:
    """Reads as somebody who has no grant."""
    return api(outsider)
