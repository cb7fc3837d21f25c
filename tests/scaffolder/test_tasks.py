"""Tasks: claimed once, resumed after the last finished step, cancelled, bounded; effects happen once."""

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from catalog.models import Entity
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.integrations.git import GitHost
from portal.rest.errors import Conflict, Denied, NotFound, TooMany
from scaffolder import runner
from scaffolder.actions.action import Action
from scaffolder.extension_points import actions
from scaffolder.leases import LeaseLost, claim_task, holding
from scaffolder.models import Task
from scaffolder.services import cancel_task, run_template
from scaffolder.worker import remove_ended_workspaces, run_pending_tasks

pytestmark = pytest.mark.django_db(transaction=True)
LOG = {
    "id": "log",
    "name": "Log",
    "action": "debug:log",
    "input": {"message": "Hello ${{ parameters.name }}"},
}

Log = Callable[[Task], list[str]]


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def simple(make_template: Callable[..., Entity]) -> Entity:
    return make_template(LOG)


@pytest.fixture
def submit(member: Account) -> Callable[..., Task]:
    def submit(account: Account | None = None, key: str | None = None, **parameters: Any) -> Task:
        actor = Principal(account=account or member)
        return run_template("template:default/service", parameters, actor=actor, idempotency_key=key)

    return submit


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
    assert (task.status, task.error, task.attempts) == ("completed", "", 2)
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


def test_a_waiting_task_is_cancelled_at_once(
    simple: Entity, submit: Callable[..., Task], member: Account
) -> None:
    task = cancel_task(submit(name="a").uid, actor=Principal(account=member))
    assert task.status == "cancelled"
    assert {step.status for step in task.steps.all()} == {"cancelled"}
    assert run_pending_tasks() == 0
    assert cancel_task(task.uid, actor=Principal(account=member)).status == "cancelled"


