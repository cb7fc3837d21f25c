"""github:environment:create: a deployment environment with its rules, variables and secrets."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from catalog.entities.refs import EntityRef, InvalidRef
from scaffolder.actions.action import ActionContext, ActionError
from scaffolder.actions.changes import Change, Result
from scaffolder.actions.github import repository as steps
from scaffolder.actions.github.settings import setting
from scaffolder.actions.github.target import Repository
from scaffolder.actions.inputs import flag, record, text, texts


def _environment(
    repository: Repository, input: Mapping[str, Any], context: ActionContext
) -> Iterable[Change]:
    name = str(input["name"])
    path = f"/environments/{quote(name, safe='')}"
    body = {
        "deployment_branch_policy": input.get("deploymentBranchPolicy"),
        "wait_timer": input.get("waitTimer"),
        "prevent_self_review": input.get("preventSelfReview"),
    }
    body = {key: value for key, value in body.items() if value is not None}
    reviewers = [str(ref) for ref in input.get("reviewers") or ()]

    def make() -> Result:
        was_there = repository.find(path)
        found = [_reviewer(repository, ref) for ref in reviewers]
        repository.ask("PUT", path, {**body, **({"reviewers": found} if found else {})})
        return {"stays": "the environment was there before"} if was_there else {"undo": [["DELETE", path]]}

    target = f"environment {name} of {repository}"
    yield Change("set up", target, make, detail={**body, "reviewers": reviewers})
    policies = f"{path}/deployment-branch-policies"
    for kind, key in (("branch", "customBranchPolicyNames"), ("tag", "customTagPolicyNames")):
        for pattern in input.get(key) or ():
            yield _policy(repository, policies, kind, str(pattern), name)
    where = f" for {name}"
    yield from steps.variables(
        repository, f"{path}/variables", input.get("environmentVariables") or {}, where
    )
    yield from steps.secrets(repository, f"{path}/secrets", input.get("secrets") or {}, where, context)


def _policy(repository: Repository, path: str, kind: str, pattern: str, environment: str) -> Change:
    def find() -> Result | None:
        there = repository.ask("GET", path).get("branch_policies") or []
        same = (each for each in there if (each["name"], each.get("type", "branch")) == (pattern, kind))
        return next(({"id": each["id"]} for each in same), None)

    def make() -> Result:
        made = repository.ask("POST", path, {"name": pattern, "type": kind})
        return {"id": made["id"], "undo": [["DELETE", f"{path}/{made['id']}"]]}

    target = f"{kind} {pattern} of {repository} in {environment}"
    return Change("let deploy", target, make, find)


def _reviewer(repository: Repository, ref: str) -> dict[str, Any]:
    """A user or group of the catalog, by the name that it has on GitHub too."""
    try:
        parsed = EntityRef.parse(ref, default_kind="user")
    except InvalidRef as error:
        raise ActionError(f"reviewers: {error}") from None
    if parsed.kind == "group":
        team = repository.ask_host("GET", f"/orgs/{repository.owner}/teams/{quote(parsed.name)}")
        return {"type": "Team", "id": team["id"]}
    return {"type": "User", "id": repository.ask_host("GET", f"/users/{quote(parsed.name)}")["id"]}


ACTION = setting(
    "github:environment:create",
    "Create an environment on GitHub",
    "Sets up a deployment environment: who approves, which branches deploy, its variables and secrets.",
    _environment,
    inputs={
        "name": text("What it is called."),
        "deploymentBranchPolicy": {
            "type": "object",
            "description": "`{protected_branches: true, custom_branch_policies: false}`, or the reverse.",
            "required": ["protected_branches", "custom_branch_policies"],
            "properties": {
                name: {"type": "boolean"} for name in ("protected_branches", "custom_branch_policies")
            },
        },
        "customBranchPolicyNames": texts("Patterns of the branches that may deploy."),
        "customTagPolicyNames": texts("Patterns of the tags that may deploy."),
        "environmentVariables": record("Variables for Actions."),
        "secrets": record("Secrets for Actions.", secret=True),
        "waitTimer": {"type": "number", "description": "Minutes that a deployment waits."},
        "preventSelfReview": flag("Nobody approves their own deployment."),
        "reviewers": texts("Refs of the users and groups that approve."),
    },
    required=("name",),
    example={"name": "production", "environmentVariables": {"REGION": "eu"}, "reviewers": ["user:jane"]},
)
