"""Actions of Kubernetes against a small API, and against the cluster of PORTAL_TEST_KUBECONFIG."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.integrations.clusters import get_cluster
from portal.integrations.errors import NotFound
from portal.integrations.kubernetes import Cluster
from scaffolder.models import Task
from scaffolder.running.lifecycle import retry_task, undo_task
from scaffolder.services import run_template
from tests.chaos.rig import wait_until
from tests.kubernetes_api import FakeKubernetes
from tests.scaffolder.conftest import ended as ended_or_parked
from tests.scaffolder.conftest import let_time_pass

pytestmark = pytest.mark.django_db(transaction=True)
Steps = Callable[..., Task]


@pytest.fixture
def namespace(kubernetes: str) -> Iterator[str]:
    """A name that no namespace has yet; it goes afterwards."""
    name = f"portal-{uuid4().hex[:8]}"
    yield name
    with suppress(NotFound):
        cluster = the_cluster()
        cluster.delete(cluster.find_resource("v1", "Namespace"), name)


@pytest.fixture
def run_steps(make_template: Callable[..., Entity], member: Account) -> Steps:
    def run(*steps: dict[str, Any], files: Any = None, plan: bool = False) -> Task:
        name = f"t{uuid4().hex[:8]}"
        make_template(*steps, files=files, parameters={"properties": {}}, name=name)
        ref = f"template:default/{name}"
        return ended(run_template(ref, {}, actor=Principal(account=member), plan_first=plan))

    return run


def ended(task: Task) -> Task:
    """A cluster that is waited for is asked as often as it may take, without the pauses."""
    wait_until(lambda: gone_on(task).status != "parked", seconds=60)
    return task


def gone_on(task: Task) -> Task:
    let_time_pass(task, due_at=timedelta(minutes=2))
    return ended_or_parked(task)


def the_cluster() -> Cluster:
    return Cluster(get_cluster("test"), seconds=30)


def step(id: str, action: str, **input: Any) -> dict[str, Any]:
    return {"id": id, "action": f"kubernetes:{action}", "input": {"cluster": "test", **input}}


def config_map(namespace: str, **data: str) -> dict[str, Any]:
    metadata = {"name": "settings", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def data_of(namespace: str) -> Any:
    cluster = the_cluster()
    try:
        return cluster.get(cluster.find_resource("v1", "ConfigMap"), "settings", namespace)["data"]
    except NotFound:
        return None


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, protocol: TCP}]}
"""