def test_a_running_task_stops_before_its_next_effect(
    publishing_template: Entity,
    submit: Callable[..., Task],
    git_host: GitHost,
    member: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = submit(name="cart")
    original = runner.TaskRun._finish

    def finish_and_cancel(self: Any, spec: Any, *args: Any) -> None:
        original(self, spec, *args)
        if spec.id == "fetch":
            asked = cancel_task(task.uid, actor=Principal(account=member))
            assert (asked.status, asked.cancel_requested) == ("processing", True)

    monkeypatch.setattr(runner.TaskRun, "_finish", finish_and_cancel)
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "cancelled"
    assert [step.status for step in task.steps.all()] == ["completed", "cancelled", "cancelled"]
    assert not git_host.root.exists()
    assert not (git_host.root.parent / "workspaces" / str(task.uid)).exists()


def test_a_disabled_account_s_tasks_do_not_start(
    simple: Entity, submit: Callable[..., Task], member: Account
) -> None:
    task = submit(name="a")
    member.is_active = False
    member.save()
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "failed"
    assert task.error == "The account that ran the template may not run templates any more."
    assert {step.status for step in task.steps.all()} == {"cancelled"}


def test_a_template_that_became_hidden_is_not_run(
    make_template: Callable[..., Entity], member: Account, outsider: Account
) -> None:
    make_template(LOG, namespace="team-b")
    task = run_template("template:team-b/service", {"name": "a"}, actor=Principal(account=member))
    NamespaceGrant.objects.create(namespace="team-b", subject=outsider.user_ref, role="reader")
    run_pending_tasks()
    task.refresh_from_db()
    assert task.error == "The template cannot be run any more: There is no entity template:team-b/service."


def test_one_key_gives_one_task(simple: Entity, submit: Callable[..., Task]) -> None:
    first = submit(name="a", key="k")
    assert submit(name="a", key="k") == first
    with pytest.raises(Conflict, match="belongs to another run") as refused:
        submit(name="b", key="k")
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"
    assert Task.objects.count() == 1


def test_one_key_sent_at_once_gives_one_task(simple: Entity, submit: Callable[..., Task]) -> None:
    barrier, uids = threading.Barrier(4), []

    def send() -> None:
        barrier.wait()
        uids.append(submit(name="a", key="k").uid)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(uids) == 4
    assert len(set(uids)) == Task.objects.count() == 1


def test_an_account_s_queue_is_bounded_and_holds_up_nobody_else(
    simple: Entity, submit: Callable[..., Task], outsider: Account, settings: Any
) -> None:
    settings.TASKS_QUEUED_PER_ACCOUNT, settings.TASKS_RUNNING_PER_ACCOUNT = 3, 2
    for _ in range(3):
        submit(name="a")
    with pytest.raises(TooMany) as refused:
        submit(name="a")
    assert (refused.value.code, Task.objects.count()) == ("TASK_LIMIT", 3)
    other = submit(account=outsider, name="b")
    first, second, third = claim_task("x"), claim_task("x"), claim_task("x")
    assert first and second and third
    assert second.task_uid == other.uid, "the account with the fewest running ones comes first"
    assert claim_task("x") is None, "two of the first account's run, the third waits"


def test_a_token_needs_the_scopes_of_the_actions(publishing_template: Entity, member: Account) -> None:
    for scopes in ({"read"}, {"read", "scaffolder:run"}):
        with pytest.raises(Denied, match="has no scope"):
            actor = Principal(account=member, scopes=frozenset(scopes))
            run_template(publishing_template.ref, {"name": "a"}, actor=actor)
    assert Task.objects.count() == 0
    assert Record.objects.filter(action="task.create", outcome="denied").count() == 2


def test_others_tasks_are_missing(simple: Entity, submit: Callable[..., Task], outsider: Account) -> None:
    task = submit(name="a")
    with pytest.raises(NotFound, match="There is no such task"):
        cancel_task(task.uid, actor=Principal(account=outsider))
    task.refresh_from_db()
    assert task.status == "open"
    assert Record.objects.get(action="task.cancel").outcome == "denied"


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


def test_if_and_each(make_template: Callable[..., Entity], run: Callable[..., Task], log: Log) -> None:
    make_template(
        {**LOG, "id": "skipped", "if": "${{ parameters.port > 9000 }}"},
        {**LOG, "id": "never", "if": False},
        {**LOG, "id": "each", "each": ["x", "y"], "input": {"message": "${{ each.key }}=${{ each.value }}"}},
        {**LOG, "id": "object", "each": {"k": 1}, "input": {"message": "${{ each.key }}=${{ each.value }}"}},
    )
    task = run(name="a")
    assert [step.status for step in task.steps.all()] == ["skipped", "skipped", "completed", "completed"]
    lines = log(task)
    assert "Skipping step skipped because its if condition was false" in lines
    assert [line for line in lines if "=" in line] == ["0=x", "1=y", "k=1"]


def test_unsafe_links_of_the_output_are_dropped(
    make_template: Callable[..., Entity], run: Callable[..., Task], log: Log
) -> None:
    links = [
        {"title": "bad", "url": "javascript:alert('${{ parameters.name }}')"},
        {"title": "away", "url": "//evil.test"},
        {"title": "no", "if": "${{ parameters.missing }}", "url": "https://example.com/no"},
        {"title": "good", "url": "https://example.com/${{ parameters.name }}"},
        {"title": "wrong", "url": "https://example.com/${{ nowhere }}"},
    ]
    make_template(LOG, output={"links": links, "text": [{"title": "t", "content": "c"}]})
    task = run(name="a")
    assert json.loads(task.output) == {
        "links": [{"title": "good", "url": "https://example.com/a"}],
        "text": [{"title": "t", "content": "c"}],
    }
    assert len([line for line in log(task) if "output.links" in line]) == 3


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
    assert log(task)[-1] == "The log ends here: it has 500 bytes."


def test_lost_messages_are_made_good_by_the_schedule(
    simple: Entity, submit: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.extension.schedules import run_schedule
    from portal.extension_points import schedules

    woken: list[str] = []
    monkeypatch.setattr("scaffolder.wake._wake", [lambda: woken.append("wake")])
    [reconcile] = [item for item in schedules.read() if item.plugin == "scaffolder"]
    assert reconcile.value.every.total_seconds() == 10
    run_schedule(reconcile)
    assert woken == []
    submit(name="a")
    assert woken == ["wake"]
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
