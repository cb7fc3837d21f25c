"""Backstage's catalog client changes the catalog of a running portal, with every method that does."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity, Location
from portal.accounts.models import Account, NamespaceGrant
from tests.catalog.conftest import Folder

from .conftest import ClientError, Clients

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("worker"),
]

WEB, SHOP = "component:default/web", "component:default/shop"


@pytest.fixture
def catalog(clients_of: Callable[..., Clients], member: Account) -> Callable[..., Any]:
    """A method of the catalog client as an editor: `catalog("addLocation", {…})`."""
    NamespaceGrant.objects.create(namespace="default", subject="user:default/member", role="editor")
    clients = clients_of(member, "read", "catalog:write")
    return lambda method, *arguments: clients("catalog", method, *arguments)


@pytest.fixture
def target(folder: Folder, settings: Any) -> str:
    """A file that declares `web` and `shop`, and may be registered."""
    settings.CATALOG_ROOTS = [folder.path]
    return str(folder.components("all.yaml", "web", "shop"))


@pytest.fixture
def location(catalog: Callable[..., Any], target: str) -> dict[str, str]:
    """The location, registered by the client."""
    added = catalog("addLocation", {"type": "file", "target": target})
    assert (added["entities"], added["location"]["type"], added["location"]["target"]) == ([], "file", target)
    found: dict[str, str] = added["location"]
    return found


def test_add_location_and_find_it(catalog: Callable[..., Any], location: dict[str, str]) -> None:
    assert location["id"] == str(Location.objects.get().uid)
    assert catalog("getEntityByRef", location["entityRef"])["spec"]["target"] == location["target"]
    assert catalog("getLocations")["items"] == [location]
    assert catalog("getLocationById", location["id"]) == location
    assert catalog("getLocationByRef", f"file:{location['target']}") == location
    assert catalog("getLocationByEntity", WEB) == location
    assert catalog("queryLocations", {"query": {"type": "file"}}) == {
        "items": [location],
        "totalItems": 1,
        "pageInfo": {},
    }
    assert catalog("streamLocations", {"limit": 1}) == [[location]]
    missing = "aaaaaaaa-0000-4000-8000-000000000000"
    assert catalog("getLocationById", missing) is None
    assert catalog("getLocationByRef", "file:/none") is None
    assert catalog("getLocationByEntity", "component:default/none") is None


def test_add_location_twice(catalog: Callable[..., Any], location: dict[str, str], folder: Folder) -> None:
    again = {"type": "file", "target": location["target"]}
    with pytest.raises(ClientError) as caught:
        catalog("addLocation", again)
    assert (caught.value.status, caught.value.cause["name"]) == (409, "ConflictError")
    folder.components("all.yaml", "web", "shop", "new")
    refreshed = catalog("addLocation", {**again, "onConflict": "refresh"})
    assert refreshed["location"] == location
    assert catalog("getEntityByRef", "component:new")["metadata"]["name"] == "new"


def test_add_location_as_a_dry_run(catalog: Callable[..., Any], target: str) -> None:
    tried = catalog("addLocation", {"type": "file", "target": target, "dryRun": True})
    assert (tried["exists"], tried["location"]["id"]) == (False, f"file:{target}")
    assert [each["metadata"]["name"] for each in tried["entities"] if each["kind"] == "Component"] == [
        "web",
        "shop",
    ]
    assert Location.objects.count() == 0
    with pytest.raises(ClientError) as caught:
        catalog("addLocation", {"type": "file", "target": "/etc/passwd", "dryRun": True})
    assert (caught.value.status, caught.value.cause["name"]) == (400, "InputError")


def test_update_and_remove_location(
    catalog: Callable[..., Any], location: dict[str, str], folder: Folder
) -> None:
    other = str(folder.components("other.yaml", "bell"))
    updated = catalog("updateLocation", location["id"], {"type": "file", "target": other})
    assert (updated["id"], updated["target"]) == (location["id"], other)
    assert catalog("getEntityByRef", WEB) is None
    assert catalog("getEntityByRef", "component:bell")["kind"] == "Component"
    catalog("removeLocationById", location["id"])
    assert catalog("getLocations") == {"items": []}
    assert Entity.objects.count() == 0


def test_refresh_entity(catalog: Callable[..., Any], location: dict[str, str], folder: Folder) -> None:
    folder.components("all.yaml", "web", "shop", "new")
    catalog("refreshEntity", WEB)
    assert catalog("getEntityByRef", "component:new")["metadata"]["name"] == "new"
    with pytest.raises(ClientError) as caught:
        catalog("refreshEntity", "component:default/none")
    assert (caught.value.status, caught.value.cause["name"]) == (404, "NotFoundError")


def test_remove_entity_by_uid(catalog: Callable[..., Any], location: dict[str, str]) -> None:
    catalog("removeEntityByUid", catalog("getEntityByRef", WEB)["metadata"]["uid"])
    assert catalog("getEntityByRef", WEB) is None
    assert catalog("getEntityByRef", SHOP) is not None


def test_get_entity_ancestors(catalog: Callable[..., Any], location: dict[str, str]) -> None:
    answer = catalog("getEntityAncestors", {"entityRef": WEB})
    assert answer["rootEntityRef"] == WEB
    assert [each["parentEntityRefs"] for each in answer["items"]] == [[location["entityRef"]], []]
    assert answer["items"][0]["entity"] == catalog("getEntityByRef", WEB)


def test_validate_entity(catalog: Callable[..., Any]) -> None:
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "web"},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
    }
    where = "url:https://example.com/catalog-info.yaml"
    assert catalog("validateEntity", entity, where) == {"valid": True}
    refused = catalog("validateEntity", {**entity, "spec": {"type": "service"}}, where)
    assert refused["valid"] is False
    assert [error["name"] for error in refused["errors"]] == ["InputError"] * 2


def test_analyze_location(catalog: Callable[..., Any], location: dict[str, str]) -> None:
    where = {"type": "file", "target": location["target"]}
    answer = catalog("analyzeLocation", {"location": where, "catalogFilename": "all.yaml"})
    assert [
        (each["isRegistered"], each["location"], each["entity"]["metadata"]["name"])
        for each in answer["existingEntityFiles"]
    ] == [(True, where, "web"), (True, where, "shop")]
    assert answer["generateEntities"] == []


def test_a_token_that_may_only_read_changes_nothing(
    clients_of: Callable[..., Clients], member: Account, target: str
) -> None:
    with pytest.raises(ClientError) as caught:
        clients_of(member, "read")("catalog", "addLocation", {"type": "file", "target": target})
    assert (caught.value.status, caught.value.cause["name"]) == (403, "NotAllowedError")
    assert Location.objects.count() == 0