def test_a_namespace_and_a_workload_are_applied_and_waited_for(run_steps: Steps, namespace: str) -> None:
    task = run_steps(
        step("namespace", "create-namespace", namespace=namespace, labels="team=a;env=test"),
        {"id": "files", "action": "fetch:plain", "input": {"url": "./k8s", "targetPath": "k8s"}},
        step("apply", "apply", path="k8s", namespace=namespace, wait=True, timeoutSeconds=60),
        step("wait", "wait", apiVersion="apps/v1", kind="Deployment", name="web", namespace=namespace),
        files={"k8s/web.yaml": DEPLOYMENT, "k8s/notes.txt": "not a manifest"},
    )
    assert task.error == ""
    cluster = the_cluster()
    found = cluster.get(cluster.find_resource("v1", "Namespace"), namespace)
    assert {"team": "a", "env": "test"}.items() <= found["metadata"]["labels"].items()
    web = cluster.get(cluster.find_resource("apps/v1", "Deployment"), "web", namespace)
    assert web["status"]["availableReplicas"] == 2
    assert json.loads(task.steps.get(step_id="apply").output) == {
        "objects": [
            {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": namespace, "name": "web"},
            {"apiVersion": "v1", "kind": "Service", "namespace": namespace, "name": "web"},
        ]
    }


def test_a_plan_is_the_difference_that_the_server_tells(run_steps: Steps, namespace: str) -> None:
    make = step("namespace", "create-namespace", namespace=namespace)
    first = run_steps(make, step("map", "apply", manifest=config_map(namespace, port="80")), plan=True)
    assert first.error == ""
    planned = json.loads(first.plan)
    assert [(each["verb"], each["target"], each["detail"]["change"]) for each in planned] == [
        ("apply", f"Namespace {namespace} of the cluster test", "create"),
        ("apply", f"ConfigMap settings in {namespace} of the cluster test", "create"),
    ]
    assert data_of(namespace) is None

    run_steps(make, step("map", "apply", manifest=config_map(namespace, port="80")))
    same, changed = config_map(namespace, port="80"), config_map(namespace, port="81")
    [effect] = json.loads(run_steps(step("map", "apply", manifest=same), plan=True).plan)
    assert (effect["detail"]["change"], effect["detail"]["difference"]) == ("nothing", [])
    [effect] = json.loads(run_steps(step("map", "apply", manifest=changed), plan=True).plan)
    assert effect["detail"]["change"] == "change"
    lines = [line for line in effect["detail"]["difference"] if line[0] in "+-"]
    assert lines == ["-  port: '80'", "+  port: '81'"]
    assert data_of(namespace) == {"port": "80"}


def test_undo_deletes_what_was_new_and_puts_back_what_was_changed(
    run_steps: Steps, namespace: str, member: Account
) -> None:
    fails = {"id": "fail", "action": "fs:read", "input": {"path": "nowhere"}}
    make = step("namespace", "create-namespace", namespace=namespace)
    run_steps(make, step("map", "apply", manifest=config_map(namespace, port="80", host="a")))
    other = {**config_map(namespace, new="1"), "metadata": {"name": "other", "namespace": namespace}}
    task = run_steps(
        step("map", "apply", manifest=config_map(namespace, port="81")),
        step("new", "apply", manifest=other),
        fails,
    )
    assert data_of(namespace) == {"port": "81"}

    task = ended(undo_task(str(task.uid), actor=Principal(account=member)))

    assert task.status == "cancelled"
    assert data_of(namespace) == {"port": "80", "host": "a"}
    cluster = the_cluster()
    with pytest.raises(NotFound):
        cluster.get(cluster.find_resource("v1", "ConfigMap"), "other", namespace)


def test_undo_leaves_what_somebody_has_changed_since(
    run_steps: Steps, namespace: str, member: Account
) -> None:
    fails = {"id": "fail", "action": "fs:read", "input": {"path": "nowhere"}}
    run_steps(step("n", "create-namespace", namespace=namespace),
              step("map", "apply", manifest=config_map(namespace, port="80")))  # fmt: skip
    task = run_steps(step("map", "apply", manifest=config_map(namespace, port="81")), fails)
    the_cluster().apply(config_map(namespace, port="82"), force=True)
    task = ended(undo_task(str(task.uid), actor=Principal(account=member)))
    assert task.error.endswith("(somebody has changed it since)")
    assert data_of(namespace) == {"port": "82"}


def test_what_is_deleted_is_the_object_that_was_there(run_steps: Steps, namespace: str) -> None:
    run_steps(step("n", "create-namespace", namespace=namespace),
              step("map", "apply", manifest=config_map(namespace, port="80")))  # fmt: skip
    named = {"apiVersion": "v1", "kind": "ConfigMap", "name": "settings", "namespace": namespace}
    [effect] = json.loads(run_steps(step("delete", "delete", **named), plan=True).plan)
    assert effect["verb"] == "delete" and data_of(namespace) == {"port": "80"}
    task = run_steps(step("delete", "delete", **named))
    assert (task.error, data_of(namespace)) == ("", None)
    task = run_steps(step("delete", "delete", **named))
    assert json.loads(task.steps.get().output) == {"deleted": False}


def test_a_field_of_another_manager_fails_the_step_and_names_it(
    run_steps: Steps, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_steps(step("n", "create-namespace", namespace=namespace))
    monkeypatch.setattr("portal.integrations.kubernetes.FIELD_MANAGER", "gitops")
    the_cluster().apply(config_map(namespace, port="80"))
    monkeypatch.setattr("portal.integrations.kubernetes.FIELD_MANAGER", "portal")
    task = run_steps(step("map", "apply", manifest=config_map(namespace, port="81")))
    assert 'conflict with "gitops"' in task.error and ".data.port" in task.error
    assert data_of(namespace) == {"port": "80"}
    task = run_steps(step("map", "apply", manifest=config_map(namespace, port="81"), force=True))
    assert (task.error, data_of(namespace)) == ("", {"port": "81"})


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"metadata": {"name": "x", "namespace": "kube-system"}},
            "may not write in the namespace kube-system",
        ),
        ({"metadata": {"name": "x"}}, "may not write in the namespace default"),
        ({"kind": "Namespace", "metadata": {"name": "prod"}}, "may not write in the namespace prod"),
        ({"kind": "Nonsense", "metadata": {"name": "x"}}, "has no kind Nonsense in v1"),
        ({"metadata": {"name": "../../secrets/x", "namespace": "team-a"}}, "is not the name of a Kubernetes"),
        ({"metadata": {}}, "has no apiVersion, kind and metadata.name"),
    ],
)
def test_nothing_is_written_outside_of_the_allowed_namespaces(
    fake_kubernetes: FakeKubernetes, run_steps: Steps, settings: Any, document: dict[str, Any], message: str
) -> None:
    settings.CLUSTERS = json.dumps([fake_kubernetes.entry(writeNamespaces=["team-*"])])
    fake_kubernetes.add_namespace("team-a")
    before = dict(fake_kubernetes.objects)
    allowed = config_map("team-a", port="80")
    manifest = [allowed, {"apiVersion": "v1", "kind": "ConfigMap", **document}]
    task = run_steps(step("map", "apply", manifest=manifest))
    assert message in task.error
    assert fake_kubernetes.objects == before


