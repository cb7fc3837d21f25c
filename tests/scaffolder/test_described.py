"""The answers of the scaffolder's REST are as its OpenAPI document says."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.db import connections

from catalog.models import Entity
from portal.accounts.models import Account
from scaffolder.models import Task
from scaffolder.running import wake
from scaffolder.running.worker import run_pending_tasks
from tests.openapi import Recorder, described

from .conftest import LOG

pytestmark = pytest.mark.django_db(transaction=True)
TEMPLATE = {"namespace": "default", "kind": "template", "name": "service"}


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker beside the request: who waits for a dry run has it."""
    threads: list[threading.Thread] = []

    def run() -> None:
        run_pending_tasks()
        connections.close_all()

    def start(*_: Any) -> None:
        threads.append(threading.Thread(target=run))
        threads[-1].start()

    monkeypatch.setattr(wake, "_wake", [start])
    yield
    for thread in threads:
        thread.join()


def test_templates_are_as_the_document_says(
    make_template: Callable[..., Entity], bearer: Any, member: Account, woken: None
) -> None:
    template = make_template(LOG, spec={"presentation": {"buttonLabels": {"createButtonText": "Go"}}})
    http = bearer(member, "read", "scaffolder:run")
    ask = Recorder(http, described(http, "/api/scaffolder"))
    form = ask("get", "/v2/templates/{namespace}/{kind}/{name}/parameter-schema", **TEMPLATE)
    assert form["steps"][0]["title"] == "What is it?"
    no_form = "/v2/templates/{namespace}/{kind}/{name}/parameter-schema"
    ask("get", no_form, status=404, **{**TEMPLATE, "name": "none"})
    assert "debug:log" in {action["id"] for action in ask("get", "/v2/actions")}
    assert "parseRepoUrl" in ask("get", "/v2/templating-extensions")["filters"]
    complete = "/v2/autocomplete/{provider}/{resource}"
    asked = {"token": "", "context": {}}
    ask("post", complete, asked, provider="github", resource="owners")
    ask("post", complete, asked, 404, provider="cvs", resource="owners")
    draft = {
        "template": yaml.safe_load(template.document),
        "values": {"name": "till"},
        "directoryContents": [],
    }
    assert ask("post", "/v2/dry-run", draft)["steps"]
    assert ask("post", "/v2/dry-run", {**draft, "values": {}}, 400)["errors"]

    assert {each for each in ask.unproven() if not each[0][0].startswith("/v2/tasks")} == set()


def test_tasks_are_as_the_document_says(
    make_template: Callable[..., Entity], bearer: Any, member: Account
) -> None:
    make_template(LOG)
    http = bearer(member, "read", "scaffolder:run")
    ask = Recorder(http, described(http, "/api/scaffolder"))
    run = {"templateRef": "template:default/service", "values": {"name": "till"}}
    assert ask("post", "/v2/tasks", {**run, "values": {}}, 400)["errors"]
    uid = ask("post", "/v2/tasks", run, 201)["id"]
    other = ask("post", "/v2/tasks", run, 201)["id"]
    ask("post", "/v2/tasks/{uid}/cancel", uid=other)
    run_pending_tasks()
    assert ask("get", "/v2/tasks/{uid}", uid=uid)["status"] == "completed"
    assert ask("get", "/v2/tasks?status=completed&order=asc:created_at")["totalTasks"] == 1
    ask("get", "/v2/tasks?order=up", status=400)
    assert ask("get", "/v2/tasks/{uid}/events", uid=uid)[-1]["type"] == "completion"
    assert b"event: completion" in ask("get", "/v2/tasks/{uid}/eventstream?after=0", uid=uid)
    ask("post", "/v2/tasks/{uid}/retry", {}, 409, uid=uid)
    Task.objects.filter(uid=uid).update(status=Task.Status.FAILED)
    assert ask("post", "/v2/tasks/{uid}/retry", {}, 201, uid=uid) == {"id": uid}
    for method, path in (("get", ""), ("get", "/events"), ("get", "/eventstream"), ("post", "/cancel")):
        ask(method, "/v2/tasks/{uid}" + path, status=404, uid=str(uuid4()))

    assert {each for each in ask.unproven() if each[0][0].startswith("/v2/tasks")} == set()
