"""pipeline:write: every step of the catalogue on both platforms, valid by the schemas that these publish."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from catalog.models import Entity
from scaffolder.actions.pipelines.catalogue import STEPS
from scaffolder.actions.pipelines.platforms import SCHEMAS
from scaffolder.models import Task
from scaffolder.running.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)

GIVEN = {
    "checkout": {},
    "python": {"version": "3.12"},
    "node": {"version": "24"},
    "java": {"version": "21"},
    "go": {"version": "1.25"},
    "run": {"command": "make test\n\nmake lint", "name": "Test", "env": {"CI": "1"}},
    "artifact": {"name": "report", "path": "report/*.xml"},
    "image": {"image": "ghcr.io/acme/cart", "context": "app"},
}
TRIGGERS = {"push": ["main", "release/*"], "pullRequest": True, "schedule": "0 4 * * 1", "manual": True}
Write = Callable[..., tuple[Task, Any]]


@pytest.fixture
def write(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Write:
    """Run the action; the task and the file it wrote."""
    monkeypatch.setattr(Workspace, "remove", lambda self: self.files.rename(tmp_path / "kept"))

    def write(platform: str, jobs: dict[str, Any], **input: Any) -> tuple[Task, Any]:
        given = {"platform": platform, "name": "Build", "triggers": TRIGGERS, "jobs": jobs, **input}
        make_template({"id": "s", "action": "pipeline:write", "input": given}, parameters={"properties": {}})
        task = run()
        path = json.loads(task.steps.get().output or "{}").get("path")
        return task, yaml.safe_load((tmp_path / "kept" / path).read_text()) if path else None

    return write


@pytest.mark.parametrize(("platform", "schema"), [("github", "github-workflows"), ("gitlab", "gitlab-ci")])
@pytest.mark.parametrize("name", [step.name for step in STEPS])
def test_every_step_is_valid_on_both_platforms(write: Write, platform: str, schema: str, name: str) -> None:
    first = {"steps": [{"use": "checkout"}, {"use": name, **GIVEN[name]}]}
    last = {
        "steps": [{"use": "run", "command": "deploy"}],
        "needs": ["first"], "environment": "production", "runner": "large", "timeoutMinutes": 30,
    }  # fmt: skip
    task, document = write(platform, {"first": first, "deploy": last})
    assert task.error == ""
    validator = Draft7Validator(json.loads((SCHEMAS / f"{schema}.json").read_text()))
    assert list(validator.iter_errors(document)) == []


def test_triggers_needs_and_rights_are_those_of_the_platform(write: Write) -> None:
    image = {"steps": [{"use": "checkout"}, {"use": "image", "image": "ghcr.io/acme/cart"}]}
    task, document = write("github", {"image": image}, path=".github/workflows/image.yml")
    assert task.error == ""
    assert document["on"] == {
        "push": {"branches": ["main", "release/*"]},
        "pull_request": {},
        "schedule": [{"cron": "0 4 * * 1"}],
        "workflow_dispatch": {},
    }
    assert document["permissions"] == {"contents": "read"}
    assert document["jobs"]["image"]["permissions"] == {"contents": "read", "packages": "write"}
    assert document["jobs"]["image"]["steps"][2]["with"]["tags"] == "ghcr.io/acme/cart:${{ github.sha }}"


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        ({"a": {"steps": [{"use": "nothing"}]}}, "jobs.a.steps.0"),
        ({"a": {"steps": [{"use": "python", "version": "3; rm -rf /"}]}}, "jobs.a.steps.0"),
        ({"a": {"steps": [{"use": "image", "image": "x\nscript: evil"}]}}, "jobs.a.steps.0"),
        ({"a": {"steps": [{"use": "checkout"}], "needs": ["b"]}}, "there is no job 'b' before it"),
        ({"stages": {"steps": [{"use": "checkout"}]}}, "this name means something else to GitLab"),
        (
            {"a": {"steps": [{"use": "python", "version": "3"}, {"use": "node", "version": "24"}]}},
            "has one image, not python:3 and node:24",
        ),
    ],
)
def test_what_cannot_be_written_is_refused(
    make_template: Callable[..., Entity], run: Callable[..., Task], jobs: dict[str, Any], message: str
) -> None:
    given = {"platform": "gitlab", "name": "Build", "triggers": TRIGGERS, "jobs": "${{ parameters.jobs }}"}
    parameters = {"properties": {"jobs": {"type": "object"}}}
    make_template({"id": "s", "action": "pipeline:write", "input": given}, parameters=parameters)
    task = run(jobs=jobs)
    assert task.status == "failed"
    assert message in task.error
