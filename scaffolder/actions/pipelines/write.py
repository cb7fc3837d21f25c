"""pipeline:write: a pipeline of the catalogue's steps as a file in the workspace."""

from collections.abc import Mapping
from typing import Any

import yaml

from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.actions.pipelines.catalogue import STEPS
from scaffolder.actions.pipelines.platforms import as_github, as_gitlab
from scaffolder.running.workspace import checked_path

NAME = "^[A-Za-z_][A-Za-z0-9_-]{0,99}$"
BRANCH = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._/*-]{0,200}$"}
MAKERS = {"github": as_github, "gitlab": as_gitlab}
PATHS = {"github": ".github/workflows/pipeline.yml", "gitlab": ".gitlab-ci.yml"}
RESERVED = {"stages", "workflow", "include", "variables", "image", "default", "services", "cache", "pages"}


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    platform = str(input["platform"])
    path = checked_path(str(input.get("path") or PATHS[platform]), parameter="path")
    jobs = input["jobs"]
    _check_jobs(jobs, reserved=RESERVED if platform == "gitlab" else set())
    document = MAKERS[platform](str(input["name"]), input["triggers"], jobs)
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    context.workspace.write(path, text.encode())
    context.log(f"Wrote {path}")
    return {"path": path}


def _check_jobs(jobs: Mapping[str, Any], *, reserved: set[str]) -> None:
    """Jobs wait for jobs before them, so they cannot wait in a circle."""
    seen: set[str] = set()
    for id, job in jobs.items():
        for needed in job.get("needs") or ():
            if needed not in seen:
                raise ActionError(f"jobs.{id}.needs: there is no job {needed!r} before it.")
        if id in reserved:
            raise ActionError(f"jobs.{id}: this name means something else to GitLab. Choose another.")
        seen.add(id)


ACTION = Action(
    id="pipeline:write",
    title="Write a pipeline",
    description=(
        "Writes a pipeline of GitHub Actions or GitLab CI from steps of a catalogue: "
        + ", ".join(step.name for step in STEPS)
        + ". The file is valid by the schema that the platform publishes."
    ),
    input_schema={
        "type": "object",
        "required": ["platform", "name", "triggers", "jobs"],
        "additionalProperties": False,
        "properties": {
            "platform": {"type": "string", "enum": list(MAKERS), "description": "For whom it is."},
            "name": {"type": "string", "minLength": 1, "maxLength": 100, "description": "Its name."},
            "path": {"type": "string", "description": "The file; the platform's usual one if left out."},
            "triggers": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "description": "When it runs.",
                "properties": {
                    "push": {"type": "array", "items": BRANCH, "description": "Pushes to these branches."},
                    "pullRequest": {"type": "boolean", "description": "Pull and merge requests."},
                    "schedule": {"type": "string", "pattern": "^[0-9*/, -]+$", "description": "A cron line."},
                    "manual": {"type": "boolean", "description": "By hand, or by the API."},
                },
            },
            "jobs": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 50,
                "propertyNames": {"pattern": NAME},
                "description": "Jobs by their id, in their order, each with `steps`.",
                "additionalProperties": {
                    "type": "object",
                    "required": ["steps"],
                    "additionalProperties": False,
                    "properties": {
                        "steps": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"oneOf": [step.schema() for step in STEPS]},
                        },
                        "needs": {"type": "array", "items": {"type": "string", "pattern": NAME}},
                        "runner": {"type": "string", "minLength": 1},
                        "environment": {"type": "string", "minLength": 1},
                        "timeoutMinutes": {"type": "integer", "minimum": 1, "maximum": 1440},
                    },
                },
            },
        },
    },
    output_schema={
        "type": "object",
        "properties": {"path": {"type": "string", "description": "The file that was written."}},
    },
    run=_run,
    fills_workspace=True,
    examples=(
        Example(
            "Test every push with GitHub Actions",
            input={
                "platform": "github",
                "name": "Test",
                "triggers": {"push": ["main"], "pullRequest": True},
                "jobs": {
                    "test": {
                        "steps": [
                            {"use": "checkout"},
                            {"use": "python", "version": "3.12"},
                            {"use": "run", "command": "make test"},
                        ]
                    }
                },
            },
            makes={
                ".github/workflows/pipeline.yml": """\
name: Test
'on':
  push:
    branches:
    - main
  pull_request: {}
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v4
    - uses: actions/setup-python@v5
      with:
        python-version: '3.12'
    - run: make test
"""
            },
            output={"path": ".github/workflows/pipeline.yml"},
        ),
        Example(
            "The same for GitLab",
            input={
                "platform": "gitlab",
                "name": "Test",
                "triggers": {"push": ["main"]},
                "jobs": {
                    "test": {
                        "steps": [
                            {"use": "python", "version": "3.12"},
                            {"use": "run", "command": "make test"},
                        ]
                    }
                },
            },
            makes={
                ".gitlab-ci.yml": """\
workflow:
  name: Test
  rules:
  - if: $CI_COMMIT_BRANCH == "main"
stages:
- test
test:
  stage: test
  image: python:3.12
  script:
  - make test
"""
            },
            output={"path": ".gitlab-ci.yml"},
        ),
    ),
)
