"""Backstage's scaffolder client runs templates of a running portal, with every method it has."""

import base64
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from catalog.models import Entity
from portal.accounts.models import Account
from portal.integrations.git import GitHost
from scaffolder.models import Task
from scaffolder.running import wake
from scaffolder.running.worker import run_pending_tasks
from tests.scaffolder.conftest import (  # noqa: F401 - fixtures
    PARAMETERS,
    PUBLISHING,
    _own_folders,
    git_host,
    make_template,
    publishing_template,
)

from .conftest import ClientError, Clients

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]

REF = "template:default/service"


@pytest.fixture
def tasks_worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs tasks in a thread of its own when it is woken."""
    threads: list[threading.Thread] = []

    def run() -> None:
        run_pending_tasks()
        connections.close_all()

    def begin() -> None:
        threads.append(threading.Thread(target=run))
        threads[-1].start()

    monkeypatch.setattr(wake, "_wake", [begin])
    yield
    for thread in threads:
        thread.join()


@pytest.fixture
def scaffolder(clients_of: Callable[..., Clients], member: Account) -> Callable[..., Any]:
    """A method of the scaffolder client as a member: `scaffolder("scaffold", {…})`."""
    clients = clients_of(member, "read", "scaffolder:run", "catalog:write")

    def call(method: str, *arguments: Any, client: str = "scaffolder") -> Any:
        return clients(client, method, *arguments)

    return call


def test_scaffold_and_follow(
    publishing_template: Entity,  # noqa: F811
    tasks_worker: None,
    scaffolder: Callable[..., Any],
    git_host: GitHost,  # noqa: F811
) -> None:
    task_id = scaffolder("scaffold", {"templateRef": REF, "values": {"name": "cart"}})["taskId"]
    for client in ("scaffolder", "pollingScaffolder"):
        events = scaffolder("streamLogs", {"taskId": task_id}, client=client)
        assert [event["type"] for event in events] == ["log"] * (len(events) - 1) + ["completion"]
        ids = [event["id"] for event in events]
        assert ids == sorted(ids)
        told = [(event["body"].get("stepId"), event["body"].get("status")) for event in events]
        assert [about for about in told if about[1]] == [
            (step, status)
            for step in ("fetch", "publish", "register")
            for status in ("processing", "completed")
        ]
        assert events[-1]["body"]["message"] == "Run completed with status: completed"
        assert events[-1]["body"]["output"]["links"][1]["entityRef"] == "component:default/cart"
        late = scaffolder("streamLogs", {"taskId": task_id, "after": ids[-1]}, client=client)
        assert [event["type"] for event in late] == ["completion"]
    task = scaffolder("getTask", task_id)
    assert (task["id"], task["status"], task["createdBy"]) == (task_id, "completed", "user:default/member")
    assert task["spec"]["parameters"] == {"name": "cart", "port": 8080}
    assert task["spec"]["templateInfo"]["entityRef"] == REF
    assert git_host.read_file("default", "cart", "README.md") == b"# CART\n"


def test_list_tasks(
    publishing_template: Entity,  # noqa: F811
    scaffolder: Callable[..., Any],
    clients_of: Callable[..., Clients],
    outsider: Account,
) -> None:
    ids = [scaffolder("scaffold", {"templateRef": REF, "values": {"name": name}})["taskId"] for name in "abc"]
    page = scaffolder("listTasks", {"filterByOwnership": "owned", "limit": 2, "offset": 0})
    assert ([task["id"] for task in page["tasks"]], page["totalTasks"]) == ([ids[2], ids[1]], 3)
    rest = scaffolder("listTasks", {"filterByOwnership": "all", "limit": 2, "offset": 2})
    assert [task["id"] for task in rest["tasks"]] == [ids[0]]
    others = clients_of(outsider)("scaffolder", "listTasks", {"filterByOwnership": "all"})
    assert others == {"tasks": [], "totalTasks": 0}


def test_cancel_and_retry(
    publishing_template: Entity,  # noqa: F811
    scaffolder: Callable[..., Any],
) -> None:
    task_id = scaffolder("scaffold", {"templateRef": REF, "values": {"name": "cart"}})["taskId"]
    with pytest.raises(ClientError) as caught:
        scaffolder("retry", task_id)
    assert (caught.value.status, caught.value.cause["name"]) == (409, "ConflictError")
    assert scaffolder("cancelTask", task_id) == {"status": "cancelled"}
    assert scaffolder("getTask", task_id)["status"] == "cancelled"
    assert scaffolder("retry", task_id) == {"id": task_id}
    assert scaffolder("getTask", task_id)["status"] == "open"


def test_the_form_the_actions_and_the_filters(
    publishing_template: Entity,  # noqa: F811
    scaffolder: Callable[..., Any],
) -> None:
    form = scaffolder("getTemplateParameterSchema", REF)
    assert form["title"] == "The service"
    [page] = form["steps"]
    assert page["title"] == "What is it?"
    assert list(page["schema"]["properties"]) == list(PARAMETERS["properties"])
    actions = {action["id"]: action for action in scaffolder("listActions")}
    assert list(actions) == sorted(actions)
    assert actions["debug:log"]["schema"]["input"]["properties"]["message"]
    assert actions["debug:log"]["examples"][0]["example"].startswith("steps:\n")
    extensions = scaffolder("listTemplatingExtensions")
    assert {"parseRepoUrl", "parseEntityRef", "pick", "projectSlug"} <= extensions["filters"].keys()
    assert {"range", "always", "failure"} <= extensions["globals"]["functions"].keys()


def test_a_dry_run_changes_nothing(
    tasks_worker: None,
    scaffolder: Callable[..., Any],
    git_host: GitHost,  # noqa: F811
    settings: Any,
) -> None:
    settings.DRY_RUN_SECONDS = 60
    fetch, publish, _ = PUBLISHING
    template = {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "draft"},
        "spec": {
            "type": "service",
            "parameters": PARAMETERS,
            "steps": [fetch, publish],
            "output": {"text": [{"title": "Where", "content": "${{ steps.publish.output.remoteUrl }}"}]},
        },
    }
    content = base64.b64encode(b"# ${{ values.name }}\n").decode()
    request = {
        "template": template,
        "values": {"name": "cart"},
        "directoryContents": [{"path": "skeleton/README.md", "base64Content": content}],
    }
    answer = scaffolder("dryRun", request)
    [file] = answer["directoryContents"]
    assert (file["path"], base64.b64decode(file["base64Content"])) == ("README.md", b"# cart\n")
    assert answer["output"]["text"][0]["content"].endswith("/default/cart.git")
    assert [step["action"] for step in answer["steps"]] == ["fetch:template", "publish:git"]
    assert {"message": "Finished step Create the repository", "stepId": "publish", "status": "completed"} in [
        line["body"] for line in answer["log"]
    ]
    assert not git_host.root.exists()
    assert not Task.objects.exists()
    with pytest.raises(ClientError) as caught:
        scaffolder("dryRun", {**request, "values": {"name": "NO"}})
    assert caught.value.status == 400


def test_what_the_client_throws(
    publishing_template: Entity,  # noqa: F811
    scaffolder: Callable[..., Any],
) -> None:
    with pytest.raises(ClientError, match="400"):
        scaffolder("scaffold", {"templateRef": REF, "values": {"name": "NO", "other": 1}})
    assert not Task.objects.exists()
    for method, arguments in (
        ("getTask", ["00000000-0000-4000-8000-000000000000"]),
        ("getTemplateParameterSchema", ["template:default/none"]),
        ("autocomplete", [{"token": "t", "provider": "gerrit", "resource": "owners", "context": {}}]),
    ):
        with pytest.raises(ClientError) as caught:
            scaffolder(method, *arguments)
        assert (caught.value.status, caught.value.cause["name"]) == (404, "NotFoundError")


@pytest.mark.parametrize("scopes", [("read",), ("catalog:write",)])
def test_a_token_without_the_scope_runs_nothing(
    publishing_template: Entity,  # noqa: F811
    clients_of: Callable[..., Clients],
    member: Account,
    scopes: tuple[str, ...],
) -> None:
    clients = clients_of(member, *scopes)
    with pytest.raises(ClientError, match="403"):
        clients("scaffolder", "scaffold", {"templateRef": REF, "values": {"name": "cart"}})
    assert not Task.objects.exists()
