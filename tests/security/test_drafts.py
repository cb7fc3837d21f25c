"""Templates under attack: what somebody typed, drafts that look for secrets or write where they may not."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Entity
from portal import env
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.actions.action import Action, ActionContext
from scaffolder.extension_points import actions
from scaffolder.models import EffectRecord, Task
from scaffolder.running import wake
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

CANARY = "canary-of-the-server-1234"


def test_a_dry_run_shows_no_secret_and_has_no_effect(
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
def test_files_of_a_draft_stay_in_their_folder(
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


SEEN = "${{ steps.read.output.entity.metadata.description }}"
HOSTILE = (
    "{{ 7*7 }}", "${{ 7*7 }}", "${{ secrets.TOKEN }}", "{% raw %}x{% endraw %}", "${{ ''.__class__ }}",
    "{% include '/etc/passwd' %}", "${{ steps.read.output }}",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_typed_is_never_evaluated(
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
