"""Locations over REST: listed, registered, tried, given another target, removed; as Backstage 1.55 does."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity, Location
from portal.accounts.models import Account, NamespaceGrant
from tests.catalog.conftest import Folder, everything

from .conftest import Api, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(folder: Folder, settings: Any) -> str:
    """A file that declares `web` and `shop`, and may be registered."""
    settings.CATALOG_ROOTS = [folder.path]
    return str(folder.components("all.yaml", "web", "shop"))


@pytest.fixture
def writer(api: Callable[..., Api], member: Account) -> Api:
    return api(member, "read", "catalog:write")


def entity_ref(kind: str, target: str) -> str:
    return f"location:default/generated-{hashlib.sha1(f'{kind}:{target}'.encode()).hexdigest()}"


def register(api: Api, target: str, query: str = "") -> Any:
    return api.post(f"locations{query}", {"type": "file", "target": target})


def test_a_location_is_registered_and_read(writer: Api, target: str) -> None:
    answer = register(writer, target)
    location = Location.objects.get()
    described = {
        "id": str(location.uid),
        "type": "file",
        "target": target,
        "entityRef": entity_ref("file", target),
    }
    assert (answer.status_code, answer.json()) == (201, {"location": described, "entities": []})
    assert writer.read("locations") == [{"data": described}]
    assert writer.read(f"locations/{location.uid}") == described
    assert writer.read("locations/by-entity/Component/default/web") == described
    assert names(writer.read("entities", {"filter": "kind=component", "order": "asc:metadata.name"})) == [
        "Component/shop",
        "Component/web",
    ]
    assert writer.read(f"entities/by-name/{entity_ref('file', target).replace(':', '/')}")["spec"] == {
        "type": "file",
        "target": target,
    }


def test_a_second_time_is_a_conflict_unless_it_is_a_refresh(writer: Api, target: str, folder: Folder) -> None:
    register(writer, target)
    answer = register(writer, target)
    assert (answer.status_code, answer.json()["error"]["name"]) == (409, "ConflictError")
    assert answer.json()["error"]["message"] == f"Location file:{target} already exists"
    folder.components("all.yaml", "web", "shop", "new")
    answer = register(writer, target, "?onConflict=refresh")
    assert answer.status_code == 201
    assert answer.json()["location"]["id"] == str(Location.objects.get().uid)
    assert Entity.objects.filter(ref="component:default/new").exists()


def test_a_dry_run_shows_the_entities_and_changes_nothing(writer: Api, target: str) -> None:
    answer = register(writer, target, "?dryRun=true")
    assert answer.status_code == 201
    body = answer.json()
    assert body["location"] == {
        "id": f"file:{target}",
        "type": "file",
        "target": target,
        "entityRef": entity_ref("file", target),
    }
    assert body["exists"] is False
    assert names(body["entities"]) == ["Component/web", "Component/shop"]
    assert list(body["entities"][1]) == ["apiVersion", "kind", "metadata", "spec"]
    assert Location.objects.count() == Entity.objects.count() == 0
    register(writer, target)
    assert register(writer, target, "?dryRun=1").json()["exists"] is True


def test_a_dry_run_of_what_is_refused_is_an_input_error(writer: Api, target: str, folder: Folder) -> None:
    folder.write("all.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: web}\n")
    answer = register(writer, target, "?dryRun=true")
    assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")
    assert "all.yaml:1: MISSING_FIELD" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "file"},
        {"target": "/x"},
        {"type": "file", "target": 1},
        {"type": "file", "target": "/x", "other": 1},
        {"type": "file", "target": "/x", "presence": "maybe"},
        {"type": "ftp", "target": "x"},
        {"type": "javascript", "target": "alert(1)"},
        {"type": "file", "target": "/etc/passwd"},
        {"type": "file", "target": "a\x00b"},
    ],
)
def test_what_cannot_be_registered_is_an_input_error(writer: Api, target: str, body: Any) -> None:
    for query in ("", "?dryRun=true", "?onConflict=refresh"):
        answer = writer.post(f"locations{query}", body)
        assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")
    assert Location.objects.count() == 0


def test_reading_scope_and_closed_namespaces_do_not_register(
    api: Callable[..., Api], member: Account, target: str
) -> None:
    reader, writer = api(member), api(member, "read", "catalog:write")
    answer = register(reader, target)
    assert (answer.status_code, answer.json()["error"]["name"]) == (403, "NotAllowedError")
    NamespaceGrant.objects.create(namespace="default", subject="group:default/none", role="editor")
    NamespaceGrant.objects.create(namespace="default", subject="everyone", role="reader")
    for query in ("", "?dryRun=true"):
        assert register(writer, target, query).status_code == 403
    assert Location.objects.count() == 0


def test_another_target_replaces_what_the_former_declared(writer: Api, target: str, folder: Folder) -> None:
    register(writer, target)
    uid = Location.objects.get().uid
    other = str(folder.components("other.yaml", "web", "bell"))
    answer = writer.http.put(
        f"/api/catalog/locations/{uid}", {"type": "file", "target": other}, content_type="application/json"
    )
    described = {"id": str(uid), "type": "file", "target": other, "entityRef": entity_ref("file", other)}
    assert (answer.status_code, answer.json()) == (200, described)
    refs = set(Entity.objects.values_list("ref", flat=True))
    assert refs == {"component:default/web", "component:default/bell", entity_ref("file", other)}


def test_only_who_manages_a_location_changes_it(
    api: Callable[..., Api], outsider: Account, writer: Api, target: str
) -> None:
    register(writer, target)
    uid = Location.objects.get().uid
    before = everything()
    other = api(outsider, "read", "catalog:write")
    path = f"/api/catalog/locations/{uid}"
    body = {"type": "file", "target": target}
    assert other.http.put(path, body, content_type="application/json").status_code == 403
    assert other.http.delete(path).status_code == 403
    assert everything() == before
    assert writer.http.delete(path).status_code == 204
    assert Entity.objects.count() == Location.objects.count() == 0
    missing = writer.get(f"locations/{uid}")
    assert (missing.status_code, missing.json()["error"]["name"]) == (404, "NotFoundError")
    assert writer.http.delete(path).status_code == 404
    assert writer.get("locations/x").status_code == 404


class TestQuery:
    @pytest.fixture
    def targets(self, writer: Api, folder: Folder, settings: Any) -> list[str]:
        settings.CATALOG_ROOTS = [folder.path]
        found = [str(folder.components(f"{name}.yaml", name)) for name in ("one", "two", "three")]
        for target in found:
            register(writer, target)
        return found

    def test_pages_are_by_id_and_carry_the_total(self, writer: Api, targets: list[str]) -> None:
        first = writer.ask("locations/by-query", {"limit": 2})
        assert (len(first["items"]), first["totalItems"]) == (2, 3)
        second = writer.ask("locations/by-query", {"cursor": first["pageInfo"]["nextCursor"]})
        assert (len(second["items"]), second["pageInfo"]) == (1, {})
        ids = [each["id"] for each in [*first["items"], *second["items"]]]
        assert ids == sorted(str(uid) for uid in Location.objects.values_list("uid", flat=True))

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, {"one", "two", "three"}),
            ({"type": "FILE"}, {"one", "two", "three"}),
            ({"type": "url"}, set()),
            ({"type": {"$in": ["url", "file"]}, "target": {"$exists": True}}, {"one", "two", "three"}),
            ({"ENTITYREF": {"$exists": False}}, set()),
            ({"$any": []}, set()),
            ({"$not": {"$all": [{"type": "file"}]}}, set()),
        ],
    )
    def test_predicates(self, writer: Api, targets: list[str], query: Any, found: set[str]) -> None:
        items = writer.ask("locations/by-query", {"query": query})["items"]
        assert {Path(each["target"]).stem for each in items} == found
        if found:
            prefix = {"$all": [query, {"target": {"$hasPrefix": targets[0][:-5].upper()}}]}
            assert len(writer.ask("locations/by-query", {"query": prefix})["items"]) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"limit": 0},
            {"limit": "x"},
            {"limit": "1"},
            {"query": {"nothing": {"$exists": False}}},
            {"query": []},
            {"query": {"type": {"$regex": "x"}}},
            {"query": {"$any": {}}},
            {"query": {"type": None}},
            {"cursor": "x"},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, writer: Api, targets: list[str], body: Any) -> None:
        assert writer.post("locations/by-query", body).status_code == 400

    def test_a_hidden_location_is_nowhere(
        self, api: Callable[..., Api], outsider: Account, targets: list[str]
    ) -> None:
        uid = Location.objects.get(target=targets[0]).uid
        Location.objects.filter(uid=uid).update(namespace="secret")
        NamespaceGrant.objects.create(namespace="secret", subject="group:default/none", role="reader")
        other = api(outsider)
        assert len(other.read("locations")) == 2
        assert other.ask("locations/by-query", {})["totalItems"] == 2
        assert other.get(f"locations/{uid}").status_code == 404
        assert other.get("locations/by-entity/component/default/one").status_code == 404