def test_an_answer_that_was_lost_is_asked_again(
    fake_kubernetes: FakeKubernetes, run_steps: Steps, member: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, lost = fake_kubernetes.answer, []

    def lose(seen: Any) -> Any:
        found = answer(seen)
        if seen.method == "PATCH" and not lost:
            lost.append(seen.path)
            raise ConnectionResetError
        return found

    monkeypatch.setattr(fake_kubernetes, "answer", lose)
    task = run_steps(step("map", "apply", manifest=config_map("default", port="80")))
    assert task.status == "failed"
    task = ended(retry_task(str(task.uid), actor=Principal(account=member)))
    assert (task.error, data_of("default"), fake_kubernetes.changes) == ("", {"port": "80"}, 1)
    task.status = "failed"
    task.save()
    ended(undo_task(str(task.uid), actor=Principal(account=member)))
    assert data_of("default") is None


def test_a_secret_is_never_shown(fake_kubernetes: FakeKubernetes, run_steps: Steps) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "stringData": {"k": "canary-1"},
    }
    task = run_steps(step("s", "apply", manifest=secret), plan=True)
    assert "canary-1" not in json.dumps(json.loads(task.plan)[0]["detail"])


BOMB = "a: &a [x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 8)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("a: &a [1]\nb: [*a, *a]\n", "has no apiVersion"),
        ("x: {", "manifest"),
        ("", "There is nothing to apply."),
        (BOMB, "manifest"),
    ],
)  # fmt: skip
def test_bad_yaml_is_refused_with_its_place(
    fake_kubernetes: FakeKubernetes, run_steps: Steps, manifest: str, message: str
) -> None:
    task = run_steps(step("map", "apply", manifest=manifest))
    assert task.error.startswith("Step map: ") and message in task.error
    assert fake_kubernetes.changes == 0
