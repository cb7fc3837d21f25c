"""Ancestry, refreshing, deleting and checking of single entities; as Backstage 1.55 answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity, Location, Relation
from portal.accounts.models import Account, NamespaceGrant
from tests.catalog.conftest import Folder, everything
from tests.servers import HttpServer

from .conftest import Api, names

pytestmark = pytest.mark.django_db

COMPONENT = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "web"},
    "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
}
WHERE = "url:https://example.com/catalog-info.yaml"


@pytest.fixture
def writer(api: Callable[..., Api], member: Account) -> Api:
    return api(member, "read", "catalog:write")


@pytest.fixture
def editor(writer: Api) -> Api:
    """Everybody reads and the member edits `default`."""
    NamespaceGrant.objects.create(namespace="default", subject="everyone", role="reader")
    NamespaceGrant.objects.create(namespace="default", subject="user:default/member", role="editor")
    return writer


class TestAncestry:
    @pytest.mark.usefixtures("company")
    def test_it_leads_to_the_registered_location(self, inside: Api) -> None:
        answer = inside.read("entities/by-name/Component/default/Orders/ancestry")
        home = Entity.objects.get(ref__contains="generated-").ref
        assert answer["rootEntityRef"] == "component:default/orders"
        assert [each["parentEntityRefs"] for each in answer["items"]] == [
            ["location:default/company"],
            [home],
            [],
        ]
        assert answer["items"][0]["entity"] == inside.read("entities/by-name/component/default/orders")
        assert [each["entity"]["kind"] for each in answer["items"]] == ["Component", "Location", "Location"]

    @pytest.mark.usefixtures("company")
    def test_what_is_hidden_is_no_step(self, outside: Api) -> None:
        Entity.objects.filter(ref="location:default/company").update(namespace="secret")
        NamespaceGrant.objects.create(namespace="secret", subject="group:default/none", role="reader")
        answer = outside.read("entities/by-name/component/default/orders/ancestry")
        home = Entity.objects.get(ref__contains="generated-").ref
        assert [each["parentEntityRefs"] for each in answer["items"]] == [[home], []]
        assert "location:default/company" not in str(answer)

    def test_of_nothing_there_is_none(self, inside: Api) -> None:
        answer = inside.get("entities/by-name/component/default/none/ancestry")
        assert (answer.status_code, answer.json()["error"]["message"]) == (
            404,
            "No such entity component:default/none",
        )


class TestRefresh:
    def test_the_location_is_read_again(self, editor: Api, folder: Folder) -> None:
        folder.components("all.yaml", "web")
        folder.add()
        folder.components("all.yaml", "web", "new")
        answer = editor.post("refresh", {"entityRef": "component:default/web"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert "Content-Type" not in answer.headers
        assert Entity.objects.filter(ref="component:default/new").exists()

    def test_only_editors_and_owners_do(self, writer: Api, folder: Folder) -> None:
        folder.components("all.yaml", "web")
        folder.add()
        folder.components("all.yaml", "web", "new")
        answer = writer.post("refresh", {"entityRef": "component:default/web"})
        assert (answer.status_code, answer.json()["error"]["name"]) == (403, "NotAllowedError")
        assert not Entity.objects.filter(ref="component:default/new").exists()

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"entityRef": "component:default/none"}, 404),
            ({}, 400),
            ({"entityRef": 1}, 400),
            ({"entityRef": "component:default/none", "other": 1}, 400),
        ],
    )
    def test_what_is_not_there_or_makes_no_sense(self, writer: Api, body: Any, status: int) -> None:
        assert writer.post("refresh", body).status_code == status


class TestDelete:
    def test_a_deleted_entity_is_gone_until_its_location_is_read(self, editor: Api, folder: Folder) -> None:
        folder.components("all.yaml", "web", "shop")
        folder.add()
        uid = Entity.objects.get(ref="component:default/web").uid
        answer = editor.http.delete(f"/api/catalog/entities/by-uid/{uid}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert names(editor.read("entities", {"filter": "kind=component"})) == ["Component/shop"]
        assert editor.http.delete(f"/api/catalog/entities/by-uid/{uid}").status_code == 204
        folder.refresh()
        assert len(editor.read("entities", {"filter": "kind=component"})) == 2

    @pytest.mark.usefixtures("company")
    def test_who_may_not_deletes_nothing(
        self, api: Callable[..., Api], member: Account, outsider: Account
    ) -> None:
        before = everything()
        path = f"/api/catalog/entities/by-uid/{Entity.objects.get(ref='component:default/orders').uid}"
        assert api(outsider, "read", "catalog:write").http.delete(path).status_code == 403
        assert api(member).http.delete(path).status_code == 403
        assert everything() == before

    @pytest.mark.usefixtures("guarded")
    def test_a_hidden_entity_is_as_good_as_deleted(self, api: Callable[..., Api], outsider: Account) -> None:
        before = everything()
        other = api(outsider, "read", "catalog:write")
        for uid in (Entity.objects.get(ref="component:secret/vault").uid, "x"):
            answer = other.http.delete(f"/api/catalog/entities/by-uid/{uid}")
            assert (answer.status_code, answer.content) == (204, b"")
        assert everything() == before

    @pytest.mark.usefixtures("company")
    def test_the_other_ends_of_its_relations_know(self, api: Callable[..., Api], member: Account) -> None:
        """The member owns `Shop-Web` through team-a."""
        owner = api(member, "read", "catalog:write")
        uid = Entity.objects.get(ref="component:default/shop-web").uid
        assert owner.http.delete(f"/api/catalog/entities/by-uid/{uid}").status_code == 204
        relations = owner.read("entities/by-name/resource/default/shop-db")["relations"]
        assert {"type": "dependencyOf", "targetRef": "component:default/shop-web"} not in relations
        assert not Relation.objects.filter(source__uid=uid).exists()


class TestValidate:
    def test_a_good_entity_has_an_empty_answer(self, inside: Api) -> None:
        answer = inside.post("validate-entity", {"entity": COMPONENT, "location": WHERE})
        assert (answer.status_code, answer.content) == (200, b"")
        assert Entity.objects.count() == Location.objects.count() == 0

    @pytest.mark.parametrize(
        ("entity", "location", "message"),
        [
            ({**COMPONENT, "spec": {}}, WHERE, "spec.type is missing"),
            ({**COMPONENT, "metadata": {"name": "-"}}, WHERE, "metadata.name"),
            ({**COMPONENT, "kind": "Nonsense"}, WHERE, "There is no kind 'Nonsense'"),
            (COMPONENT, "file:/etc", "Invalid location ref file:/etc, only 'url:<target>' is supported"),
        ],
    )
    def test_a_bad_one_is_told_in_a_list_of_errors(
        self, inside: Api, entity: Any, location: Any, message: str
    ) -> None:
        answer = inside.post("validate-entity", {"entity": entity, "location": location})
        assert answer.status_code == 400
        assert list(answer.json()) == ["errors"]
        assert message in answer.json()["errors"][0]["message"]
        assert answer.json()["errors"][0]["name"] in ("InputError", "TypeError")

    @pytest.mark.parametrize(
        "body",
        [{}, {"entity": COMPONENT}, {"location": WHERE}, {"entity": "text", "location": WHERE}],
    )
    def test_a_body_without_both_is_told_in_the_same_list(self, inside: Api, body: Any) -> None:
        answer = inside.post("validate-entity", body)
        assert (answer.status_code, [each["name"] for each in answer.json()["errors"]]) == (
            400,
            ["InputError"],
        )

    def test_an_empty_description_is_one(self, inside: Api) -> None:
        entity = {**COMPONENT, "metadata": {"name": "x", "description": ""}}
        assert inside.post("validate-entity", {"entity": entity, "location": WHERE}).status_code == 200
        entity = {**COMPONENT, "metadata": {"name": "x", "title": ""}}
        assert inside.post("validate-entity", {"entity": entity, "location": WHERE}).status_code == 400


class TestAnalyze:
    def test_existing_files_are_listed(self, writer: Api, folder: Folder, settings: Any) -> None:
        settings.CATALOG_ROOTS = [folder.path]
        target = str(folder.components("all.yaml", "web", "shop"))
        location = {"type": "file", "target": target}
        answer = writer.ask("analyze-location", {"location": location, "catalogFilename": "all.yaml"})
        assert answer["generateEntities"] == []
        assert [(each["location"], each["isRegistered"]) for each in answer["existingEntityFiles"]] == [
            (location, False)
        ] * 2
        assert names(each["entity"] for each in answer["existingEntityFiles"]) == [
            "Component/web",
            "Component/shop",
        ]
        writer.post("locations", location)
        again = writer.ask("analyze-location", {"location": location})
        assert [each["isRegistered"] for each in again["existingEntityFiles"]] == [True, True]

    def test_where_there_is_none_an_entity_is_suggested(
        self, writer: Api, folder: Folder, settings: Any
    ) -> None:
        settings.CATALOG_ROOTS = [folder.path]
        (folder.path / "ship-sync").mkdir()
        location = {"type": "file", "target": str(folder.path / "ship-sync")}
        answer = writer.ask("analyze-location", {"location": location})
        assert answer == {
            "existingEntityFiles": [],
            "generateEntities": [
                {
                    "entity": {
                        "apiVersion": "backstage.io/v1alpha1",
                        "kind": "Component",
                        "metadata": {"name": "ship-sync"},
                        "spec": {"type": "other", "lifecycle": "unknown"},
                    },
                    "fields": [],
                }
            ],
        }

    @pytest.mark.parametrize(
        ("forge", "page", "name", "annotation"),
        [
            ("github", "acme/web/blob/main/catalog-info.yaml", "web", ("github.com", "acme/web")),
            ("gitlab", "acme/eu/web/-/blob/main/all.yaml", "web", ("gitlab.com", "acme/eu/web")),
            ("gitea", "acme/web/src/branch/main/all.yaml", "web", None),
        ],
    )
    def test_a_suggested_one_is_named_as_its_repository(
        self, writer: Api, settings: Any, forge: str, page: str, name: str, annotation: Any
    ) -> None:
        with HttpServer() as host:
            settings.OUTBOUND_PRIVATE = [host.host]
            settings.CREDENTIALS = json.dumps([{"url": host.url, "kind": forge, "token": "t"}])
            location = {"type": "url", "target": f"{host.url}/{page}"}
            (start,) = writer.ask("analyze-location", {"location": location})["generateEntities"]
        expected: dict[str, Any] = {"name": name}
        if annotation:
            expected["annotations"] = {f"{annotation[0]}/project-slug": annotation[1]}
        assert start["entity"]["metadata"] == expected

    def test_a_target_that_is_none_is_refused(self, writer: Api) -> None:
        assert writer.post("analyze-location", {"location": {"type": "file"}}).status_code == 400
        assert writer.post("analyze-location", {}).status_code == 400
