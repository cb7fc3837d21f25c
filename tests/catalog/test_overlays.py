"""Overlays: what people set over a descriptor, who may, and what survives reading again."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.ingestion.rebuild import rebuild
from catalog.models import CatalogState, Entity, Overlay, Relation
from portal.accounts.models import NamespaceGrant
from portal.audit.models import Record

from .conftest import COMPONENT, Folder, everything

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]

TEAMS = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: [], members: [member]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-b}
spec: {type: team, children: []}
---
"""
SET = """mutation($input: SetOverlayInput!) { setOverlay(input: $input) {
    problems { code path message }
    entity { ownerRef etag lifecycle tags overlays { path value reason author } } } }"""
REMOVE = """mutation($input: RemoveOverlayInput!) { removeOverlay(input: $input) {
    problems { code } entity { ownerRef overlays { path } } } }"""
EXPLAIN = """query($path: String!) { explainField(ref: "component:web", path: $path) { path value layers {
    origin path value wins source file line actor reason } } }"""


@pytest.fixture
def web(folder: Folder) -> Folder:
    folder.write("all.yaml", TEAMS + COMPONENT.format(name="web"))
    folder.add()
    return folder


def overlay(ask: Ask, path: str, value: Any, reason: str = "moved last week", **more: Any) -> dict[str, Any]:
    arguments = {"ref": "component:web", "path": path, "value": value, "reason": reason, **more}
    answer: dict[str, Any] = ask(SET, input=arguments)["setOverlay"]
    return answer


def codes(ask: Ask, path: str, value: Any, **more: Any) -> list[str]:
    return [problem["code"] for problem in overlay(ask, path, value, **more)["problems"]]


def test_an_overlay_beats_the_descriptor_and_everything_derived_follows(
    web: Folder, graphql: Any, member: Any
) -> None:
    ask = graphql(member)
    answer = overlay(ask, "/spec/owner", "team-b")
    assert answer["problems"] == []
    assert answer["entity"]["ownerRef"] == "group:default/team-b"
    assert answer["entity"]["overlays"] == [
        {
            "path": "/spec/owner",
            "value": "team-b",
            "reason": "moved last week",
            "author": "user:default/member",
        }
    ]
    assert Relation.objects.get(source__ref="component:default/web").target_ref == "group:default/team-b"
    found = ask("""{ entities(filter: {owner: ["team-b"]}) { nodes { name } }
                     entity(ref: "group:team-b") { relations { nodes { type targetRef } } } }""")
    assert found["entities"]["nodes"] == [{"name": "web"}]
    assert found["entity"]["relations"]["nodes"] == [
        {"type": "ownerOf", "targetRef": "component:default/web"}
    ]
    record = Record.objects.get(action="overlay.set")
    assert (record.actor, record.target) == ("user:default/member", "component:default/web")
    assert rebuild().differences == 0


def test_an_overlay_survives_reading_again_and_goes_back_to_what_the_descriptor_says_by_then(
    web: Folder, graphql: Any, admin: Any
) -> None:
    ask = graphql(admin)
    overlay(ask, "/spec/owner", "team-b")
    before = CatalogState.objects.get().generation
    web.refresh()
    assert CatalogState.objects.get().generation == before
    text = TEAMS + COMPONENT.format(name="web").replace("team-a", "team-c").replace("production", "retired")
    web.write("all.yaml", text)
    web.refresh()
    entity = Entity.objects.get(ref="component:default/web")
    assert (entity.owner_ref, entity.lifecycle) == ("group:default/team-b", "retired")
    web.write("all.yaml", text.replace("team-c", "team-d"))  # only what the overlay covers
    web.refresh()
    answer = ask(REMOVE, input={"ref": "component:web", "path": "/spec/owner"})["removeOverlay"]
    assert answer == {"problems": [], "entity": {"ownerRef": "group:default/team-d", "overlays": []}}
    generation = CatalogState.objects.get().generation
    web.write("other.yaml", "")
    web.refresh("all.yaml", "--allow-removal")
    assert CatalogState.objects.get().generation == generation
    assert Entity.objects.get(ref="component:default/web").declared is None


