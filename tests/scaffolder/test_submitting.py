"""Submitting and cancelling: who may, how much at once, how often the same."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from catalog.models import Entity
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.integrations.git import GitHost
from portal.rest.errors import Conflict, Denied, NotFound, TooMany
from scaffolder.models import Task
from scaffolder.running.journal import Journal
from scaffolder.running.leases import claim_task, end_task, holding
from scaffolder.running.lifecycle import cancel_task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template
from tests.scaffolder.conftest import LOG

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_waiting_task_is_cancelled_at_once(
    simple: Entity, submit: Callable[..., Task], member: Account
) -> None:
    task = cancel_task(submit(name="a").uid, actor=Principal(account=member))
    assert task.status == "cancelled"
    assert {step.status for step in task.steps.all()} == {"cancelled"}
    assert run_pending_tasks() == 0
    assert cancel_task(task.uid, actor=Principal(account=member)).status == "cancelled"


def test_a_running_task_stops_before_its_next_effect(
    publishing_template: Entity,
    submit: Callable[..., Task],
    git_host: GitHost,
    member: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = submit(name="cart")
    original = Journal.finish

    def finish_and_cancel(self: Any, row: Any, *args: Any) -> None:
        original(self, row, *args)
        self.write()
        if row.step_id == "fetch":
            asked = cancel_task(task.uid, actor=Principal(account=member))
            assert (asked.status, asked.cancel_requested) == ("processing", True)

    monkeypatch.setattr(Journal, "finish", finish_and_cancel)
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "cancelled"
    assert [step.status for step in task.steps.all()] == ["completed", "cancelled", "cancelled"]
    assert not git_host.root.exists()
    assert not (git_host.root.parent / "workspaces" / str(task.uid)).exists()


def test_a_disabled_account_s_tasks_do_not_start(
    simple: Entity, submit: Callable[..., Task], member: Account
) -> None:
    task = submit(name="a")
    member.is_active = False
    member.save()
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "failed"
    assert task.error == (
        "The account or the token that ran the template is not good any more: run it again."
    )
    assert {step.status for step in task.steps.all()} == {"cancelled"}


def test_a_template_that_became_hidden_is_not_run(
    make_template: Callable[..., Entity], member: Account, outsider: Account
) -> None:
    make_template(LOG, namespace="team-b")
    task = run_template("template:team-b/service", {"name": "a"}, actor=Principal(account=member))
    NamespaceGrant.objects.create(namespace="team-b", subject=outsider.user_ref, role="reader")
    run_pending_tasks()
    task.refresh_from_db()
    assert task.error == "The template cannot be run any more: There is no entity template:team-b/service."


def test_one_key_gives_one_task(simple: Entity, submit: Callable[..., Task]) -> None:
    first = submit(name="a", key="k")
    assert submit(name="a", key="k") == first
    with pytest.raises(Conflict, match="belongs to another run") as refused:
        submit(name="b", key="k")
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"
    assert Task.objects.count() == 1


def test_one_key_sent_at_once_gives_one_task(simple: Entity, submit: Callable[..., Task]) -> None:
    barrier, uids = threading.Barrier(4), []

    def send() -> None:
        barrier.wait()
        uids.append(submit(name="a", key="k").uid)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(uids) == 4
    assert len(set(uids)) == Task.objects.count() == 1


def test_an_account_s_queue_is_bounded_and_holds_up_nobody_else(
    simple: Entity, submit: Callable[..., Task], outsider: Account, settings: Any
) -> None:
    settings.TASKS_QUEUED_PER_ACCOUNT, settings.TASKS_RUNNING_PER_ACCOUNT = 3, 2
    for _ in range(3):
        submit(name="a")
    with pytest.raises(TooMany) as refused:
        submit(name="a")
    assert (refused.value.code, Task.objects.count()) == ("TASK_LIMIT", 3)
    other = submit(account=outsider, name="b")
    first, second, third = claim_task("x"), claim_task("x"), claim_task("x")
    assert first and second and third
    assert second.task_uid == other.uid, "the account with the fewest running ones comes first"
    assert claim_task("x") is None, "two of the first account's run, the third waits"


def test_one_worker_serves_the_accounts_in_turn(
    simple: Entity, submit: Callable[..., Task], member: Account, outsider: Account
) -> None:
    for account in (member, member, member, outsider, outsider):
        submit(account=account, name="a")
    turns = []
    while lease := claim_task("x"):
        with holding(lease) as task:
            turns.append(task.account_id)
            end_task(task, Task.Status.COMPLETED)
    assert turns == [member.pk, outsider.pk, member.pk, outsider.pk, member.pk]


def test_a_token_needs_the_scopes_of_the_actions(publishing_template: Entity, member: Account) -> None:
    for scopes in ({"read"}, {"read", "scaffolder:run"}):
        with pytest.raises(Denied, match="has no scope"):
            actor = Principal(account=member, scopes=frozenset(scopes))
            run_template(publishing_template.ref, {"name": "a"}, actor=actor)
    assert Task.objects.count() == 0
    assert Record.objects.filter(action="task.create", outcome="denied").count() == 2


def test_others_tasks_are_missing(simple: Entity, submit: Callable[..., Task], outsider: Account) -> None:
    task = submit(name="a")
    with pytest.raises(NotFound, match="There is no such task"):
        cancel_task(task.uid, actor=Principal(account=outsider))
    task.refresh_from_db()
    assert task.status == "open"
    assert Record.objects.get(action="task.cancel").outcome == "denied"
