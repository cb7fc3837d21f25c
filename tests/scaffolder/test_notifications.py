"""notification:send, and what the portal itself tells people; everybody reads their own only."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from catalog.services import register_location
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM
from portal.notifications.models import Notification
from scaffolder.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "{ unreadNotifications notifications { id title info link severity origin readAt } }"
READ = """mutation ($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) { read problems { code } }
}"""
PEOPLE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: tribe}
spec: {type: tribe, children: [team-a]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: member}
spec: {memberOf: [team-a]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart}
spec: {type: service, lifecycle: production, owner: team-a}
"""


@pytest.fixture
def send(
    make_template: Callable[..., Entity], run: Callable[..., Task], tmp_path: Any
) -> Callable[..., Task]:
    """Run a template that tells somebody something."""
    (tmp_path / "people.yaml").write_text(PEOPLE)
    register_location(f"file:{tmp_path}/people.yaml", actor=SYSTEM, trusted=True)

    def send(name: str = "service", **input: Any) -> Task:
        step = {"id": "tell", "action": "notification:send", "input": {"title": "Look", **input}}
        make_template(step, parameters={"properties": {}}, name=name)
        return run(f"template:default/{name}")

    return send


def told() -> list[str]:
    return sorted(row.account.username for row in Notification.objects.select_related("account"))


@pytest.mark.parametrize(
    ("input", "expected"),
    [
        ({"recipients": "entity", "entityRefs": ["user:default/member"]}, ["member"]),
        ({"recipients": "entity", "entityRefs": ["group:default/tribe", "member"]}, ["member"]),
        ({"recipients": "entity", "entityRefs": ["component:default/cart"]}, ["member"]),
        ({"recipients": "entity", "entityRefs": ["component:default/none"]}, []),
        ({"recipients": "broadcast"}, ["member", "outsider"]),
    ],
)
def test_users_members_owners_and_everybody_are_told_once(
    send: Callable[..., Task], outsider: Account, input: dict[str, Any], expected: list[str]
) -> None:
    task = send(**input)
    assert (task.error, told()) == ("", expected)


def test_ones_own_notifications_are_listed_and_marked_read(
    send: Callable[..., Task], member: Account, outsider: Account, graphql: Callable[..., Any]
) -> None:
    send(recipients="broadcast", info="More", link="/catalog", severity="high")
    mine, theirs = graphql(member), graphql(outsider)
    data = mine.post(LIST).json()["data"]
    [found] = data["notifications"]
    foreign = theirs.post(LIST).json()["data"]["notifications"][0]["id"]
    assert (data["unreadNotifications"], found["readAt"]) == (1, None)
    assert (found["title"], found["info"], found["link"], found["severity"]) == (
        "Look",
        "More",
        "/catalog",
        "high",
    )

    assert mine.post(READ, input={"ids": [foreign]}).json()["data"]["markNotificationsRead"]["read"] == 0
    assert mine.post(READ, input={"ids": [found["id"]]}).json()["data"]["markNotificationsRead"]["read"] == 1
    assert mine.post(LIST).json()["data"]["unreadNotifications"] == 0
    assert theirs.post(LIST).json()["data"]["unreadNotifications"] == 1
    assert theirs.post(READ, input={}).json()["data"]["markNotificationsRead"]["read"] == 1


def test_a_later_one_of_the_same_scope_takes_the_place_and_is_unread(
    send: Callable[..., Task], member: Account, graphql: Callable[..., Any]
) -> None:
    send("first", recipients="broadcast", scope="release")
    graphql(member).post(READ, input={})
    send("second", recipients="broadcast", scope="release", title="Again")
    [row] = Notification.objects.all()
    assert (row.title, row.read_at) == ("Again", None)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example/", "data:text/html,x", "/\\evil"])
def test_a_link_that_runs_or_leads_astray_is_refused_and_nobody_is_told(
    send: Callable[..., Task], link: str
) -> None:
    task = send(recipients="broadcast", link=link)
    assert task.status == "failed" and "is no link" in task.error
    assert told() == []


def test_where_nobody_is_named_the_step_fails_unless_it_is_optional(send: Callable[..., Task]) -> None:
    assert "name at least one" in send("strict", recipients="entity").error
    assert send("lax", recipients="entity", optional=True).error == ""
    assert told() == []


def test_approvers_are_told_of_a_plan_and_whoever_asked_is_not(
    send: Callable[..., Task], make_account: Callable[..., Account], make_template: Any, run: Any
) -> None:
    make_account("ann", user_ref="user:default/ann")
    approval = {"approval": {"approvers": ["user:default/ann", "group:default/team-a"]}}
    make_template(
        {"id": "log", "action": "debug:log", "input": {"message": "x"}},
        parameters={"properties": {}}, name="asks", spec=approval,
    )  # fmt: skip
    task = run("template:default/asks")
    assert task.status == "waiting"
    [row] = Notification.objects.all()
    assert (row.account.username, row.link, row.topic) == ("ann", f"/tasks/{task.uid}", "approval")
