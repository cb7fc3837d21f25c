"""Steps that wait for something outside: nobody works on their task, and it goes on when there is news."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.extension.news import tell_news
from portal.graphql.nodes import encode_id
from scaffolder.models import Task
from scaffolder.running.leases import claim_task
from scaffolder.running.lifecycle import cancel_task, retry_task
from scaffolder.running.worker import has_claimable_tasks, remove_ended_workspaces
from tests.scaffolder.conftest import Steps, ended, let_time_pass
from tests.scaffolder.github_api import SECRET, FakeGitHub
from tests.scaffolder.gitlab_api import FakeGitLab
from tests.scaffolder.gitlab_api import step as gitlab_step

pytestmark = pytest.mark.django_db(transaction=True)

RUN = "acme/web/actions/runs/1"
LOOK = "GET /repos/acme/web/actions/runs/1"
DISPATCH = "POST /repos/acme/web/actions/workflows/deploy.yml/dispatches"
TASK = "query($id: ID!) { task(id: $id) { status awaits awaitsUntil canCancel canRetry } }"
Looks = list[str]


def dispatch(github: FakeGitHub, **more: Any) -> dict[str, Any]:
    workflow = {"workflowId": "deploy.yml", "branchOrTagName": "main", "wait": True}
    given = {"repoUrl": f"{github.host}?owner=acme&repo=web", **workflow, **more.pop("input", {})}
    return {"id": "deploy", "action": "github:actions:dispatch", "input": given, **more}


def workflow_run(github: FakeGitHub, run: str = RUN, repository: str = "acme/web") -> dict[str, Any]:
    return {
        "action": "completed",
        "workflow_run": {"html_url": f"{github.url}/{run}"},
        "repository": {"html_url": f"{github.url}/{repository}"},
    }


def deliver(body: Any, *, key: str = "1", secret: str = SECRET) -> HttpResponse:
    raw = json.dumps(body).encode()
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "X-GitHub-Delivery": key}
    client = Client(headers={**headers, "X-GitHub-Event": "workflow_run"})
    return client.post("/api/hooks/github", raw, content_type="application/json")


@pytest.fixture
def looks(github: FakeGitHub) -> Looks:
    """A GitHub on which workflows run until they are ended; each time that one was looked at."""
    github.runs_end_at_once = False
    seen: Looks = []
    github.after = lambda call: seen.append(call) if call == LOOK else None
    return seen


@pytest.fixture
def parked(github: FakeGitHub, looks: Looks, run_steps: Steps) -> Task:
    task = run_steps(dispatch(github))
    looks.clear()
    return task


def test_nobody_works_on_a_task_that_waits_and_a_signed_webhook_lets_it_go_on(
    parked: Task,
    github: FakeGitHub,
    looks: Looks,
    graphql: Callable[..., Any],
    member: Account,
    log: Callable[[Task], list[str]],
) -> None:
    assert (parked.status, parked.lease_owner, parked.lease_until) == ("parked", "", None)
    assert claim_task("x") is None and not has_claimable_tasks()
    assert parked.due_at is not None and parked.due_at - timezone.now() < timedelta(seconds=6)
    seen = graphql(member)(TASK, id=encode_id("PortalTask", parked.uid))["task"]
    assert seen["status"] == "PARKED" and seen["awaits"] == f"{github.url}/{RUN}".lower()
    assert seen["canCancel"] and not seen["canRetry"]

    github.end_run("acme/web", 1)
    assert deliver(workflow_run(github), secret="another").status_code == 401
    assert deliver(workflow_run(github, "acme/web/actions/runs/10"), key="other run").status_code == 202
    assert deliver(workflow_run(github, "evil/x/actions/runs/1", "evil/x"), key="other").status_code == 202
    assert not has_claimable_tasks() and looks == []
    assert deliver(workflow_run(github)).status_code == 202
    assert has_claimable_tasks()

    task = ended(parked)
    assert (task.status, task.error, task.awaits, looks) == ("completed", "", "", [LOOK])
    assert github.calls == [DISPATCH]
    output = json.loads(task.steps.get(step_id="deploy").output)
    assert (output["workflowRunId"], output["conclusion"]) == (1, "success")
    assert log(task)[4:] == [
        "Beginning step github:actions:dispatch",
        "Dispatched deploy.yml of acme/web",
        f"Waiting for {github.url}/{RUN}: nobody works on the task meanwhile.",
        "Finished step github:actions:dispatch",
        "Run completed with status: completed",
    ]


def test_without_a_webhook_it_is_looked_at_again_in_a_while_then_less_often(
    parked: Task, github: FakeGitHub, looks: Looks
) -> None:
    let_time_pass(parked, awaits_until=timedelta(minutes=5), due_at=timedelta(minutes=5))
    assert has_claimable_tasks()
    task = ended(parked)
    assert (task.status, task.fence, looks) == ("parked", 2, [LOOK])
    assert timedelta(seconds=28) < task.due_at - timezone.now() < timedelta(seconds=31)
    github.end_run("acme/web", 1)
    let_time_pass(task, due_at=timedelta(minutes=1))
    assert (ended(task).status, github.calls) == ("completed", [DISPATCH])


def test_news_that_come_while_it_looks_are_not_lost(
    github: FakeGitHub, looks: Looks, run_steps: Steps
) -> None:
    def end_meanwhile(call: str) -> None:
        looks.append(call)
        if looks.count(LOOK) == 2:  # it was looked at, and is not parked yet
            github.end_run("acme/web", 1)
            tell_news([f"{github.url}/{RUN}"])

    github.after = end_meanwhile
    task = run_steps(dispatch(github))
    assert (task.status, task.fence, looks.count(LOOK)) == ("completed", 2, 3)


@pytest.mark.parametrize(
    ("column", "error"),
    [
        ("awaits_until", "Step deploy: The workflow did not end within 30 minutes."),
        ("started_at", "Step deploy: it took longer than the 900 s that it may take."),
    ],
)
def test_it_waits_no_longer_than_the_step_may(
    github: FakeGitHub, looks: Looks, run_steps: Steps, column: str, error: str
) -> None:
    task = run_steps(dispatch(github, timeout=900))
    let_time_pass(task, due_at=timedelta(hours=1))
    rows = task.steps if column == "started_at" else Task.objects
    rows.update(**{column: F(column) - timedelta(hours=1)})
    task = ended(task)
    assert (task.status, task.error) == ("failed", error)
    assert github.calls == [DISPATCH]


def test_a_parked_task_is_cancelled_at_once_and_news_do_not_wake_it(
    parked: Task, github: FakeGitHub, looks: Looks, member: Account, settings: Any
) -> None:
    task = cancel_task(parked.uid, actor=Principal(account=member))
    assert (task.status, task.steps.get(step_id="deploy").status) == ("cancelled", "cancelled")
    assert remove_ended_workspaces() == 1
    github.end_run("acme/web", 1)
    assert deliver(workflow_run(github)).status_code == 202
    assert not has_claimable_tasks()
    assert (ended(task).status, looks, github.calls) == ("cancelled", [], [DISPATCH])

    task = ended(retry_task(task.uid, actor=Principal(account=member)))
    assert (task.status, github.calls) == ("completed", [DISPATCH])


def test_what_goes_wrong_outside_while_it_looks_is_looked_at_again(
    parked: Task, github: FakeGitHub, log: Callable[[Task], list[str]]
) -> None:
    github.before = lambda call: (503, {}, b"{}") if call == LOOK else None
    let_time_pass(parked, due_at=timedelta(minutes=10))
    assert ended(parked).status == "parked"
    github.before = lambda call: (429, {"retry-after": "300"}, b"{}") if call == LOOK else None
    let_time_pass(parked, due_at=timedelta(minutes=10))
    task = ended(parked)
    assert task.status == "parked" and task.due_at - timezone.now() > timedelta(seconds=290)
    assert [line for line in log(task) if "asks us to wait 300 s" in line] != []


def test_a_run_that_is_gone_is_not_waited_for(parked: Task, github: FakeGitHub) -> None:
    github.before = lambda call: (404, {}, b"{}") if call == LOOK else None
    let_time_pass(parked, due_at=timedelta(minutes=10))
    assert ended(parked).status == "failed"


def test_each_item_waits_for_its_own_run(github: FakeGitHub, looks: Looks, run_steps: Steps) -> None:
    workflow = {"branchOrTagName": "main", "workflowId": "${{ each.value }}"}
    task = run_steps(dispatch(github, each=["a.yml", "b.yml"], input=workflow))
    for number in (1, 2):
        assert (task.status, task.awaits) == ("parked", f"{github.url}/acme/web/actions/runs/{number}")
        until = task.awaits_until
        let_time_pass(task, due_at=timedelta(minutes=1))
        assert ended(task).awaits_until == until, "looking again gives it no more time"
        github.end_run("acme/web", number)
        let_time_pass(task, due_at=timedelta(minutes=1))
        task = ended(task)
    assert (task.status, task.error, len(github.calls)) == ("completed", "", 2)
    assert json.loads(task.steps.get(step_id="deploy").output)["workflowRunId"] == [1, 2]


def test_a_pipeline_of_gitlab_wakes_who_waits_for_it(gitlab: FakeGitLab, run_steps: Steps) -> None:
    gitlab.status_of_pipelines = "running"
    trigger = {"projectId": "acme/web", "tokenDescription": "By a template", "branch": "main", "wait": True}
    task = run_steps(gitlab_step("gitlab:pipeline:trigger", gitlab, **trigger))
    assert task.status == "parked"
    [pipeline] = gitlab.lists["acme/web/pipelines"]
    pipeline["status"] = "success"
    event = {
        "object_kind": "pipeline",
        "object_attributes": {"id": pipeline["id"], "status": "success"},
        "project": {"web_url": f"{gitlab.url}/acme/web"},
    }
    headers = {"X-Gitlab-Token": SECRET, "X-Gitlab-Event-UUID": "1"}
    client = Client(headers=headers)
    answer = client.post("/api/hooks/gitlab", json.dumps(event), content_type="application/json")
    assert answer.status_code == 202 and has_claimable_tasks()
    assert (ended(task).status, len(gitlab.lists["acme/web/pipelines"])) == ("completed", 1)
