"""notification:send, and what the portal itself tells people; everybody reads their own only."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from catalog.services import register_location
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.notifications.models import Notification
from scaffolder.models import Task
from scaffolder.running.lifecycle import cancel_task, reject_task, retry_task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "{ unreadNotifications notifications { id title info link severity origin readAt } }"
LOG = {"id": "log", "action": "debug:log", "input": {"message": "x"}}
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
    """Who was, by the step; that their task has failed is told to those who started it."""
    rows = Notification.objects.exclude(topic="task").select_related("account")
    return sorted(row.account.username for row in rows)


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


@pytest.fixture
def asking(make_account: Callable[..., Account], make_template: Any) -> Account:
    """Who approves the plans of `asks`."""
    approval = {"approval": {"approvers": ["user:default/ann", "group:default/team-a"]}}
    make_template(LOG, parameters={"properties": {}}, name="asks", spec=approval)
    account: Account = make_account("ann", user_ref="user:default/ann")
    return account


def test_approvers_are_told_of_a_plan_and_whoever_asked_that_it_waits(
    asking: Account, graphql: Any, member: Account, run: Any
) -> None:
    task = run("template:default/asks")
    assert task.status == "waiting"
    rows = {row.account.username: (row.title, row.link, row.topic) for row in Notification.objects.all()}
    link = f"/tasks/{task.uid}"
    assert rows == {
        "ann": ("user:default/member asks you to approve The asks", link, "approval"),
        "member": ("The asks waits for approval", link, "task"),
    }
    reject_task(task.uid, actor=Principal(account=asking), plan_hash=task.plan_hash, comment="not now")
    [told] = graphql(member)(LIST)["notifications"]
    assert (told["title"], told["info"]) == (
        "The asks was cancelled",
        "Rejected by user:default/ann: not now",
    )


def test_whoever_started_a_task_is_told_once_that_it_failed_and_nobody_else(
    make_template: Any, run: Any, graphql: Any, member: Account, outsider: Account
) -> None:
    read = {"id": "read", "action": "fs:read", "input": {"path": "nowhere"}}
    make_template(read, parameters={"properties": {}})
    task = run()
    [told] = graphql(member)(LIST)["notifications"]
    assert (told["title"], told["info"], told["link"], told["severity"]) == (
        "The service failed",
        "Step read: path: there is no file 'nowhere' in the workspace.",
        f"/tasks/{task.uid}",
        "high",
    )
    retry_task(task.uid, actor=Principal(account=member))
    run_pending_tasks()
    assert len(graphql(member)(LIST)["notifications"]) == 1, "what was said before gives way"
    assert graphql(outsider)(LIST)["notifications"] == []


def test_whoever_cancels_their_own_task_and_whose_task_completes_are_told_nothing(
    make_template: Any, run: Any, member: Account
) -> None:
    make_template(LOG, parameters={"properties": {}})
    assert run().status == "completed"
    task = run_template("template:default/service", {}, actor=Principal(account=member))
    assert cancel_task(task.uid, actor=Principal(account=member)).status == "cancelled"
    assert not Notification.objects.exists()


def test_a_plan_for_oneself_to_approve_is_told(make_template: Any, member: Account, graphql: Any) -> None:
    make_template(LOG, parameters={"properties": {}})
    run_template("template:default/service", {}, actor=Principal(account=member), plan_first=True)
    run_pending_tasks()
    [told] = graphql(member)(LIST)["notifications"]
    assert told["title"] == "The plan of The service is ready: approve it to run it"
