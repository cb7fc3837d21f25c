"""Actions: each is described, and does what its documented examples say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from catalog.models import Entity
from portal.integrations.git import Author, GitHost
from scaffolder.actions import known_actions
from scaffolder.actions.action import Action, Example
from scaffolder.models import Task
from scaffolder.running.workspace import Workspace
from tests.kubernetes_api import FakeKubernetes
from tests.scaffolder.action_hosts import api, at_hosts_here  # noqa: F401 - fixture
from tests.scaffolder.conftest import DESCRIPTOR, PUBLISHING
from tests.scaffolder.github_api import FakeGitHub
from tests.scaffolder.gitlab_api import FakeGitLab

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = [
    pytest.param(action, example, id=f"{action.id}: {example.description}")
    for action in known_actions().values()
    if action.run.__module__.startswith("scaffolder.")  # plugins try their own examples
    for example in action.examples
]


def test_every_action_is_described_and_has_an_example() -> None:
    for action in known_actions().values():
        Draft7Validator.check_schema(action.input_schema)
        Draft7Validator.check_schema(action.output_schema)
        assert action.title and action.description and action.examples
        assert all("description" in value for value in action.input_schema["properties"].values())


@pytest.mark.parametrize(("action", "example"), EXAMPLES)
def test_examples_do_what_they_say(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    git_host: GitHost,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    api: str,  # noqa: F811
    github: FakeGitHub,
    gitlab: FakeGitLab,
    fake_kubernetes: FakeKubernetes,
    action: Action,
    example: Example,
) -> None:
    def here(value: Any) -> Any:
        return at_hosts_here(value, api, github, gitlab)

    input = here(example.input)
    steps: list[dict[str, Any]] = [{"id": "step", "action": action.id, "input": input}]
    beside = dict(example.files)
    if example.workspace:
        steps.insert(0, {"id": "before", "action": "fetch:plain", "input": {"url": "./before"}})
        beside |= {f"before/{path}": text for path, text in example.workspace.items()}
    if example.repository:
        folder = tmp_path / "repository"
        folder.mkdir()
        for path, text in example.repository.items():
            (folder / path).write_text(text)
        git_host.create_repository("default", "cart")
        git_host.commit_files("default", "cart", folder, message="First", author=Author("a", "b"))
    fake_kubernetes.add_namespace("team-a")
    if action.id == "template:update":
        make_template(*PUBLISHING, files={"skeleton/catalog-info.yaml": DESCRIPTOR}, name="made")
        assert run("template:default/made", name="made-before").error == ""
    kept = tmp_path / "kept"
    monkeypatch.setattr(Workspace, "remove", lambda self: self.files.rename(kept))
    make_template(*steps, files=beside, parameters={"properties": {}})

    task = run()

    assert task.error == ""
    files = {path.relative_to(kept).as_posix(): path for path in kept.rglob("*") if path.is_file()}
    made = {name: path.read_text() for name, path in files.items() if path.suffix != ".zip"}
    assert made == dict(example.makes or example.workspace)
    output = json.loads(task.steps.get(step_id="step").output)
    assert {key: output[key] for key in example.output} == here(dict(example.output))
