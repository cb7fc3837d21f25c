"""Backstage's search client and its permission client ask a running portal."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.models import Account, NamespaceGrant

from .conftest import ClientError, Clients

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("company"),
]

VAULT = "component:secret/vault"


@pytest.fixture
def search(clients_of: Callable[..., Clients], member: Account) -> Callable[..., Any]:
    clients = clients_of(member)
    return lambda query: clients("search", "query", query)


@pytest.mark.parametrize("term", ["shop-web", "hop-w", "shop", "shoop-web"])
def test_the_search_client_finds_a_name_its_parts_and_a_misspelling(
    search: Callable[..., Any], term: str
) -> None:
    found = search({"term": term, "types": ["software-catalog"], "filters": {"kind": ["Component"]}})
    (only,) = found["results"]
    assert (only["type"], only["rank"]) == ("software-catalog", 1)
    assert only["document"]["location"] == "/catalog/default/component/shop-web"
    assert found["numberOfResults"] == 1


def test_the_search_client_walks_through_pages_and_back(search: Callable[..., Any]) -> None:
    whole = [each["document"]["location"] for each in search({"term": "", "pageLimit": 100})["results"]]
    first = search({"term": "", "pageLimit": 3})
    second = search({"term": "", "pageLimit": 3, "pageCursor": first["nextPageCursor"]})
    walked = [each["document"]["location"] for each in [*first["results"], *second["results"]]]
    assert walked == whole[:6]
    assert [each["rank"] for each in second["results"]] == [4, 5, 6]
    back = search({"term": "", "pageLimit": 3, "pageCursor": second["previousPageCursor"]})
    assert back["results"] == first["results"]


def test_the_search_client_is_told_what_it_asked_wrongly(search: Callable[..., Any]) -> None:
    with pytest.raises(ClientError) as caught:
        search({"term": "x", "types": ["nothing-of-the-sort"]})
    assert (caught.value.status, caught.value.cause["name"]) == (400, "InputError")


def question(name: str, ref: str | None = None) -> dict[str, Any]:
    kind: dict[str, Any] = (
        {"type": "resource", "resourceType": "catalog-entity"} if ref else {"type": "basic"}
    )
    asked: dict[str, Any] = {"permission": {**kind, "name": name, "attributes": {}}}
    return {**asked, "resourceRef": ref} if ref else asked


@pytest.mark.parametrize("client", ["permission", "batchedPermission"])
def test_the_permission_client_is_told_what_an_account_may(
    clients_of: Callable[..., Clients], member: Account, outsider: Account, client: str
) -> None:
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/department", role="reader")
    questions = [
        question("catalog.entity.read", VAULT),
        question("catalog.entity.read", "component:default/orders"),
        question("catalog.entity.read", "component:default/none"),
        question("catalog.entity.create"),
    ]

    def results(account: Account) -> list[str]:
        answers = clients_of(account, "read")(client, "authorize", questions)
        return [answer["result"] for answer in answers]

    assert results(member) == ["ALLOW", "ALLOW", "DENY", "DENY"]
    assert results(outsider) == ["DENY", "ALLOW", "DENY", "DENY"]


def test_the_permission_client_gets_no_conditions(
    clients_of: Callable[..., Clients], member: Account
) -> None:
    clients = clients_of(member)
    answers = clients("permission", "authorizeConditional", [question("catalog.entity.create")])
    assert answers == [{"id": answers[0]["id"], "result": "DENY"}]
    resource = {"permission": {"type": "resource", "name": "catalog.entity.read", "attributes": {}}}
    with pytest.raises(ClientError) as caught:
        clients("permission", "authorizeConditional", [resource])
    assert (caught.value.status, caught.value.cause["name"]) == (400, "InputError")
