"""Backstage's events of a task: its end is told once, with the output, whenever it comes."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Entity
from portal.accounts.models import Account
from scaffolder.models import LogLine, Task
from scaffolder.rest import events
from scaffolder.running.worker import run_pending_tasks
from scaffolder.selectors import log_lines

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_task_that_ends_while_its_events_are_read_tells_its_output(
    simple: Entity, submit: Callable[..., Task], member: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = submit(name="cart")

    def lines_after_the_end(task: Task, **more: Any) -> Iterable[LogLine]:
        run_pending_tasks()
        return log_lines(task, **more)

    monkeypatch.setattr(events, "log_lines", lines_after_the_end)
    client = Client()
    client.force_login(member)
    told = client.get(f"/api/scaffolder/v2/tasks/{task.uid}/events").json()
    assert [event["type"] for event in told] == ["log"] * (len(told) - 1) + ["completion"]
    assert told[-1]["body"] == {"message": "Run completed with status: completed", "output": {}}
