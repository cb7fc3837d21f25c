"""Repositories under another spelling, the old name of a renamed one or another case: never touched."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.scaffolder.conftest import Steps
from tests.scaffolder.github_api import Answer, FakeGitHub, step
from tests.scaffolder.test_github_pull_requests import PULL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_budget_of_others() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def spelt(github: FakeGitHub) -> FakeGitHub:
    """GitHub as it is: `acme/old` was renamed to `acme/web`, and names have no case."""
    found = github.repositories["acme/web"]

    def answer(call: str) -> Answer | None:
        verb, _, path = call.partition(" /")
        parts = path.split("/")
        if call == "GET /repositories/7":
            return 200, {"content-type": "application/json"}, json.dumps(found).encode()
        if parts[:3] == ["repos", "acme", "old"]:
            moved = {
                "Location": f"{github.url}/api/v3/repositories/7{''.join(f'/{each}' for each in parts[3:])}"
            }
            return (301 if verb == "GET" else 307), moved, b"{}"
        if parts[:2] == ["repos", "acme"] and parts[2] == "WEB":
            return github._answer(call.replace("/WEB", "/web"), {})
        return None

    github.before = answer
    return github


@pytest.mark.parametrize("name", ["old", "WEB", "Web"])
@pytest.mark.parametrize("action", ["publish:github", "github:repo:create"])
def test_a_repository_that_exists_under_another_spelling_is_never_touched(
    spelt: FakeGitHub,
    run_steps: Steps,
    action: str,
    name: str,
) -> None:
    before = (spelt.git("acme/web", "rev-parse", "main"), dict(spelt.repositories["acme/web"]))
    if name == "Web":  # not found by its name, and refused when it is made
        spelt.repositories["acme/Web"] = spelt.repositories["acme/web"]
    task = run_steps(step(action, spelt, name))
    assert task.error == f"Step step: The repository acme/{name} exists already. Choose another name."
    assert spelt.calls == []
    assert not [seen for seen in spelt.seen if "receive-pack" in seen.path]
    assert (spelt.git("acme/web", "rev-parse", "main"), dict(spelt.repositories["acme/web"])) == before


@pytest.mark.parametrize("action", ["github:repo:push", "publish:github:pull-request", "github:webhook"])
def test_nothing_is_changed_through_a_redirect(spelt: FakeGitHub, run_steps: Steps, action: str) -> None:
    """Reading follows a redirect; what would change something ends there."""
    inputs: dict[str, dict[str, Any]] = {
        "github:repo:push": {},
        "publish:github:pull-request": PULL,
        "github:webhook": {"webhookUrl": "https://hooks.example.com/a"},
    }
    before = spelt.git("acme/web", "for-each-ref")
    task = run_steps(step(action, spelt, "old", **inputs[action]))
    assert task.status == "failed"
    assert spelt.calls == []
    assert spelt.git("acme/web", "for-each-ref") == before