def test_null_takes_a_field_out_and_missing_mappings_are_made(web: Folder, graphql: Any, admin: Any) -> None:
    ask = graphql(admin)
    web.write("all.yaml", TEAMS + COMPONENT.format(name="web").replace("type:", "system: shop\n  type:"))
    web.refresh()
    overlay(ask, "/spec/system", None)
    overlay(ask, "/metadata/annotations/example.com~1tier", "1")
    overlay(ask, "/metadata/labels/stage", "x")
    content = Entity.objects.get(ref="component:default/web").content
    assert "system" not in content["spec"]
    assert content["metadata"]["annotations"]["example.com/tier"] == "1"
    assert content["metadata"]["labels"] == {"stage": "x"}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("/spec/owner", 7, "OVERLAY_UNFIT"),
        ("/spec/owner", None, "OVERLAY_UNFIT"),
        ("/spec/owner", "a b c", "INVALID_REF"),
        ("/spec/owner/name", "x", "OVERLAY_UNFIT"),
        ("/metadata/tags", ["Not A Tag"], "OVERLAY_UNFIT"),
        ("/metadata/tags/0", "x", "OVERLAY_UNFIT"),
        ("/metadata/name", "other", "INVALID_PATH"),
        ("/metadata/uid", "0", "INVALID_PATH"),
        ("/kind", "User", "INVALID_PATH"),
        ("/relations", [], "INVALID_PATH"),
        ("/metadata/annotations/backstage.io~1managed-by-location", "file:/x", "INVALID_PATH"),
        ("/metadata/annotations/backstage.io~1orphan", "true", "INVALID_PATH"),
        ("/metadata/annotations", {}, "INVALID_PATH"),
        ("spec.owner", "x", "INVALID_PATH"),
        ("/spec//x", "x", "INVALID_PATH"),
        ("/spec" + "/x" * 40, "x", "INVALID_PATH"),
        ("/spec/big", ["x" * 1000] * 300, "QUERY_TOO_LARGE"),
    ],
)
def test_a_refused_overlay_changes_nothing(
    web: Folder, graphql: Any, admin: Any, path: str, value: Any, code: str
) -> None:
    ask = graphql(admin)
    overlay(ask, "/metadata/tags", ["kept"])
    before = everything()
    variables = {"ref": "component:web", "path": path, "value": value, "reason": "because"}
    answer = ask.post(SET, input=variables).json()
    found = (
        answer["errors"][0]["extensions"]
        if "errors" in answer
        else answer["data"]["setOverlay"]["problems"][0]
    )
    assert found["code"] == code
    assert everything() == before
    assert Overlay.objects.count() == 1
    assert Record.objects.filter(action="overlay.set").count() == 1


def test_an_overlay_needs_a_reason_and_the_version_that_was_seen(
    web: Folder, graphql: Any, admin: Any
) -> None:
    ask = graphql(admin)
    assert codes(ask, "/spec/owner", "team-b", reason=" ") == ["INVALID"]
    assert codes(ask, "/spec/owner", "team-b", expectedEtag="0" * 40) == ["ENTITY_CHANGED"]
    assert Overlay.objects.count() == 0
    etag = Entity.objects.get(ref="component:default/web").hash
    assert codes(ask, "/spec/owner", "team-b", expectedEtag=etag) == []


def test_owners_overlay_their_entities_and_only_administrators_what_rights_come_from(
    web: Folder, graphql: Any, member: Any, outsider: Any, admin: Any, bearer: Any
) -> None:
    before = everything()
    assert codes(graphql(outsider), "/spec/owner", "team-b") == ["DENIED"]
    group = {"ref": "group:team-a", "path": "/spec/members", "value": ["outsider"], "reason": "me too"}
    for account in (outsider, member):
        assert graphql(account)(SET, input=group)["setOverlay"]["problems"][0]["code"] == "DENIED"
    body = {"query": SET, "variables": {"input": {**group, "ref": "component:web", "path": "/spec/owner"}}}
    answer = bearer(member, "read").post("/graphql", body, content_type="application/json").json()
    assert answer["data"]["setOverlay"]["problems"][0]["code"] == "SCOPE_MISSING"
    NamespaceGrant.objects.create(namespace="default", subject="group:default/team-a", role="editor")
    hidden = overlay(graphql(outsider), "/spec/owner", "team-b")["problems"][0]
    missing = graphql(outsider)(
        SET, input={"ref": "component:nothing", "path": "/spec/owner", "value": "x", "reason": "x"}
    )["setOverlay"]["problems"][0]
    assert hidden["message"].replace("web", "nothing") == missing["message"]
    assert everything() == before
    assert Overlay.objects.count() == 0
    assert Record.objects.filter(action="overlay.set", outcome="denied").count() == 4
    assert graphql(admin)(SET, input=group)["setOverlay"]["problems"] == []


