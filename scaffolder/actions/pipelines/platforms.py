"""A pipeline's description as the file of a platform, checked against the schema that this publishes."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry

from scaffolder.actions.action import ActionError
from scaffolder.actions.pipelines.catalogue import BY_NAME, GitLabPart

SCHEMAS = Path(__file__).parent / "schemas"
Document = dict[str, Any]


def as_github(name: str, triggers: Mapping[str, Any], jobs: Mapping[str, Any]) -> Document:
    on: Document = {}
    if triggers.get("push"):
        on["push"] = {"branches": list(triggers["push"])}
    if triggers.get("pullRequest"):
        on["pull_request"] = {}
    if triggers.get("schedule"):
        on["schedule"] = [{"cron": triggers["schedule"]}]
    if triggers.get("manual"):
        on["workflow_dispatch"] = {}
    made = {id: _github_job(job) for id, job in jobs.items()}
    document = {"name": name, "on": on, "permissions": {"contents": "read"}, "jobs": made}
    return _checked(document, "github-workflows")


def _github_job(job: Mapping[str, Any]) -> Document:
    made: Document = {"runs-on": job.get("runner", "ubuntu-latest")}
    if job.get("needs"):
        made["needs"] = list(job["needs"])
    if job.get("environment"):
        made["environment"] = job["environment"]
    if job.get("timeoutMinutes"):
        made["timeout-minutes"] = job["timeoutMinutes"]
    steps: list[Document] = []
    permissions: dict[str, str] = {}
    for given in job["steps"]:
        step = BY_NAME[given["use"]]
        steps += step.github(given)
        permissions |= step.permissions
    if permissions:
        made["permissions"] = {"contents": "read", **permissions}
    return {**made, "steps": steps}


def as_gitlab(name: str, triggers: Mapping[str, Any], jobs: Mapping[str, Any]) -> Document:
    rules = [{"if": f'$CI_COMMIT_BRANCH == "{branch}"'} for branch in triggers.get("push") or ()]
    if triggers.get("pullRequest"):
        rules.append({"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'})
    if triggers.get("schedule"):
        rules.append({"if": '$CI_PIPELINE_SOURCE == "schedule"'})
    if triggers.get("manual"):
        rules.append({"if": '$CI_PIPELINE_SOURCE == "web"'})
        rules.append({"if": '$CI_PIPELINE_SOURCE == "trigger"'})
    document = {"workflow": {"name": name, "rules": rules}, "stages": list(jobs)}
    made = {id: {"stage": id, **_gitlab_job(id, job)} for id, job in jobs.items()}
    return _checked({**document, **made}, "gitlab-ci")


def _gitlab_job(id: str, job: Mapping[str, Any]) -> Document:
    parts = [BY_NAME[given["use"]].gitlab(given) for given in job["steps"]]
    images = list(dict.fromkeys(part.image for part in parts if part.image))
    if len(images) > 1:
        raise ActionError(
            f"jobs.{id}: a job of GitLab has one image, not {' and '.join(images)}: make it two."
        )
    made: Document = {"image": images[0]} if images else {}
    for key, value in _joined(parts).items():
        if value:
            made[key] = value
    made.setdefault("script", ["true"])
    if job.get("needs"):
        made["needs"] = list(job["needs"])
    if job.get("runner"):
        made["tags"] = [job["runner"]]
    if job.get("environment"):
        made["environment"] = {"name": job["environment"]}
    if job.get("timeoutMinutes"):
        made["timeout"] = f"{job['timeoutMinutes']} minutes"
    return made


def _joined(parts: list[GitLabPart]) -> Document:
    artifacts = [path for part in parts for path in part.artifacts]
    return {
        "services": [service for part in parts for service in part.services],
        "variables": {key: value for part in parts for key, value in part.variables.items()},
        "script": [line for part in parts for line in part.script],
        "artifacts": {"paths": artifacts} if artifacts else {},
    }


def _checked(document: Document, schema: str) -> Document:
    """Raises ActionError with the place and the reason."""
    error = next(_validator(schema).iter_errors(document), None)
    if error is not None:
        place = ".".join(str(part) for part in error.absolute_path) or "the file"
        raise ActionError(f"{place}: it would be no valid {schema} file: {error.message[:300]}")
    return document


@cache
def _validator(schema: str) -> Draft7Validator:
    return Draft7Validator(json.loads((SCHEMAS / f"{schema}.json").read_text()), registry=Registry())
