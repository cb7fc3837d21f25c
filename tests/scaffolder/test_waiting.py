"""Steps that wait for time to pass, or for a cluster: nobody works on their task meanwhile."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.graphql.nodes import encode_id
from scaffolder.models import Task
from scaffolder.running.leases import claim_task
from scaffolder.running.lifecycle import cancel_task, retry_task
from scaffolder.running.worker import has_claimable_tasks
from tests.kubernetes_api import FakeKubernetes
from tests.scaffolder.conftest import Steps, ended, let_time_pass

pytestmark = pytest.mark.django_db(transaction=True)

TASK = "query($id: ID!) { task(id: $id) { status awaits awaitsUntil } }"
AFTER = {"id": "after", "action": "debug:log", "input": {"message": "after"}}
WEB = "/apis/apps/v1/namespaces/default/deployments/web"
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}},
}
MISSING = "updatedReplicas is 0 of 2, availableReplicas is 0 of 2"


def wait_step(**input: Any) -> dict[str, Any]:
    return {"id": "wait", "action": "debug:wait", "input": input}


def later(task: Task, passed: timedelta) -> Task:
    """The task after so much time: looked at where it is due."""
    let_time_pass(task, due_at=passed, awaits_until=passed)
    return ended(task)


def test_nobody_works_on_a_task_that_waits_for_a_while(
    run_steps: Steps, graphql: Callable[..., Any], member: Account, log: Callable[[Task], list[str]]
) -> None:
    task = run_steps(wait_step(minutes=5), AFTER)
    assert (task.status, task.lease_owner) == ("parked", "")
    assert claim_task("x") is None and not has_claimable_tasks()
    assert timedelta(seconds=295) < task.due_at - timezone.now() <= timedelta(minutes=5)
    seen = graphql(member)(TASK, id=encode_id("PortalTask", task.uid))["task"]
    assert (seen["status"], seen["awaits"], seen["awaitsUntil"] is not None) == ("PARKED", None, True)
    assert later(task, timedelta(minutes=4)).status == "parked"
    assert later(task, timedelta(minutes=1)).status == "completed"
    assert log(task)[4:6] == [
        "Beginning step debug:wait",
        "Waiting for 300 s: nobody works on the task meanwhile.",
    ]


def test_a_moment_is_waited_for_here(run_steps: Steps) -> None:
    task = run_steps(wait_step(milliseconds=20), AFTER)
    assert (task.status, task.fence) == ("completed", 1)


def test_each_item_waits_once(run_steps: Steps) -> None:
    task = run_steps({**wait_step(seconds="${{ each.value }}"), "each": [60, 90, 60]}, AFTER)
    for seconds in (60, 90, 60):
        assert task.status == "parked"
        assert timedelta(0) < task.due_at - timezone.now() <= timedelta(seconds=seconds)
        task = later(task, timedelta(seconds=seconds))
    assert (task.status, len(json.loads(task.waited))) == ("completed", 3)
    assert task.fence == 4


def test_a_wait_ends_with_its_step_or_its_task_and_begins_anew_with_a_retry(
    run_steps: Steps, member: Account
) -> None:
    task = run_steps({**wait_step(minutes=5), "timeout": 60}, AFTER)
    assert task.due_at - timezone.now() <= timedelta(seconds=60)
    let_time_pass(task, due_at=timedelta(seconds=60))
    task.steps.filter(step_id="wait").update(started_at=timezone.now() - timedelta(seconds=60))
    task = ended(task)
    assert (task.status, task.error) == (
        "failed",
        "Step wait: it took longer than the 60 s that it may take.",
    )
    task = ended(retry_task(task.uid, actor=Principal(account=member)))
    assert task.status == "parked"
    assert cancel_task(task.uid, actor=Principal(account=member)).status == "cancelled"
    assert not has_claimable_tasks()


def apply(fake: FakeKubernetes, **more: Any) -> dict[str, Any]:
    fake.stuck = True
    input = {"cluster": "test", "manifest": DEPLOYMENT, "wait": True, **more}
    return {"id": "apply", "action": "kubernetes:apply", "input": input}


def come_up(fake: FakeKubernetes, replicas: int = 2) -> None:
    counted = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), replicas)
    fake.objects[WEB]["status"] = {"observedGeneration": 1, **counted}


def test_a_workload_is_waited_for_without_a_worker_also_while_its_cluster_is_away(
    fake_kubernetes: FakeKubernetes,
    run_steps: Steps,
    log: Callable[[Task], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = run_steps(apply(fake_kubernetes), AFTER)
    assert (task.status, task.awaits) == ("parked", "deployment web in default of the cluster test")
    assert claim_task("x") is None
    come_up(fake_kubernetes, replicas=1)
    assert later(task, timedelta(seconds=6)).status == "parked"
    with monkeypatch.context() as away:
        away.setattr(fake_kubernetes, "answer", lambda seen: (503, {}, b"{}"))
        for _ in range(2):
            assert later(task, timedelta(minutes=1)).status == "parked"
    come_up(fake_kubernetes)
    task = later(task, timedelta(minutes=1))
    assert (task.status, task.error, fake_kubernetes.changes) == ("completed", "", 1)
    said = [line for line in log(task) if "Deployment" in line or "cluster test" in line]
    assert said[:4] == [
        "Applied Deployment web in default",
        f"Deployment web in default is not ready: {MISSING}",
        "Waiting for Deployment web in default of the cluster test: nobody works on the task meanwhile.",
        f"Deployment web in default is not ready: {MISSING.replace('0 of', '1 of')}",
    ]
    assert "503" in said[4] and said[5:] == ["Ready: Deployment web in default"]


def test_a_workload_that_does_not_come_up_in_time_fails_the_step(
    fake_kubernetes: FakeKubernetes, run_steps: Steps
) -> None:
    task = later(run_steps(apply(fake_kubernetes, timeoutSeconds=60)), timedelta(seconds=60))
    assert (task.status, task.error) == (
        "failed",
        f"Step apply: After 60 s Deployment web in default is not ready: {MISSING}",
    )


def test_what_is_gone_or_has_failed_for_good_is_not_waited_for(
    fake_kubernetes: FakeKubernetes, run_steps: Steps
) -> None:
    task = run_steps(apply(fake_kubernetes))
    del fake_kubernetes.objects[WEB]
    task = later(task, timedelta(seconds=6))
    assert task.error == "Step apply: Deployment web in default is not ready: it is gone"
