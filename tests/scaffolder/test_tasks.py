"""Tasks: claimed once, resumed after the last finished step, cancelled, bounded; effects happen once."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from catalog.models import Entity
from portal.accounts.models import Account, NamespaceGrant
from portal.integrations.git import GitHost
from scaffolder.actions.action import Action
from scaffolder.extension_points import actions
from scaffolder.models import Task
from scaffolder.running import runner
from scaffolder.running.leases import LeaseLost, claim_task, holding
from scaffolder.running.worker import remove_ended_workspaces, run_pending_tasks
from tests.scaffolder.conftest import LOG

pytestmark = pytest.mark.django_db(transaction=True)

Log = Callable[[Task], list[str]]


class Killed(BaseException):
    """Stands for the end of the process."""


def expire_leases() -> None:
    Task.objects.filter(lease_until__isnull=False).update(lease_until=Now())


def test_a_task_is_claimed_by_one_worker(simple: Entity, submit: Callable[..., Task]) -> None:
    for _ in range(5):
        submit(name="a")
    barrier, claimed = threading.Barrier(4), []

    def claim() -> None:
        barrier.wait()
        while (lease := claim_task("x")) is not None:
            claimed.append(lease.task_id)
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(Task.objects.values_list("pk", flat=True))


def test_a_worker_that_lost_its_lease_writes_nothing(simple: Entity, submit: Callable[..., Task]) -> None:
    submit(name="a")
    first = claim_task("first")
    assert first is not None
    expire_leases()
    second = claim_task("second")
    assert second is not None and second.fence == first.fence + 1
    with pytest.raises(LeaseLost), holding(first):
        pass
    runner.run_claimed_task(first)
    task = Task.objects.get()
    assert (task.status, task.lease_owner, task.log_lines.count()) == ("processing", "second", 0)
    runner.run_claimed_task(second)
    task.refresh_from_db()
    assert task.status == "completed"


def test_a_task_whose_workers_die_three_times_fails(
    simple: Entity, submit: Callable[..., Task], log: Log
) -> None:
    task = submit(name="a")
    for _ in range(3):
        assert claim_task("x") is not None
        expire_leases()
    assert claim_task("x") is None
    task.refresh_from_db()
    assert (task.status, task.error) == ("failed", "worker lost 3 times in a row")
    assert log(task)[-1] == "Run completed with status: failed: worker lost 3 times in a row"


@pytest.mark.parametrize("dies_after", ["create_repository", "commit_files"])
def test_a_taken_over_task_recognises_what_it_made(
    publishing_template: Entity,
    submit: Callable[..., Task],
    git_host: GitHost,
    monkeypatch: pytest.MonkeyPatch,
    log: Log,
    dies_after: str,
) -> None:
    task = submit(name="cart")
    original = getattr(GitHost, dies_after)

    def act_and_die(*args: Any, **kwargs: Any) -> None:
        original(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(GitHost, dies_after, act_and_die)
        with pytest.raises(Killed):
            run_pending_tasks()
    assert git_host.exists("default", "cart")
    expire_leases()
    run_pending_tasks()

    task.refresh_from_db()
    assert (task.status, task.error, task.fence) == ("completed", "", 2)
    assert log(task).count("Beginning step Write the files") == 1
    assert log(task).count("Beginning step Create the repository") == 2
    assert git_host.read_file("default", "cart", "README.md") == b"# CART\n"
    assert Entity.objects.filter(ref="component:default/cart").count() == 1


def test_a_lost_workspace_is_filled_again(
    publishing_template: Entity,
    submit: Callable[..., Task],
    git_host: GitHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = submit(name="cart")

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(GitHost, "create_repository", die)
        with pytest.raises(Killed):
            run_pending_tasks()
    task.refresh_from_db()
    folder = Path(git_host.root.parent / "workspaces" / str(task.uid))
    assert sorted(path.name for path in (folder / "files").iterdir()) == ["README.md", "catalog-info.yaml"]
    assert oct(folder.stat().st_mode)[-3:] == "700"
    folder.rename(folder.with_name("elsewhere"))
    expire_leases()
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "completed"
    assert git_host.list_files("default", "cart") == ["README.md", "catalog-info.yaml"]


def test_an_existing_repository_is_never_adopted(
    publishing_template: Entity, run: Callable[..., Task], git_host: GitHost, tmp_path: Path
) -> None:
    git_host.create_repository("default", "cart", created_for="somebody")
    task = run(name="cart")
    assert task.status == "failed"
    assert task.error == "Step publish: The repository default/cart exists already. Choose another name."
    assert git_host.find_revision("default", "cart", "HEAD") is None
    assert git_host.get_repository("default", "cart").created_for == "somebody"
    assert not Entity.objects.filter(ref="component:default/cart").exists()


@pytest.mark.parametrize(
    "repo_url",
    [
        "github.com?owner=default&repo=cart",
        "portal?owner=default&repo=../cart",
        "portal?owner=..&repo=cart",
        "portal?owner=default&repo=Cart",
        "portal?owner=default&repo=cart.git",
        "portal?owner=default&repo=--upload-pack%3Dx",
        "portal?owner=default",
        "cart",
    ],
)
def test_other_targets_are_refused_and_nothing_is_made(
    make_template: Callable[..., Entity], run: Callable[..., Task], git_host: GitHost, repo_url: str
) -> None:
    publish = {"id": "publish", "action": "publish:git", "input": {"repoUrl": "${{ parameters.url }}"}}
    files = {"skeleton/README.md": "x"}
    fetch = {"id": "fetch", "action": "fetch:plain", "input": {"url": "./skeleton"}}
    make_template(fetch, publish, parameters={"properties": {"url": {"type": "string"}}}, files=files)
    task = run(url=repo_url)
    assert task.status == "failed"
    assert task.error.startswith("Step publish: repoUrl: ")
    assert not git_host.root.exists()


def test_the_namespace_of_a_repository_has_its_editors(
    publishing_template: Entity, run: Callable[..., Task], git_host: GitHost, outsider: Account
) -> None:
    NamespaceGrant.objects.create(namespace="default", subject="everyone", role="reader")
    NamespaceGrant.objects.create(namespace="default", subject=outsider.user_ref, role="editor")
    task = run(name="cart")
    assert task.error == "Step publish: user:default/member may not create repositories of default."
    assert not git_host.root.exists()
    assert run(account=outsider, name="cart").status == "completed"


def test_what_an_action_raises_is_not_shown(
    make_template: Callable[..., Entity], run: Callable[..., Task], log: Log
) -> None:
    def explode(_input: Mapping[str, Any], _context: Any) -> dict[str, Any]:
        raise RuntimeError("password=hunter2 at /srv/portal")

    action = Action("test:explode", "Explode", "Explodes.", {"type": "object"}, {"type": "object"}, explode)
    with actions.temporarily(action):
        make_template({"id": "boom", "action": "test:explode"})
        task = run(name="a")
    assert task.error == "Step boom: the action test:explode failed unexpectedly; the server's log says why"
    assert not [line for line in log(task) if "hunter2" in line]


def test_a_log_ends_where_its_limit_is(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    log: Log,
    settings: Any,
) -> None:
    settings.TASK_LOG_BYTES = 500
    make_template({**LOG, "each": "${{ range(100) | list }}", "input": {"message": "line ${{ each.key }}"}})
    task = run(name="a")
    assert task.status == "completed"
    assert log(task)[2:4] == ["line 0", "line 1"]
    ends = ["Finished step Log", "Run completed with status: completed"]
    assert log(task)[-3:] == ["The log ends here: it has 500 bytes.", *ends], "how it went is told anyway"


def test_lost_messages_are_made_good_by_the_schedule(
    simple: Entity, submit: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.extension.schedules import run_schedule
    from portal.extension_points import schedules

    woken: list[str] = []
    monkeypatch.setattr("scaffolder.running.wake._wake", [lambda: woken.append("wake")])
    [reconcile] = [item for item in schedules.read() if item.name == "reconcile"]
    assert reconcile.value.every.total_seconds() == 10
    assert reconcile.value.waiting is not None
    assert not reconcile.value.waiting()
    run_schedule(reconcile)
    assert woken == []
    submit(name="a")
    assert woken == ["wake"]
    assert reconcile.value.waiting()
    run_schedule(reconcile)
    assert woken == ["wake", "wake"]


def test_folders_of_ended_tasks_are_removed(
    simple: Entity, submit: Callable[..., Task], settings: Any
) -> None:
    task = submit(name="a")
    for name in (str(task.uid), "00000000-0000-4000-8000-000000000000", "not-ours"):
        (settings.WORKSPACES / name).mkdir(parents=True)
    assert remove_ended_workspaces() == 1
    assert sorted(path.name for path in settings.WORKSPACES.iterdir()) == sorted([str(task.uid), "not-ours"])
