"""The subscription `taskChanged`: a task as it is, each time it is another, to its end; to nobody else."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from portal.graphql.nodes import encode_id
from scaffolder.models import Task
from scaffolder.running.worker import run_pending_tasks
from tests.portal.test_live import Stream

pytestmark = pytest.mark.django_db(transaction=True)

QUERY = (
    "subscription($id: ID!) { taskChanged(id: $id) { status steps { status } log(first: 1) { message } } }"
)


def follow(server: str, token: str, task: Task) -> Stream:
    headers = {"Authorization": f"Bearer {token}"}
    return Stream(server, QUERY, headers, id=encode_id("PortalTask", task.uid))


def test_a_task_is_told_until_it_ends(
    streams_server: str,
    publishing_template: Entity,
    submit: Callable[..., Task],
    member: Account,
    token_of: Callable[..., str],
) -> None:
    task = submit(name="cart")
    stream = follow(streams_server, token_of(member, "read"), task)
    first = stream.next()["taskChanged"]
    assert (first["status"], first["steps"]) == ("OPEN", [{"status": "OPEN"}] * 3)
    run_pending_tasks()
    told = [answer["data"]["taskChanged"] for name, answer in stream.events if name == "next"]
    assert told[-1]["status"] == "COMPLETED"
    assert told[-1]["steps"] == [{"status": "COMPLETED"}] * 3
    assert told[-1]["log"] == [{"message": "Starting up task with 3 steps"}]


def test_another_s_task_is_a_missing_one(
    streams_server: str,
    simple: Entity,
    submit: Callable[..., Task],
    outsider: Account,
    token_of: Callable[..., str],
) -> None:
    task = submit(name="a")
    events: list[Any] = list(follow(streams_server, token_of(outsider, "read"), task).events)
    assert events[0][1]["errors"][0]["extensions"]["code"] == "TASK_NOT_FOUND"
    assert events[-1] == ("complete", None)
