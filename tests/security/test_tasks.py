"""Tasks under attack: others' tasks, revoked credentials, floods, drafts that look for secrets."""

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Entity
from portal import env
from portal.accounts.models import Account, ApiToken
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.rest.errors import TooMany
from scaffolder.actions.action import Action, ActionContext
from scaffolder.extension_points import actions
from scaffolder.models import EffectRecord, Task
from scaffolder.running import wake
from scaffolder.running.leases import claim_task
from scaffolder.running.lifecycle import cancel_task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template
from tests.scaffolder.conftest import (  # noqa: F401 - fixtures
    LOG,
    PARAMETERS,
    _own_folders,
    git_host,
    make_template,
    publishing_template,
    simple,
    submit,
)

pytestmark = pytest.mark.django_db(transaction=True)

TASKS = "/api/scaffolder/v2/tasks"
CANARY = "canary-of-the-server-1234"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "_wake", [])


def test_a_b11_another_s_task_is_a_missing_one(
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


def test_a_a02_what_a_revoked_token_has_queued_does_not_start(
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


def test_a_h10_what_must_fail_fails_before_the_first_step(
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


def test_a_h11_wrong_values_are_listed_and_nothing_is_accepted(
    simple: Entity,  # noqa: F811
    member: Account,
    bearer: Callable[..., Client],
) -> None:
    body = {"templateRef": simple.ref, "values": {"port": "x", "other": 1}, "createdBy": "user:default/admin"}
    answer = bearer(member, "read", "scaffolder:run").post(TASKS, body, content_type="application/json")
    assert answer.status_code == 400
    assert sorted(error["path"][0] for error in answer.json()["errors"]) == ["name", "other", "port"]
    assert not Task.objects.exists()


def test_a_h14_one_account_cannot_fill_the_queue_for_others(
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


def test_a_h08_a_dry_run_shows_no_secret_and_has_no_effect(
    member: Account,
    outsider: Account,
    bearer: Callable[..., Client],
    git_host: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not of the server, not of the person: in logs, files, outputs, effects."""
    monkeypatch.setattr(env, "_secrets", {CANARY})
    monkeypatch.setattr(wake, "_wake", [run_pending_tasks])

    def leak(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
        secret = context.reveal(str(input["token"]))
        context.log(f"{secret} {CANARY}")
        context.workspace.write("leak.txt", f"{secret} {CANARY}".encode())
        return {"secret": secret, "canary": CANARY}

    schema = {"type": "object", "properties": {"token": {"type": "string", "writeOnly": True}}}
    action = Action("test:leak", "Leak", "Leaks.", schema, {}, leak, supports_dry_run=True)
    effect = Action("test:effect", "Act", "Acts.", {"type": "object"}, {}, lambda *_: made.append(1) or {})
    made: list[int] = []
    template = {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "draft"},
        "spec": {
            "type": "service",
            "parameters": PARAMETERS,
            "steps": [
                {"id": "leak", "action": "test:leak", "input": {"token": "${{ secrets.TOKEN }}"}},
                {"id": "act", "action": "test:effect"},
            ],
            "output": {"text": [{"title": "t", "content": "${{ steps.leak.output | dump }}"}]},
        },
    }
    body = {
        "template": template,
        "values": {"name": "a"},
        "secrets": {"TOKEN": "t0ken-of-a-person"},
        "directoryContents": [],
    }
    with actions.temporarily(action, effect):
        answer = bearer(member, "read", "scaffolder:run").post(
            "/api/scaffolder/v2/dry-run", body, content_type="application/json"
        )
        refused = bearer(outsider, "read").post(
            "/api/scaffolder/v2/dry-run", body, content_type="application/json"
        )
    assert answer.status_code == 200, answer.content
    assert refused.status_code == 403
    files = {
        file["path"]: base64.b64decode(file["base64Content"]) for file in answer.json()["directoryContents"]
    }
    shown = answer.content.decode() + str(files)
    assert "t0ken-of-a-person" not in shown and CANARY not in shown
    assert "[hidden]" in answer.json()["output"]["text"][0]["content"]
    assert [each["verb"] for each in answer.json()["effects"]] == ["call"]
    assert made == [] and not EffectRecord.objects.exists() and not Task.objects.exists()


@pytest.mark.parametrize(
    "path", ["../x", "/etc/x", "~/x", "a/../../x", "%2e%2e/x", "..\\x", "a\0b", ".git/x"]
)
def test_a_g08_files_of_a_draft_stay_in_their_folder(
    member: Account, bearer: Callable[..., Client], path: str
) -> None:
    draft = {"apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template", "metadata": {"name": "d"}}
    draft["spec"] = {"type": "x", "steps": []}
    files = [{"path": path, "base64Content": "eA=="}]
    body = {"template": draft, "values": {}, "directoryContents": files}
    answer = bearer(member, "read", "scaffolder:run").post(
        "/api/scaffolder/v2/dry-run", body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert not Task.objects.exists()


def test_a_g13_a_workspace_is_the_task_s_alone_and_gone_at_its_end(
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


def test_a_l02_a_message_to_a_worker_carries_nothing(
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


SEEN = "${{ steps.read.output.entity.metadata.description }}"
HOSTILE = (
    "{{ 7*7 }}", "${{ 7*7 }}", "${{ secrets.TOKEN }}", "{% raw %}x{% endraw %}", "${{ ''.__class__ }}",
    "{% include '/etc/passwd' %}", "${{ steps.read.output }}",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_h01_what_somebody_typed_is_never_evaluated(
    make_template: Callable[..., Entity],  # noqa: F811
    git_host: Any,  # noqa: F811
    member: Account,
    text: str,
) -> None:
    """Not as a parameter, not by way of the output of a step, of the catalog, of a file or its name."""
    typed = Entity.objects.create(
        ref="component:default/typed", kind="Component", namespace="default", name="typed", generation=1,
        updated_at=timezone.now(),
        document=json.dumps({"kind": "Component", "metadata": {"name": "typed", "description": text}}),
    )  # fmt: skip
    steps = [
        {"id": "read", "action": "catalog:fetch", "input": {"entityRef": typed.ref}},
        {
            "id": "write", "action": "fs:write",
            "input": {"path": "typed.txt", "content": SEEN},
        },
        {
            "id": "files", "action": "fetch:template",
            "input": {"url": "./skeleton", "values": {
                "typed": "${{ parameters.typed }}", "seen": SEEN,
            }},
        },
        {**LOG, "input": {"message": "${{ parameters.typed }}|" + SEEN}},
        {"id": "publish", "action": "publish:git", "input": {"repoUrl": "portal?owner=default&repo=typed"}},
    ]  # fmt: skip
    make_template(
        *steps,
        parameters={"properties": {"typed": {"type": "string"}}},
        files={"skeleton/a.txt": "${{ values.typed }}|${{ values.seen }}", "skeleton/literal.txt": "x"},
        output={"text": [{"title": "Typed", "content": "${{ parameters.typed }}"}]},
    )
    task = run_template("template:default/service", {"typed": text}, actor=Principal(account=member))
    run_pending_tasks()
    task.refresh_from_db()
    assert (task.status, task.error) == ("completed", "")
    assert git_host.read_file("default", "typed", "a.txt").decode() == f"{text}|{text}"
    assert git_host.read_file("default", "typed", "typed.txt").decode() == text
    assert f"{text}|{text}" in set(task.log_lines.values_list("message", flat=True))
    assert json.loads(task.output)["text"][0]["content"] == text
