"""Permissions asked in the words of Backstage: the same rules as those that the services ask."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Account, NamespaceGrant

from .conftest import VAULT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("guarded")]

ALL = ("read", "catalog:write", "scaffolder:run")
ORDERS, SHOP_WEB, NONE = "component:default/orders", "component:default/shop-web", "component:default/none"


def item(name: str, ref: Any = None, id: str = "a") -> dict[str, Any]:
    if ref is None:
        return {"id": id, "permission": {"type": "basic", "name": name, "attributes": {}}}
    permission = {"type": "resource", "name": name, "resourceType": "some", "attributes": {}}
    return {"id": id, "permission": permission, "resourceRef": ref}


def ask(client: Client, *items: Any) -> Any:
    return client.post("/api/permission/authorize", {"items": items}, content_type="application/json")


@pytest.fixture
def may(bearer: Callable[..., Client]) -> Callable[..., Any]:
    """The result of one question: `may(member, "catalog.entity.read", ORDERS)`."""

    def result(account: Account, name: str, ref: Any = None, scopes: tuple[str, ...] = ALL) -> Any:
        # Administrators ask in a session: no token is one.
        client = Client() if account.is_superuser else bearer(account, *scopes)
        if account.is_superuser:
            client.force_login(account)
        answer = ask(client, item(name, ref))
        assert answer.status_code == 200, answer.content
        (only,) = answer.json()["items"]
        assert only["id"] == "a"
        return only["result"]

    return result


def test_what_is_hidden_is_denied_as_what_is_missing(
    may: Callable[..., Any], member: Account, outsider: Account
) -> None:
    refs = [ORDERS, VAULT, NONE, "not a ref", "Component:Default/Orders"]
    read = "catalog.entity.read"
    assert may(member, read, refs) == ["ALLOW", "ALLOW", "DENY", "DENY", "ALLOW"]
    assert may(outsider, read, refs) == ["ALLOW", "DENY", "DENY", "DENY", "ALLOW"]
    assert may(member, read, VAULT, ("catalog:write",)) == "DENY"


@pytest.mark.parametrize("name", ["catalog.entity.delete", "catalog.entity.refresh"])
def test_entities_are_changed_by_owners_editors_and_administrators(
    may: Callable[..., Any], member: Account, admin: Account, name: str
) -> None:
    assert may(member, name, [SHOP_WEB, ORDERS, NONE]) == ["ALLOW", "DENY", "DENY"]
    assert may(member, name, SHOP_WEB, ("read",)) == "DENY"
    assert may(admin, name, [SHOP_WEB, ORDERS, NONE]) == ["ALLOW", "ALLOW", "DENY"]
    NamespaceGrant.objects.create(namespace="default", subject="user:default/member", role="editor")
    assert may(member, name, [SHOP_WEB, ORDERS, NONE]) == ["ALLOW", "ALLOW", "DENY"]


def test_registering_is_for_editors_where_there_are_any(
    may: Callable[..., Any], member: Account, outsider: Account
) -> None:
    for name in ("catalog.entity.create", "catalog.location.create", "catalog.location.analyze"):
        assert may(outsider, name) == "ALLOW"
        assert may(outsider, name, scopes=("read",)) == "DENY"
    NamespaceGrant.objects.create(namespace="default", subject="user:default/member", role="editor")
    NamespaceGrant.objects.create(namespace="default", subject="everyone", role="reader")
    assert may(outsider, "catalog.entity.create") == "DENY"
    assert may(member, "catalog.entity.create") == "ALLOW"
    assert [may(outsider, f"catalog.{name}") for name in ("location.read", "entity.validate")] == [
        "ALLOW"
    ] * 2
    assert may(outsider, "catalog.location.delete", scopes=("read",)) == "DENY"


def test_templates_actions_and_tasks(may: Callable[..., Any], outsider: Account) -> None:
    assert may(outsider, "scaffolder.task.create") == "ALLOW"
    assert may(outsider, "scaffolder.task.create", scopes=("read",)) == "DENY"
    assert may(outsider, "scaffolder.action.execute", ["debug:log", "no:such"]) == ["ALLOW", "DENY"]
    for name in ("scaffolder.task.read", "scaffolder.task.cancel"):
        assert may(outsider, name, ["aaaaaaaa-0000-4000-8000-000000000000", "x"]) == ["DENY", "DENY"]


def test_nobody_has_a_permission_that_is_not_known(may: Callable[..., Any], admin: Account) -> None:
    assert (may(admin, "devtools.administer"), may(admin, "some.thing", ["x", "y"])) == ("DENY", ["DENY"] * 2)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": "x"},
        {"items": [{}]},
        {"items": [{"id": 1, "permission": {"type": "basic", "name": "a"}}]},
        {"items": [{"id": "1", "permission": {"type": "other", "name": "a"}}]},
        {"items": [{**item("catalog.entity.read", "x"), "resourceRef": [1]}]},
        {"items": [{**item("catalog.entity.read", "x"), "resourceRef": None}]},
        {"items": [item("catalog.entity.read")]},
        {"items": [item("catalog.entity.read", ["x"] * 1001)]},
    ],
)
def test_what_makes_no_sense_is_an_input_error(bearer: Any, member: Account, body: Any) -> None:
    answer = bearer(member).post("/api/permission/authorize", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")


def test_nobody_is_told_anything_without_signing_in(client: Client) -> None:
    assert ask(client, item("catalog.entity.create")).status_code == 401


def test_many_questions_cost_as_many_statements_as_one(
    bearer: Any, member: Account, django_assert_max_num_queries: Any
) -> None:
    caller = bearer(member, *ALL)
    with django_assert_max_num_queries(12):
        names = ("catalog.entity.read", "catalog.entity.delete")
        answer = ask(caller, *[item(name, [ORDERS, SHOP_WEB] * 50, name) for name in names])
    assert [len(each["result"]) for each in answer.json()["items"]] == [100, 100]