def test_an_overlay_that_no_longer_fits_lets_the_descriptor_have_its_say_and_says_so(
    web: Folder, graphql: Any, admin: Any
) -> None:
    ask = graphql(admin)
    overlay(ask, "/spec/profile/colour", "red")
    overlay(ask, "/spec/owner", "team-b")
    text = TEAMS + COMPONENT.format(name="web")
    web.write("all.yaml", text.replace("  type: service", "  profile: plain\n  type: service"))
    web.refresh()
    entity = Entity.objects.get(ref="component:default/web")
    assert (entity.content["spec"]["profile"], entity.owner_ref) == ("plain", "group:default/team-b")
    found = ask('{ entity(ref: "component:web") { problems { code level line message } } }')["entity"][
        "problems"
    ]
    assert [(each["code"], each["level"], each["line"]) for each in found] == [
        ("OVERLAY_UNFIT", "warning", 13)
    ]
    assert "/spec/profile/colour by user:default/admin" in found[0]["message"]
    assert ask(REMOVE, input={"ref": "component:web", "path": "/spec/profile/colour"})["removeOverlay"] == {
        "problems": [],
        "entity": {"ownerRef": "group:default/team-b", "overlays": [{"path": "/spec/owner"}]},
    }
    listed = ask('{ problems(filter: {code: ["OVERLAY_UNFIT"]}) { totalCount } }')
    assert listed["problems"]["totalCount"] == 0


def test_a_field_is_explained_layer_by_layer(web: Folder, graphql: Any, admin: Any) -> None:
    ask = graphql(admin)
    overlay(ask, "/spec/owner", "team-b")
    owner = ask(EXPLAIN, path="/spec/owner")["explainField"]
    assert owner["value"] == "team-b"
    set_by, said_by = owner["layers"]
    assert (set_by["origin"], set_by["value"], set_by["wins"]) == ("OVERLAY", "team-b", True)
    assert (set_by["actor"], set_by["reason"]) == ("user:default/admin", "moved last week")
    assert (said_by["origin"], said_by["value"], said_by["wins"]) == ("SOURCE", "team-a", False)
    assert (said_by["file"], said_by["line"]) == ("all.yaml", 20)
    assert said_by["source"] == f"file:{web.path / 'all.yaml'}"
    whole = ask(EXPLAIN, path="/spec")["explainField"]["layers"]
    assert [(layer["origin"], layer["path"], layer["wins"]) for layer in whole] == [
        ("OVERLAY", "/spec/owner", True),
        ("SOURCE", "/spec", False),
    ]
    derived = ask(EXPLAIN, path="/metadata/annotations/backstage.io~1managed-by-location")["explainField"]
    assert [layer["origin"] for layer in derived["layers"]] == ["DERIVED"]
    assert ask(EXPLAIN, path="/spec/nothing")["explainField"] == {
        "path": "/spec/nothing", "value": None, "layers": []
    }  # fmt: skip


def test_a_descriptor_cannot_forge_what_the_portal_says(web: Folder) -> None:
    forged = COMPONENT.format(name="web").replace(
        "  name: web",
        "  name: web\n  uid: 00000000-0000-0000-0000-000000000000\n  annotations:\n"
        '    backstage.io/managed-by-location: "url:https://example.com/other"\n'
        '    backstage.io/managed-by-origin-location: "url:https://example.com/other"\n'
        '    backstage.io/orphan: "true"',
    )
    web.write("all.yaml", TEAMS + forged + "relations: [{type: ownedBy, targetRef: user:default/member}]\n")
    web.refresh()
    entity = Entity.objects.get(ref="component:default/web")
    origin = f"file:{web.path / 'all.yaml'}"
    annotations = entity.content["metadata"]["annotations"]
    assert annotations["backstage.io/managed-by-location"] == origin
    assert annotations["backstage.io/managed-by-origin-location"] == origin
    assert "backstage.io/orphan" not in annotations
    assert (entity.orphan, entity.content["metadata"]["uid"]) == (False, str(entity.uid))
    assert "user:default/member" not in entity.relations_text


def test_access_is_explained_to_who_may_know(web: Folder, graphql: Any, member: Any, outsider: Any) -> None:
    query = """{ explainAccess(ref: "component:web") { everyone complete
        readers { subject role because } editors { subject } owners { subject role } } }"""
    open_ = graphql(outsider)(query)["explainAccess"]
    assert (open_["everyone"], open_["complete"], open_["owners"]) == (True, False, [])
    assert [entry["subject"] for entry in open_["readers"]] == ["everyone"]
    for subject, role in (("group:default/team-a", "editor"), ("group:default/team-b", "reader")):
        NamespaceGrant.objects.create(namespace="default", subject=subject, role=role)
    found = graphql(member)(query)["explainAccess"]
    assert (found["everyone"], found["complete"]) == (False, True)
    assert found["readers"] == [
        {"subject": "group:default/team-b", "role": "reader", "because": "reader of the namespace default"}
    ]
    assert [entry["subject"] for entry in found["editors"]] == ["administrators", "group:default/team-a"]
    assert found["owners"] == [{"subject": "group:default/team-a", "role": "owner"}]
    answer = graphql(outsider).post(query).json()
    assert answer["errors"][0]["extensions"]["code"] == "ENTITY_NOT_FOUND"
