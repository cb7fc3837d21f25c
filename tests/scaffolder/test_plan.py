"""Plan, approve, apply: nothing changes before enough of the right people agreed to exactly what will."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Entity
from catalog.services import register_location
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.audit.models import Record
from portal.integrations.git import GitHost
from portal.rest.errors import Conflict, Denied, NotFound
from scaffolder.models import Task
from scaffolder.running.leases import claim_task
from scaffolder.running.lifecycle import approve_task, cancel_task, end_unapproved_tasks, reject_task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.selectors import find_tasks_to_approve, get_task
from scaffolder.services import run_template
from scaffolder.templates.template import InvalidTemplate
from tests.scaffolder.conftest import DESCRIPTOR, PUBLISHING

pytestmark = pytest.mark.django_db(transaction=True)

GROUP = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {{name: {name}}}
spec: {{type: team, children: [], members: [{members}]}}
"""
USER = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: {name}}}\nspec: {{memberOf: []}}\n"


@pytest.fixture
def platform(tmp_path: Any, make_account: Callable[..., Account]) -> list[Account]:
    """The group `platform` has ann, bob and member."""
    people = ["ann", "bob", "member"]
    documents = [GROUP.format(name="platform", members=", ".join(people))]
    documents += [USER.format(name=name) for name in people]
    (tmp_path / "people.yaml").write_text("---\n".join(documents))
    location = register_location(f"file:{tmp_path}/people.yaml", actor=SYSTEM, trusted=True)
    assert [str(problem) for problem in location.problems.all()] == []
    return [make_account("ann"), make_account("bob")]


@pytest.fixture
def approved_template(make_template: Callable[..., Entity]) -> Entity:
    files = {"skeleton/catalog-info.yaml": DESCRIPTOR}
    rule = {"approval": {"count": 2, "approvers": ["platform"]}}
    return make_template(*PUBLISHING, files=files, spec=rule)


@pytest.fixture
def waiting(approved_template: Entity, platform: list[Account], member: Account) -> Task:
    task = run_template("template:default/service", {"name": "cart"}, actor=Principal(account=member))
    assert task.aim == "plan"
    run_pending_tasks()
    task.refresh_from_db()
    return task


def test_a_plan_names_every_effect_and_changes_nothing(
    waiting: Task, git_host: GitHost, log: Callable[[Task], list[str]]
) -> None:
    assert waiting.status == "waiting"
    assert [(effect["stepId"], effect["verb"], effect["target"]) for effect in json.loads(waiting.plan)] == [
        ("publish", "create", "repository default/cart"),
        ("publish", "commit to", "repository default/cart"),
        ("register", "register", "location git:default/cart/catalog-info.yaml"),
    ]
    assert not git_host.root.exists()
    assert not Entity.objects.filter(ref="component:default/cart").exists()
    assert not waiting.effects.exists()
    assert log(waiting)[-1] == "Waiting for 2 approvals of group:default/platform."
    assert (waiting.lease_owner, waiting.lease_until) == ("", None)
    assert claim_task("x") is None


def test_enough_approvals_of_others_run_exactly_the_plan(
    waiting: Task, platform: list[Account], git_host: GitHost
) -> None:
    ann, bob = (Principal(account=account) for account in platform)
    assert list(find_tasks_to_approve(viewer=ann)) == [waiting]
    approve_task(waiting.uid, actor=ann, plan_hash=waiting.plan_hash, comment="fine")
    assert list(find_tasks_to_approve(viewer=ann)) == []
    assert claim_task("x") is None
    with pytest.raises(Conflict, match="decided about this plan already"):
        approve_task(waiting.uid, actor=ann, plan_hash=waiting.plan_hash)
    approve_task(waiting.uid, actor=bob, plan_hash=waiting.plan_hash)
    run_pending_tasks()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error) == ("completed", "")
    assert [str(effect) for effect in waiting.effects.all()] == [
        "create repository default/cart",
        "commit to repository default/cart",
        "register location git:default/cart/catalog-info.yaml",
    ]
    assert {effect.state for effect in waiting.effects.all()} == {"done"}
    assert git_host.exists("default", "cart")
    assert Record.objects.filter(action="task.approve", outcome="allowed").count() == 2


def test_nobody_approves_their_own_and_outsiders_do_not_see_it(
    waiting: Task, member: Account, outsider: Account, admin: Account
) -> None:
    with pytest.raises(Denied, match="not by whoever asked for it"):
        approve_task(waiting.uid, actor=Principal(account=member), plan_hash=waiting.plan_hash)
    with pytest.raises(NotFound):
        approve_task(waiting.uid, actor=Principal(account=outsider), plan_hash=waiting.plan_hash)
    with pytest.raises(Denied):
        approve_task(waiting.uid, actor=Principal(account=admin), plan_hash=waiting.plan_hash)
    waiting.refresh_from_db()
    assert waiting.status == "waiting" and not waiting.approvals.exists()
    assert Record.objects.filter(action="task.approve", outcome="denied").count() == 2


