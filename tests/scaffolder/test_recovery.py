"""What becomes of a task whose worker was lost, as `EXPERIMENTAL_recovery` of its template says."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from catalog.models import Entity
from portal.accounts.models import Account
from portal.integrations.git import GitHost
from scaffolder.models import Task
from scaffolder.running.leases import LeaseLost
from scaffolder.running.runner import RunAttempt
from scaffolder.running.worker import run_pending_tasks
from tests.scaffolder.conftest import PUBLISHING

pytestmark = pytest.mark.django_db(transaction=True)

FETCH, PUBLISH, _ = PUBLISHING
LOOK = {"id": "look", "action": "fs:readdir", "input": {"paths": ["."]}}
Lose = Callable[..., Task]


@pytest.fixture
def lose(
    make_template: Callable[..., Entity], submit: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Lose]:
    """Run a template of this recovery until its worker is lost in the step `look`, so often."""
    perform = RunAttempt._perform

    def lose(strategy: str = "", *, times: int = 1) -> Task:
        recovery = {"EXPERIMENTAL_recovery": {"EXPERIMENTAL_strategy": strategy}} if strategy else {}
        files = {"skeleton/README.md": "# Cart\n"}
        make_template(FETCH, PUBLISH, LOOK, files=files, spec=recovery)
        task = submit(name="cart")
        for _ in range(times):
            with monkeypatch.context() as patch:
                patch.setattr(RunAttempt, "_perform", dying)
                run_pending_tasks()
            Task.objects.update(lease_until=Now() - timedelta(seconds=1))
        return task

    def dying(attempt: RunAttempt, spec: Any, action: Any) -> dict[str, Any]:
        if spec.id == "look":
            attempt.workspace.write("left.txt", b"left")
            attempt.journal.write()
            raise LeaseLost
        return perform(attempt, spec, action)

    yield lose


def ended(task: Task) -> Task:
    run_pending_tasks()
    task.refresh_from_db()
    return task


def files_seen(task: Task) -> list[str]:
    return [file["name"] for file in json.loads(task.steps.get(step_id="look").output)["files"]]


def test_a_task_goes_on_after_its_last_finished_step_where_nothing_is_said(
    lose: Lose, log: Callable[[Task], list[str]]
) -> None:
    task = ended(lose())
    assert (task.status, files_seen(task)) == ("completed", ["README.md", "left.txt"])
    assert log(task).count("Beginning step Write the files") == 1


def test_start_over_does_every_step_again_in_an_empty_workspace_and_makes_nothing_twice(
    lose: Lose, log: Callable[[Task], list[str]], git_host: GitHost, member: Account
) -> None:
    task = lose("startOver")
    made = git_host.head("default", "cart")
    task = ended(task)
    assert (task.status, files_seen(task)) == ("completed", ["README.md"])
    assert log(task).count("Beginning step Write the files") == 2
    assert (git_host.head("default", "cart"), task.effects.count()) == (made, 2)
    client = Client()
    client.force_login(member)
    events = client.get(f"/api/scaffolder/v2/tasks/{task.uid}/events").json()
    [recovered] = [event["body"] for event in events if event["type"] == "recovered"]
    assert recovered["recoverStrategy"] == "startOver"


def test_a_task_that_loses_every_worker_does_not_start_over_for_ever(lose: Lose) -> None:
    task = ended(lose("startOver", times=3))
    assert (task.status, task.error) == ("failed", "worker lost 3 times in a row")


def test_none_fails_and_does_nothing_again(lose: Lose, log: Callable[[Task], list[str]]) -> None:
    task = ended(lose("none"))
    assert task.status == "failed"
    assert task.error == "worker lost; the template says that nothing is done again then"
    assert [step.status for step in task.steps.all()] == ["completed", "completed", "failed"]
    assert log(task).count("Beginning step fs:readdir") == 1
