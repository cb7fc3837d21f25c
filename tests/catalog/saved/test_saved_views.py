"""Saved views: one's own are seen by nobody else, a group's by all of its members."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import SavedView
from catalog.services import register_location
from portal.accounts.principal import SYSTEM
from portal.audit.models import Record

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]

GROUPS = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: everyone}
spec: {type: company, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a, title: Team A}
spec: {type: team, parent: everyone, children: [], members: [member, mate]}
"""
SAVE = """mutation($input: SaveViewInput!) { saveView(input: $input) {
    problems { code path } view { id name search groupRef group { displayName } author } } }"""
DELETE = "mutation($id: ID!) { deleteView(input: {id: $id}) { problems { code } } }"
LIST = "{ savedViews { name groupRef } }"


@pytest.fixture
def groups(tmp_path: Path, db: None) -> None:
    (tmp_path / "groups.yaml").write_text(GROUPS)
    register_location(f"file:{tmp_path}/groups.yaml", actor=SYSTEM, trusted=True)


def save(ask: Ask, name: str, search: str = "kind=api&sort=-updated", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = ask(SAVE, input={"name": name, "search": search, **more})["saveView"]
    return answer


def codes(ask: Ask, name: str, **more: Any) -> list[str]:
    return [problem["code"] for problem in save(ask, name, **more)["problems"]]


def names(ask: Ask) -> list[str]:
    return [view["name"] for view in ask(LIST)["savedViews"]]


def test_a_view_is_kept_changed_and_forgotten_and_nobody_else_sees_it(
    groups: None, graphql: Any, member: Any, admin: Any
) -> None:
    ask = graphql(member)
    kept = save(ask, "  Old   APIs ", "?kind=api&lifecycle=deprecated")
    assert kept["problems"] == []
    view = kept["view"]
    assert (view["name"], view["search"]) == ("Old APIs", "kind=api&lifecycle=deprecated")
    assert (view["groupRef"], view["author"]) == (None, "user:default/member")
    assert names(graphql(admin)) == []
    assert codes(graphql(admin), "Mine now", id=view["id"]) == ["SAVED_VIEW_NOT_FOUND"]
    assert graphql(admin)(DELETE, id=view["id"])["deleteView"]["problems"] == [
        {"code": "SAVED_VIEW_NOT_FOUND"}
    ]
    assert graphql(admin)("query($id: ID!) { node(id: $id) { id } }", id=view["id"])["node"] is None
    save(ask, "Older APIs", "kind=api", id=view["id"])
    assert names(ask) == ["Older APIs"]
    assert ask(DELETE, id=view["id"])["deleteView"]["problems"] == []
    assert not SavedView.objects.exists()
    records = Record.objects.filter(outcome="allowed", action__startswith="view.").order_by("action")
    assert [record.action for record in records] == ["view.delete", "view.save", "view.save"]


def test_a_view_of_a_group_is_for_its_members_who_may_all_change_it(
    groups: None, graphql: Any, make_account: Any, member: Any, outsider: Any
) -> None:
    mate = graphql(make_account("mate"))
    shared = save(graphql(member), "Ours", groupRef="group:team-a")["view"]
    assert shared["group"] == {"displayName": "Team A"}
    assert mate(LIST)["savedViews"] == [{"name": "Ours", "groupRef": "group:default/team-a"}]
    assert names(graphql(outsider)) == []
    assert codes(graphql(outsider), "Theirs", id=shared["id"]) == ["SAVED_VIEW_NOT_FOUND"]
    changed = save(mate, "Ours, newest", groupRef="group:team-a", id=shared["id"])
    assert changed["view"]["author"] == "user:default/mate"
    assert mate(DELETE, id=shared["id"])["deleteView"]["problems"] == []
    assert names(graphql(member)) == []


def test_one_shares_with_groups_that_one_is_in_also_with_those_above(
    groups: None, graphql: Any, member: Any, outsider: Any
) -> None:
    assert codes(graphql(member), "All", groupRef="group:everyone") == []
    for ref, code in [
        ("group:default/team-a", "DENIED"),
        ("user:default/outsider", "DENIED"),
        ("a b", "INVALID_REF"),
    ]:
        assert codes(graphql(outsider), "Spam", groupRef=ref) == [code]
    assert [view.name for view in SavedView.objects.all()] == ["All"]
    assert Record.objects.filter(action="view.save", outcome="denied").count() == 2


def test_a_name_is_taken_once_and_texts_are_bounded(groups: None, graphql: Any, member: Any) -> None:
    ask = graphql(member)
    save(ask, "Ours", groupRef="group:team-a")
    assert codes(ask, "Ours") == []
    assert codes(ask, "Ours") == codes(ask, "Ours", groupRef="group:team-a") == ["NAME_TAKEN"]
    for name, search in [("", ""), ("x" * 81, ""), ("a\x07b", ""), ("x", "y" * 4001), ("x", "a\nb")]:
        assert save(ask, name, search)["problems"] != []
    assert SavedView.objects.count() == 2


def test_a_token_needs_the_scope(groups: None, bearer: Any, member: Any) -> None:
    reader = bearer(member, "catalog:write")
    body = {"query": LIST}
    answer = reader.post("/graphql", body, content_type="application/json").json()
    assert answer["data"]["savedViews"] == []