def test_approvers_see_the_task_but_do_not_decide_for_its_owner(
    waiting: Task, platform: list[Account]
) -> None:
    ann = Principal(account=platform[0])
    assert get_task(waiting.uid, viewer=ann) == waiting
    with pytest.raises(Denied):
        cancel_task(waiting.uid, actor=ann)
    waiting.refresh_from_db()
    assert waiting.status == "waiting"


def test_another_plan_than_the_one_that_was_read_is_not_approved(
    waiting: Task, platform: list[Account]
) -> None:
    with pytest.raises(Conflict) as refused:
        approve_task(waiting.uid, actor=Principal(account=platform[0]), plan_hash="0" * 64)
    assert refused.value.code == "PLAN_CHANGED"
    assert not waiting.approvals.exists()


def test_nothing_is_applied_when_the_world_has_moved(
    waiting: Task, platform: list[Account], git_host: GitHost
) -> None:
    for account in platform:
        approve_task(waiting.uid, actor=Principal(account=account), plan_hash=waiting.plan_hash)
    git_host.create_repository("default", "cart", created_for="somebody")
    run_pending_tasks()
    waiting.refresh_from_db()
    assert waiting.status == "failed"
    assert "The repository default/cart exists already" in waiting.error
    assert not waiting.effects.exists()
    assert git_host.get_repository("default", "cart").created_for == "somebody"


def test_other_effects_than_the_approved_ones_are_refused(
    waiting: Task, platform: list[Account], git_host: GitHost
) -> None:
    """Whatever the reason that the plan is another one now: here, values changed behind everybody's back."""
    for account in platform:
        approve_task(waiting.uid, actor=Principal(account=account), plan_hash=waiting.plan_hash)
    Task.objects.update(parameters='{"name": "other"}')
    run_pending_tasks()
    waiting.refresh_from_db()
    assert waiting.status == "failed"
    assert "The world is not as it was when the plan was approved" in waiting.error
    assert "create repository other" in waiting.error or "repository default/other" in waiting.error
    assert not git_host.root.exists()


def test_a_rejected_plan_is_the_end_of_the_task(
    waiting: Task, platform: list[Account], git_host: GitHost
) -> None:
    actor = Principal(account=platform[0])
    reject_task(waiting.uid, actor=actor, plan_hash=waiting.plan_hash, comment="wrong name")
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error) == ("cancelled", "Rejected by user:default/ann: wrong name")
    with pytest.raises(Conflict):
        approve_task(waiting.uid, actor=Principal(account=platform[1]), plan_hash=waiting.plan_hash)
    assert not git_host.root.exists()


def test_what_nobody_approves_ends_by_itself(waiting: Task) -> None:
    assert end_unapproved_tasks() == 0
    Task.objects.update(planned_at=timezone.now() - timedelta(days=31))
    assert end_unapproved_tasks() == 1
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error) == ("cancelled", "Nobody approved the plan in time.")


def test_one_may_ask_for_a_plan_and_then_run_it(
    publishing_template: Entity, member: Account, git_host: GitHost, outsider: Account
) -> None:
    actor = Principal(account=member)
    task = run_template("template:default/service", {"name": "cart"}, actor=actor, plan_first=True)
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "waiting" and not git_host.root.exists()
    with pytest.raises(NotFound):
        approve_task(task.uid, actor=Principal(account=outsider), plan_hash=task.plan_hash)
    approve_task(task.uid, actor=actor, plan_hash=task.plan_hash)
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "completed"


def test_a_plan_that_cannot_succeed_fails_before_anybody_is_asked(
    publishing_template: Entity, member: Account, git_host: GitHost
) -> None:
    git_host.create_repository("default", "cart", created_for="somebody")
    actor = Principal(account=member)
    task = run_template("template:default/service", {"name": "cart"}, actor=actor, plan_first=True)
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "failed"
    assert task.error == "Step publish: The repository default/cart exists already. Choose another name."


@pytest.mark.parametrize("rule", [{"count": 1, "approvers": ["no group!"]}, {"count": 1}])
def test_a_rule_that_nobody_could_fulfil_is_a_mistake_of_the_template(
    make_template: Callable[..., Entity], member: Account, rule: dict[str, Any]
) -> None:
    make_template(*PUBLISHING, spec={"approval": rule})
    with pytest.raises(InvalidTemplate, match=r"spec\.approval"):
        run_template("template:default/service", {"name": "cart"}, actor=Principal(account=member))
    assert not Task.objects.exists()


def test_a_plan_goes_on_where_only_the_run_can_know_the_items(
    make_template: Callable[..., Entity], member: Account
) -> None:
    each = {"id": "each", "action": "debug:log", "each": "${{ steps.publish.output.commitHash }}",
            "input": {"message": "${{ each.value.name | upper }} ${{ each.value[0].size }}"}}  # fmt: skip
    make_template(PUBLISHING[0], PUBLISHING[1], each, files={"skeleton/catalog-info.yaml": DESCRIPTOR})
    actor = Principal(account=member)
    task = run_template("template:default/service", {"name": "cart"}, actor=actor, plan_first=True)
    run_pending_tasks()
    task.refresh_from_db()
    assert (task.status, task.error) == ("waiting", "")
