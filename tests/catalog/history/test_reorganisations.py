"""Reorganisations: looked at first, done together or not at all, and kept when the sources are read again."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.ingestion.rebuild import rebuild
from catalog.models import Change, Entity, Event, FormerRef, Overlay, SavedView
from catalog.tasks import refresh_locations
from portal.accounts.models import Account, NamespaceGrant
from portal.audit.models import Record
from tests.catalog.conftest import Folder, everything
from tests.catalog.history.test_names import codes, shop, team
from tests.conftest import GraphQLClient

pytestmark = pytest.mark.django_db
PREVIEW = """query($input: PreviewReorganisationInput!) { previewReorganisation(input: $input) {
    changes { ref before after } files { path line ref change } refused { code path message } } }"""
REORGANISE = """mutation($input: ReorganiseInput!) { reorganise(input: $input) {
    changes { ref before after } files { path line ref change } problems { code path } } }"""
TEAM_A, TEAM_B, TEAM_C = "group:default/team-a", "group:default/team-b", "group:default/team-c"
WEB, API = "component:default/web", "component:default/api"


@pytest.fixture
def teams(folder: Folder) -> Folder:
    """team-a owns web and api, team-b nothing; two locations."""
    folder.write("teams.yaml", team("team-a") + "---" + team("team-b"))
    folder.write("shop.yaml", shop("web") + "---" + shop("api"))
    folder.add("teams.yaml")
    folder.add("shop.yaml")
    return folder


def preview(ask: GraphQLClient, *operations: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ask(PREVIEW, input={"operations": operations})["previewReorganisation"]
    return found


def reorganise(ask: GraphQLClient, *operations: dict[str, Any]) -> dict[str, Any]:
    given = {"operations": operations, "reason": "Autumn"}
    done: dict[str, Any] = ask(REORGANISE, input=given)["reorganise"]
    return done


def read_again() -> None:
    from catalog.models import Location

    Location.objects.update(etag="")
    refresh_locations()


def test_a_rename_is_previewed_done_and_survives_what_the_files_say(
    teams: Folder, graphql: Callable[..., GraphQLClient], admin: Account
) -> None:
    ask = graphql(admin)
    uid = Entity.objects.get(ref=TEAM_A).uid
    NamespaceGrant.objects.create(namespace="secret", subject=TEAM_A, role="reader")
    operation = {"rename": {"from": "group:team-a", "to": "Team-C"}}
    before = everything()

    shown = preview(ask, operation)
    assert everything() == before
    assert shown["refused"] == []
    assert shown["changes"] == [
        {"ref": TEAM_A, "before": TEAM_A, "after": TEAM_C},
        {"ref": API, "before": f"ownedBy {TEAM_A}", "after": f"ownedBy {TEAM_C}"},
        {"ref": WEB, "before": f"ownedBy {TEAM_A}", "after": f"ownedBy {TEAM_C}"},
    ]
    owner = f"spec.owner: {TEAM_C} instead of {TEAM_A}"
    assert [(each["path"], each["line"], each["change"]) for each in shown["files"]] == [
        ("teams.yaml", 5, "metadata.name: Team-C"),
        ("shop.yaml", 20, owner),
        ("shop.yaml", 10, owner),
    ]
    done = reorganise(ask, operation)
    assert (done["changes"], done["files"], done["problems"]) == (shown["changes"], shown["files"], [])

    read_again()

    group = Entity.objects.get(ref=TEAM_C)
    assert (group.uid, group.name) == (uid, "Team-C")
    assert not Entity.objects.filter(ref=TEAM_A).exists()
    assert set(Entity.objects.filter(owner_ref=TEAM_C).values_list("ref", flat=True)) == {WEB, API}
    assert NamespaceGrant.objects.get().subject == TEAM_C
    assert codes(TEAM_C) == ["REF_RENAMED"]
    assert rebuild().differences == 0
    change = Change.objects.get(cause="reorganisation")
    record = Record.objects.get(action="catalog.reorganise")
    assert (change.actor, change.record, record.detail["reason"]) == (
        "user:default/admin",
        record.uid,
        "Autumn",
    )

    teams.write("teams.yaml", team("Team-C") + "---" + team("team-b"))
    read_again()
    assert Entity.objects.get(ref=TEAM_C).uid == uid
    assert codes(TEAM_C) == []


def test_a_broken_file_keeps_what_was_renamed(
    teams: Folder, graphql: Callable[..., GraphQLClient], admin: Account
) -> None:
    reorganise(graphql(admin), {"rename": {"from": WEB, "to": "site"}})
    uid = Entity.objects.get(ref="component:default/site").uid
    teams.write("shop.yaml", shop("web").replace("type: service", "type: 1") + "---" + shop("api"))
    read_again()
    assert Entity.objects.get(ref="component:default/site").uid == uid
    teams.write("shop.yaml", shop("web") + "---" + shop("api"))
    read_again()
    assert Entity.objects.get(ref="component:default/site").uid == uid
    assert not Entity.objects.filter(ref=WEB).exists()


def test_a_merge_leads_everything_to_the_other_one(
    teams: Folder, graphql: Callable[..., GraphQLClient], admin: Account
) -> None:
    ask = graphql(admin)
    done = reorganise(ask, {"merge": {"from": TEAM_A, "into": TEAM_B}})
    assert done["problems"] == []
    assert {"path": "teams.yaml", "line": 2, "ref": TEAM_A, "change": f"remove {TEAM_A}"} in done["files"]

    read_again()

    assert not Entity.objects.filter(ref=TEAM_A).exists()
    assert set(Entity.objects.filter(owner_ref=TEAM_B).values_list("ref", flat=True)) == {WEB, API}
    found = ask('{ entity(ref: "%s") { ref aliases } }' % TEAM_A)["entity"]
    assert found == {"ref": TEAM_B, "aliases": [TEAM_A]}
    assert codes(TEAM_B) == ["REF_RENAMED"]
    assert Event.objects.filter(ref=TEAM_A, what="DELETED").count() == 1
    assert FormerRef.objects.get().why == "MERGED"
    assert rebuild().differences == 0


def test_a_group_s_saved_views_go_along_with_it(
    teams: Folder, graphql: Callable[..., GraphQLClient], admin: Account
) -> None:
    for ref, name in ((TEAM_A, "Ours"), (TEAM_A, "On call"), (TEAM_B, "Ours")):
        SavedView.objects.create(group_ref=ref, name=name, search="kind=api")
    double = SavedView.objects.get(group_ref=TEAM_A, name="Ours").pk
    ask = graphql(admin)
    assert reorganise(ask, {"merge": {"from": TEAM_A, "into": TEAM_B}})["problems"] == []
    assert reorganise(ask, {"rename": {"from": TEAM_B, "to": "Team-C"}})["problems"] == []

    views = SavedView.objects.filter(group_ref=TEAM_C).values_list("name", flat=True)
    assert sorted(views) == ["On call", "Ours", f"Ours {double}"]


def test_a_transfer_beats_the_descriptors(
    teams: Folder, graphql: Callable[..., GraphQLClient], admin: Account
) -> None:
    done = reorganise(graphql(admin), {"transfer": {"from": TEAM_A, "to": TEAM_B}})
    assert [each["change"] for each in done["files"]] == [f"spec.owner: {TEAM_B}"] * 2
    read_again()
    assert set(Entity.objects.filter(owner_ref=TEAM_B).values_list("ref", flat=True)) == {WEB, API}
    assert set(Overlay.objects.values_list("path", "reason", "author")) == {
        ("/spec/owner", "Autumn", "user:default/admin")
    }
    assert Change.objects.filter(cause="reorganisation").count() == 1
    assert Entity.objects.filter(ref=TEAM_A).exists()


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ([], "INVALID"),
        ([{"rename": {"from": "group:nobody", "to": "x"}}], "ENTITY_NOT_FOUND"),
        ([{"rename": {"from": TEAM_A, "to": TEAM_B}}], "REF_TAKEN"),
        ([{"rename": {"from": TEAM_A, "to": "user:default/x"}}], "INVALID"),
        ([{"rename": {"from": TEAM_A, "to": "../x"}}], "INVALID_REF"),
        ([{"merge": {"from": TEAM_A, "into": WEB}}], "INVALID"),
        ([{"transfer": {"from": TEAM_A, "to": WEB}}], "INVALID"),
        (
            [{"rename": {"from": WEB, "to": "x"}}, {"merge": {"from": API, "into": WEB}}],
            "OPERATIONS_OVERLAP",
        ),
        ([{"rename": {"from": WEB, "to": "x"}}, {"rename": {"from": TEAM_A, "to": TEAM_B}}], "REF_TAKEN"),
    ],
)
def test_where_anything_is_refused_nothing_is_changed(
    teams: Folder,
    graphql: Callable[..., GraphQLClient],
    admin: Account,
    operations: list[dict[str, Any]],
    code: str,
) -> None:
    ask = graphql(admin)
    before = everything(), Event.objects.count()
    assert [each["code"] for each in preview(ask, *operations)["refused"]] == [code]
    done = reorganise(ask, *operations)
    assert [each["code"] for each in done["problems"]] == [code]
    assert (done["changes"], (everything(), Event.objects.count())) == ([], before)


def test_who_may_not_change_the_entities_reorganises_nothing(
    teams: Folder, graphql: Callable[..., GraphQLClient], outsider: Account
) -> None:
    ask = graphql(outsider)
    before = everything()
    for operation in (
        {"rename": {"from": WEB, "to": "x"}},
        {"merge": {"from": WEB, "into": API}},
        {"transfer": {"from": TEAM_A, "to": TEAM_B}},
    ):
        assert [each["code"] for each in reorganise(ask, operation)["problems"]] == ["DENIED"]
    assert everything() == before
    assert Record.objects.filter(action="catalog.reorganise", outcome="denied").count() == 3
