"""Workers are killed inside of steps of GitHub and Kubernetes: each effect is there once, in the end."""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.extension.news import tell_news
from portal.integrations.clusters import get_cluster
from portal.integrations.kubernetes import Cluster
from scaffolder.models import Task
from scaffolder.services import run_template
from tests.chaos.provider import Provider
from tests.chaos.rig import Process, Workers, have_ended, wait_until
from tests.databases import database_url
from tests.scaffolder.github_api import FakeGitHub

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]

FETCH = {"id": "fetch", "action": "fetch:plain", "input": {"url": "./files"}}
FILES = {"files/README.md": "# Cart\n"}
PATH = "/repos/acme/cart"
LETHAL = {
    "POST /orgs/acme/repos", f"PATCH {PATH}", f"PUT {PATH}/topics", f"POST {PATH}/actions/variables",
    "POST /acme/cart.git/git-receive-pack", f"PUT {PATH}/branches/main/protection", f"POST {PATH}/issues",
}  # fmt: skip


class Relay:
    """One worker at a time: when it is gone, the next one takes over."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.running: Process | None = None
        self.kills = 0

    def strike(self) -> None:
        """Kill the one that works, and all that it started."""
        assert self.running is not None
        self.kills += 1
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def run(self, *, meanwhile: Callable[[], None] = lambda: None) -> None:
        """To the end of the task."""

        def is_done() -> bool:
            if self.running is None or self.running.poll() is not None:
                self.running = self.workers.start()
            meanwhile()
            return have_ended()

        wait_until(is_done, seconds=240)


@pytest.fixture
def relay(settings: Any) -> Iterator[Callable[[], Relay]]:
    """A relay with what is set when it is asked for."""
    begun: list[Workers] = []

    def begin() -> Relay:
        environment = {
            "DATABASE_URL": database_url(),
            "PORTAL_HOME": str(settings.WORKSPACES.parent),
            "PORTAL_TASK_LEASE_SECONDS": "2",
            "PORTAL_TASK_HEARTBEAT_SECONDS": "1",
            "PORTAL_TASK_ATTEMPTS": "20",
            "PORTAL_CREDENTIALS": settings.CREDENTIALS,
            "PORTAL_CLUSTERS": settings.CLUSTERS,
            "PORTAL_OUTBOUND_PRIVATE": ",".join(settings.OUTBOUND_PRIVATE),
        }
        begun.append(Workers(environment, provider))
        return Relay(begun[-1])

    with Provider() as provider:
        yield begin
        for workers in begun:
            workers.stop()


@pytest.fixture
def submitted(make_template: Callable[..., Entity], member: Account) -> Callable[..., Task]:
    def submit(*steps: dict[str, Any]) -> Task:
        make_template(*steps, files=FILES, parameters={"properties": {}})
        return run_template("template:default/service", {}, actor=Principal(account=member))

    return submit


def test_killed_after_each_call_to_github_workers_make_each_thing_once(
    github: FakeGitHub,
    submitted: Callable[..., Task],
    relay: Callable[[], Relay],
) -> None:
    runners, lethal = relay(), set(LETHAL)

    def strike(call: str) -> None:
        if call in lethal:
            lethal.remove(call)
            runners.strike()

    github.after = strike
    repo = {"repoUrl": f"{github.host}?owner=acme&repo=cart"}
    publish = {**repo, "topics": ["shop"], "repoVariables": {"REGION": "eu"}}
    task = submitted(
        FETCH,
        {"id": "publish", "action": "publish:github", "input": publish},
        {"id": "issue", "action": "github:issues:create", "input": {**repo, "title": "First", "body": "x"}},
    )
    runners.run()
    task.refresh_from_db()
    assert (task.status, task.error, lethal) == ("completed", "", set())
    assert (runners.kills, task.fence) == (len(LETHAL), len(LETHAL) + 1)
    made = Counter(call for call in github.calls if call.startswith("POST "))
    assert made == {call: 1 for call in LETHAL if call.startswith("POST /") and ".git/" not in call}
    assert github.git("acme/cart", "rev-list", "--count", "main") == "1"
    assert github.things["acme/cart/topics"] == {"names": ["shop"]}
    assert {effect.state for effect in task.effects.all()} == {"done"}
    lines = Counter(task.log_lines.values_list("message", flat=True))
    assert (lines["Finished step publish:github"], lines["Finished step fetch:plain"]) == (1, 1)


def test_killed_while_it_starts_and_while_it_looks_a_workflow_runs_once(
    github: FakeGitHub,
    submitted: Callable[..., Task],
    relay: Callable[[], Relay],
) -> None:
    runners, seen = relay(), Counter[str]()
    look, start = (
        "GET /repos/acme/web/actions/runs/1",
        "POST /repos/acme/web/actions/workflows/a.yml/dispatches",
    )
    github.runs_end_at_once = False

    def strike(call: str) -> None:
        seen[call] += 1
        if (call, seen[call]) in ((start, 1), (look, 2)):  # before the second it has said what it waits for
            runners.strike()

    def end_the_run() -> None:
        if Task.objects.filter(status=Task.Status.PARKED).exists() and seen[look] == 3:
            github.end_run("acme/web", 1)
            tell_news([f"{github.url}/acme/web/actions/runs/1"])

    github.after = strike
    workflow = {"workflowId": "a.yml", "branchOrTagName": "main", "wait": True}
    given = {"repoUrl": f"{github.host}?owner=acme&repo=web", **workflow}
    task = submitted({"id": "deploy", "action": "github:actions:dispatch", "input": given})
    runners.run(meanwhile=end_the_run)
    task.refresh_from_db()
    assert (task.status, task.error, runners.kills, task.fence) == ("completed", "", 2, 4)
    assert (github.calls, seen[look]) == ([start], 4)
    assert json.loads(task.steps.get().output)["conclusion"] == "success"
    lines = Counter(task.log_lines.values_list("message", flat=True))
    assert lines["Finished step github:actions:dispatch"] == 1


def test_killed_at_each_intent_workers_apply_each_object_once(
    kubernetes: str,
    submitted: Callable[..., Task],
    relay: Callable[[], Relay],
) -> None:
    runners, name = relay(), f"portal-{uuid4().hex[:8]}"
    target = {"cluster": "test", "namespace": name}
    task = submitted(
        FETCH,
        {"id": "namespace", "action": "kubernetes:create-namespace", "input": target},
        *({"id": f"map{number}", "action": "kubernetes:apply", "input": {**target, "manifest": _map(number)}}
          for number in range(3)),
    )  # fmt: skip

    def strike() -> None:
        if runners.kills < 4 and task.effects.filter(verb="apply").count() > runners.kills:
            runners.strike()

    cluster = Cluster(get_cluster("test"), seconds=30)
    try:
        runners.run(meanwhile=strike)
        task.refresh_from_db()
        assert (task.status, task.error, runners.kills) == ("completed", "", 4)
        applied = task.effects.filter(verb="apply")
        assert [effect.state for effect in applied] == ["done"] * 4
        results = [json.loads(effect.result) for effect in applied]
        assert [result["existed"] for result in results] == [False] * 4
        maps = cluster.find_resource("v1", "ConfigMap")
        found = [cluster.get(maps, f"map{number}", name) for number in range(3)]
        assert [each["data"]["number"] for each in found] == ["0", "1", "2"]
        assert [each["metadata"]["uid"] for each in found] == [result["uid"] for result in results[1:]]
    finally:
        cluster.delete(cluster.find_resource("v1", "Namespace"), name)


def _map(number: int) -> dict[str, Any]:
    metadata = {"name": f"map{number}"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"number": str(number)}}
