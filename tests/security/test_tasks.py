"""Tasks under attack: others' tasks, revoked credentials, floods, mistakes that come late."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Entity
from portal.accounts.models import Account, ApiToken
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.rest.errors import TooMany
from scaffolder.actions.action import Action, ActionContext
from scaffolder.extension_points import actions
from scaffolder.models import Task
from scaffolder.running import wake
from scaffolder.running.leases import claim_task
from scaffolder.running.lifecycle import cancel_task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template
from tests.scaffolder.conftest import (  # noqa: F401 - fixtures
    LOG,
    PARAMETERS,
    _no_broker,
    _own_folders,
    git_host,
    make_template,
    publishing_template,
    simple,
    submit,
)

pytestmark = pytest.mark.django_db(transaction=True)

TASKS = "/api/scaffolder/v2/tasks"


def test_another_s_task_is_a_missing_one(
    simple: Entity,  # noqa: F811
    submit: Callable[..., Task],  # noqa: F811
    outsider: Account,
    bearer: Callable[..., Client],
) -> None:
    task = submit(name="a")
    client = bearer(outsider, "read", "scaffolder:run")
    missing = "00000000-0000-4000-8000-000000000000"
    for method, path in (
        ("get", ""), ("post", "/cancel"), ("post", "/retry"), ("get", "/eventstream"), ("get", "/events"),
    ):  # fmt: skip
        answers = []
        for uid in (str(task.uid), missing):
            answer = getattr(client, method)(f"{TASKS}/{uid}{path}", content_type="application/json")
            assert answer.status_code == 404
            answers.append(answer.json()["error"] | {"requestId": ""})
        assert answers[0] == answers[1]
    assert client.get(TASKS).json() == {"tasks": [], "totalTasks": 0}
    task.refresh_from_db()
    assert task.status == "open"
    assert Record.objects.filter(action__in=("task.cancel", "task.retry"), outcome="denied").count() == 2


def test_what_a_revoked_token_has_queued_does_not_start(
    publishing_template: Entity,  # noqa: F811
    member: Account,
    bearer: Callable[..., Client],
    git_host: Any,  # noqa: F811
) -> None:
    client = bearer(member, "read", "scaffolder:run", "catalog:write")
    body = {"templateRef": publishing_template.ref, "values": {"name": "cart"}}
    answer = client.post(TASKS, body, content_type="application/json")
    assert answer.status_code == 201
    ApiToken.objects.update(revoked_at=timezone.now())
    run_pending_tasks()
    task = Task.objects.get(uid=answer.json()["id"])
    assert task.status == "failed"
    assert task.error == "The account or the token that ran the template is not good any more: run it again."
    assert not git_host.root.exists()


def test_what_must_fail_fails_before_the_first_step(
    make_template: Callable[..., Entity],  # noqa: F811
    member: Account,
    bearer: Callable[..., Client],
) -> None:
    client = bearer(member, "read", "scaffolder:run")
    broken = {
        "unknown": {"id": "x", "action": "no:such"},
        "type": {"id": "x", "action": "debug:log", "input": {"message": ["a", "list"]}},
        "missing": {"id": "x", "action": "fetch:plain", "input": {}},
    }
    for name, step in broken.items():
        make_template(*[{**LOG, "id": f"s{place}"} for place in range(5)], step, name=name)
        body = {"templateRef": f"template:default/{name}", "values": {"name": "a"}}
        answer = client.post(TASKS, body, content_type="application/json")
        assert answer.status_code == 400, answer.content
        assert "x" in answer.json()["error"]["message"]
    assert not Task.objects.exists()


def test_wrong_values_are_listed_and_nothing_is_accepted(
    simple: Entity,  # noqa: F811
    member: Account,
    bearer: Callable[..., Client],
) -> None:
    body = {"templateRef": simple.ref, "values": {"port": "x", "other": 1}, "createdBy": "user:default/admin"}
    answer = bearer(member, "read", "scaffolder:run").post(TASKS, body, content_type="application/json")
    assert answer.status_code == 400
    assert sorted(error["path"][0] for error in answer.json()["errors"]) == ["name", "other", "port"]
    assert not Task.objects.exists()


def test_one_account_cannot_fill_the_queue_for_others(
    simple: Entity,  # noqa: F811
    submit: Callable[..., Task],  # noqa: F811
    member: Account,
    outsider: Account,
    bearer: Callable[..., Client],
    settings: Any,
) -> None:
    settings.TASKS_QUEUED_PER_ACCOUNT, settings.TASKS_RUNNING_PER_ACCOUNT = 20, 2
    for _ in range(20):
        submit(name="a")
    for _ in range(5):
        with pytest.raises(TooMany):
            submit(name="a")
    body = {"templateRef": simple.ref, "values": {"name": "a"}}
    answer = bearer(member, "read", "scaffolder:run").post(TASKS, body, content_type="application/json")
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert Task.objects.count() == 20
    claimed = [claim_task("one"), claim_task("two")]
    other = submit(account=outsider, name="a")
    third = claim_task("three")
    assert all(claimed) and third is not None and third.task_uid == other.uid
    assert claim_task("four") is None


def test_a_workspace_is_the_task_s_alone_and_gone_at_its_end(
    make_template: Callable[..., Entity],  # noqa: F811
    submit: Callable[..., Task],  # noqa: F811
    member: Account,
    settings: Any,
) -> None:
    seen: list[tuple[str, str]] = []

    def look(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
        folder = Path(context.workspace.folder)
        seen.append((folder.name, oct(folder.stat().st_mode)[-3:]))
        if input["end"] == "cancel":
            cancel_task(Task.objects.get(uid=folder.name).uid, actor=Principal(account=member))
        if input["end"] == "fail":
            raise RuntimeError
        return {}

    action = Action("test:look", "Look", "Looks.", {"type": "object"}, {}, look)
    with actions.temporarily(action):
        make_template({"id": "look", "action": "test:look", "input": {"end": "${{ parameters.name }}"}}, LOG)
        tasks = [submit(name=name) for name in ("go", "fail", "cancel")]
        run_pending_tasks()
    assert [Task.objects.get(pk=task.pk).status for task in tasks] == ["completed", "failed", "cancelled"]
    assert seen == [(str(task.uid), "700") for task in tasks]
    assert list(Path(settings.WORKSPACES).iterdir()) == []


def test_two_tasks_at_once_see_nothing_of_each_other(
    make_template: Callable[..., Entity],  # noqa: F811
    submit: Callable[..., Task],  # noqa: F811
    member: Account,
) -> None:
    """The second runs while the first is in the middle of a step, and looks for its file in every way."""
    looks = []

    def hold(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
        folder = Path(context.workspace.folder)
        (folder / "secret.txt").write_text("canary-of-the-first")
        below_root = f"{folder}/secret.txt"
        places = [
            f"../{folder.name}/secret.txt", below_root, f"/proc/{os.getpid()}/root{below_root}",
            f"/proc/self/cwd/../{folder.name}/secret.txt", "door/secret.txt", "file-door",
        ]  # fmt: skip
        reads = [
            {"id": f"read-{number}", "if": "${{ always() }}", "action": "fs:read", "input": {"path": place}}
            for number, place in enumerate(places)
        ]
        door = {"id": "door", "action": "test:door", "input": {"to": str(folder)}}
        other = make_template(door, *reads, name="second")
        task = run_template(other.ref, {"name": "b"}, actor=Principal(account=member))
        run_pending_tasks()
        looks.append(Task.objects.get(pk=task.pk))
        return {}

    def door(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
        """As if a repository had brought the links along."""
        here, there = Path(context.workspace.folder), Path(str(input["to"]))
        (here / "door").symlink_to(there)
        (here / "file-door").symlink_to(there / "secret.txt")
        return {}

    anything = {"type": "object"}
    holding = Action("test:hold", "Hold", "Holds.", anything, {}, hold)
    linking = Action("test:door", "Door", "Links.", anything, {}, door)
    with actions.temporarily(holding), actions.temporarily(linking):
        make_template({"id": "hold", "action": "test:hold"})
        first = submit(name="a")
        run_pending_tasks()
    assert Task.objects.get(pk=first.pk).status == "completed"
    [second] = looks
    statuses = dict(second.steps.values_list("step_id", "status"))
    assert statuses.pop("door") == "completed"
    assert set(statuses.values()) == {"failed"}
    told = [*second.log_lines.values(), *second.steps.values(), *Task.objects.filter(pk=second.pk).values()]
    assert "canary-of-the-first" not in str(told)


def test_a_message_to_a_worker_carries_nothing(
    simple: Entity,  # noqa: F811
    member: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from scaffolder import tasks as celery_side

    sent: list[Any] = []
    monkeypatch.setattr(celery_side.wake, "apply_async", lambda *args, **kwargs: sent.append((args, kwargs)))
    monkeypatch.setattr(wake, "_wake", [lambda: celery_side.wake.apply_async(retry=False)])
    actor = Principal(account=member)
    run_template(simple.ref, {"name": "a"}, actor=actor, secrets={"TOKEN": "t0ken-of-a-person"})
    assert sent == [((), {"retry": False})]
