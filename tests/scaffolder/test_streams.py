"""Server-sent events of a task, from the live server."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.models import Task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template

pytestmark = pytest.mark.django_db(transaction=True)


def open_stream(server: str, uid: object, account: Account, **headers: str) -> http.client.HTTPResponse:
    """The answer to a request for a stream, with the session of that account."""
    client = Client()
    client.force_login(account)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=300)
    connection.request("GET", f"/events/tasks/{uid}", headers={"Cookie": cookie, **headers})
    return connection.getresponse()


def events(response: http.client.HTTPResponse) -> Iterator[tuple[str, int | None, Any]]:
    """(event, id, data), until the server ends the stream."""
    found: dict[str, str] = {}
    for raw in response:
        line = raw.decode().rstrip("\n")
        if line and not line.startswith(":"):
            key, _, value = line.partition(": ")
            found[key] = value
        elif not line and "event" in found:
            yield found["event"], int(found["id"]) if "id" in found else None, json.loads(found["data"])
            found = {}


@pytest.fixture
def two_steps(make_template: Callable[..., Entity]) -> Entity:
    log = {"action": "debug:log", "input": {"message": "Hello ${{ parameters.name }}"}}
    return make_template({"id": "one", "name": "One", **log}, {"id": "two", "name": "Two", **log})


def test_a_task_is_followed_from_its_beginning_to_its_end(
    streams_server: str, two_steps: Entity, member: Account
) -> None:
    task = run_template(two_steps.ref, {"name": "cart"}, actor=Principal(account=member))
    stream = events(open_stream(streams_server, task.uid, member))
    assert [next(stream)[2]["status"] for _ in range(2)] == ["open", "open"]

    worker = threading.Thread(target=run_pending_tasks)
    worker.start()
    seen = list(stream)
    worker.join()

    lines = [data["message"] for name, _, data in seen if name == "log"]
    assert lines == [line.message for line in task.log_lines.all()]
    assert [data["stepId"] for name, _, data in seen if name == "log" and "Hello" in data["message"]] == [
        "one",
        "two",
    ]
    ids = [line_id for name, line_id, _ in seen if name == "log"]
    assert ids == sorted(ids)
    last_states = {data["id"]: data["status"] for name, _, data in seen if name == "step"}
    assert last_states == {"one": "completed", "two": "completed"}
    assert seen[-1] == ("end", None, {"status": "completed", "error": None})


def test_a_stream_goes_on_after_the_last_line_that_was_seen(
    streams_server: str, two_steps: Entity, member: Account, run: Callable[..., Task]
) -> None:
    task = run(name="cart")
    lines = list(task.log_lines.all())
    stream = events(open_stream(streams_server, task.uid, member, **{"Last-Event-ID": str(lines[3].pk)}))
    assert [line_id for name, line_id, _ in stream if name == "log"] == [line.pk for line in lines[4:]]


def test_another_s_task_and_no_task_are_the_same(
    streams_server: str, two_steps: Entity, outsider: Account, run: Callable[..., Task]
) -> None:
    task = run(name="cart")
    answers = [
        open_stream(streams_server, uid, outsider) for uid in (task.uid, uuid4(), "x", "../../graphql")
    ]
    assert [answer.status for answer in answers] == [404, 404, 404, 404]
    assert json.loads(answers[0].read())["error"] == json.loads(answers[1].read())["error"]


def test_a_stream_ends_when_the_account_is_disabled(
    streams_server: str, two_steps: Entity, member: Account
) -> None:
    task = run_template(two_steps.ref, {"name": "cart"}, actor=Principal(account=member))
    stream = events(open_stream(streams_server, task.uid, member))
    next(stream)
    member.is_active = False
    member.save()
    assert "end" not in [name for name, _, _ in stream]


def test_an_account_follows_a_bounded_number_of_tasks(
    streams_server: str, two_steps: Entity, member: Account
) -> None:
    task = run_template(two_steps.ref, {"name": "cart"}, actor=Principal(account=member))
    kept = [open_stream(streams_server, task.uid, member) for _ in range(2)]
    refused = open_stream(streams_server, task.uid, member)
    assert [answer.status for answer in [*kept, refused]] == [200, 200, 429]
    assert json.loads(refused.read())["error"]["code"] == "STREAM_LIMIT"
    assert refused.headers["Retry-After"] == "10"
