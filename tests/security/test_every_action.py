"""A dry run of every action: no secret in the answer, and nothing anywhere is another thing than before."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Entity, Location
from portal import env
from portal.accounts.models import Account
from portal.integrations.git import GitHost
from portal.notifications.models import Notification
from scaffolder.actions import known_actions
from scaffolder.actions.action import Action
from scaffolder.models import EffectRecord, Task
from scaffolder.running import wake
from scaffolder.running.worker import run_pending_tasks
from tests.kubernetes_api import FakeKubernetes
from tests.scaffolder.action_hosts import Api, api, at_hosts_here  # noqa: F401 - fixture
from tests.scaffolder.conftest import _no_broker, _own_folders, git_host, github, gitlab  # noqa: F401 - fixtures
from tests.scaffolder.github_api import TOKEN as GITHUB_TOKEN
from tests.scaffolder.github_api import FakeGitHub
from tests.scaffolder.gitlab_api import TOKEN as GITLAB_TOKEN
from tests.scaffolder.gitlab_api import FakeGitLab

pytestmark = pytest.mark.django_db(transaction=True)
NEEDS_WHAT_WAS_MADE = {"template:update", "catalog:register", "scorecards:require"}
"""Their examples speak of what another task or another test has made: they are refused here, unseen."""

WITHOUT_EFFECT = {
    "debug:wait",
    "http:request",
    "kubernetes:delete",
    "kubernetes:wait",
    "roadiehq:utils:sleep",
}
"""What their examples ask for only reads or waits, or is done already."""


def step(action: Action, number: int, here: Callable[[Any], Any]) -> dict[str, Any]:
    """A step of an action's first example; its hosts are asked with the portal's own credentials."""
    return {
        "id": f"s{number}",
        "name": action.id,
        "action": action.id,
        "input": here(action.examples[0].input),
    }


def draft(*steps: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "draft"},
        "spec": {"type": "service", "parameters": {}, "steps": list(steps)},
    }


def test_a_dry_run_of_every_action_changes_nothing_and_tells_no_secret(
    bearer: Callable[..., Client],
    member: Account,
    api: Api,  # noqa: F811
    github: FakeGitHub,  # noqa: F811
    gitlab: FakeGitLab,  # noqa: F811
    git_host: GitHost,  # noqa: F811
    fake_kubernetes: FakeKubernetes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(env, "_secrets", {GITHUB_TOKEN, GITLAB_TOKEN})
    monkeypatch.setattr(wake, "_wake", [run_pending_tasks])
    bounded = bearer(member, "read", "scaffolder:run")
    http = bearer(member, "read", "scaffolder:run", "catalog:write")

    def here(value: Any) -> Any:
        return at_hosts_here(value, api, github, gitlab)

    def rehearse(*steps: dict[str, Any], http: Client = http) -> Any:
        body = {"template": draft(*steps)}
        answer = http.post("/api/scaffolder/v2/dry-run", body, content_type="application/json")
        shown = answer.content.decode()
        assert not [secret for secret in (GITHUB_TOKEN, GITLAB_TOKEN) if secret in shown]
        return answer

    def state() -> Any:
        models = (Entity, Location, Notification)
        rows = [list(model.objects.values_list("pk", flat=True)) for model in models]
        files = sorted(str(path) for path in (tmp_path / "git").rglob("*"))
        return rows, files, json.dumps(fake_kubernetes.objects, sort_keys=True, default=str)

    fake_kubernetes.add_namespace("team-a")
    before = state()
    outside = [
        action
        for action in known_actions().values()
        if not action.runs_dry and action.id not in NEEDS_WHAT_WAS_MADE
    ]
    filled = {"id": "w", "action": "fs:write", "input": {"path": "docs/README.md", "content": "x"}}
    steps = [filled, *(step(action, number, here) for number, action in enumerate(outside))]
    assert rehearse(*steps, http=bounded).status_code == 403, "what may not be run may not be tried either"
    together = rehearse(*steps)
    assert together.status_code == 200, together.content
    planned = {each["action"] for each in together.json()["effects"]}
    assert {action.id for action in outside} - planned == WITHOUT_EFFECT
    for number, action in enumerate(known_actions().values()):
        if action not in outside:
            rehearse(step(action, number, here))
    assert github.calls == gitlab.calls == []
    assert set(api.seen) <= {"GET"}
    assert state() == before
    assert not EffectRecord.objects.exists() and not Task.objects.exists()
