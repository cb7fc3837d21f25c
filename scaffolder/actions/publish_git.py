"""publish:git: a new repository of the embedded git host, with the workspace as its first commit."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.permissions import may_register
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.integrations.errors import Conflict, IntegrationError
from portal.integrations.git import Author, GitHost, check_names
from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Effect, Example, Plan
from scaffolder.renderer.references import parse_repo_url
from scaffolder.running.workspace import checked_path

HOST = "portal"
"""The embedded git host in repository URLs: `portal?owner=shop&repo=cart`."""


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """Create the repository unless this very step has, and commit unless it has; never touch another's."""
    owner, name = _checked_target(input)
    if not settings.GIT_ROOT:
        raise ActionError("The embedded git host is off: set PORTAL_GIT_ROOT.")
    if not may_register(context.actor, owner):
        raise ActionError(f"{context.actor.label} may not create repositories of {owner}.")
    source = checked_path(str(input.get("sourcePath") or ""), parameter="sourcePath")
    folder = context.workspace.folder_path(source, parameter="sourcePath")
    try:
        return _publish(
            GitHost(Path(settings.GIT_ROOT)), owner, name, folder=folder, input=input, context=context
        )
    except IntegrationError as error:
        raise ActionError(f"{owner}/{name}: {error}") from error


def _publish(
    host: GitHost,
    owner: str,
    name: str,
    *,
    folder: Path,
    input: Mapping[str, Any],
    context: ActionContext,
) -> dict[str, Any]:
    if not any(folder.iterdir()):
        raise ActionError("sourcePath: there is nothing in the workspace to publish.")
    creation, commit = _effects(owner, name, input)

    def create() -> dict[str, Any]:
        with operation("repository.create", actor=context.actor, target=f"{owner}/{name}", namespace=owner):
            try:
                description = str(input.get("description") or "")
                host.create_repository(owner, name, description=description, created_for=context.mark)
            except Conflict:
                pass  # somebody was faster: whose it is, is asked below
        return _own_repository(host, owner, name, context) or {}

    def find_commit() -> dict[str, Any] | None:
        found = host.find_revision(owner, name, "HEAD")
        return {"commit": found} if found else None

    def make_commit() -> dict[str, Any]:
        message = str(input.get("gitCommitMessage") or "Initial commit")
        author = _author(input, context.actor)
        return {"commit": host.commit_files(owner, name, folder, message=message, author=author)}

    context.once(creation, find=lambda: _own_repository(host, owner, name, context), make=create)
    made = context.once(commit, find=find_commit, make=make_commit)
    context.log(f"Published {owner}/{name} at {_remote_url(owner, name)}")
    return _output(owner, name, made["commit"])


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    owner, name = _checked_target(input)
    host = GitHost(Path(settings.GIT_ROOT))
    if settings.GIT_ROOT:
        _own_repository(host, owner, name, context)
    return Plan(_effects(owner, name, input), _output(owner, name, UNKNOWN))


def _undo(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
    """The repository goes if it is still as the task made it; with the repository its commit goes."""
    if effect.verb != "create":
        return
    owner, _, name = effect.target.removeprefix("repository ").partition("/")
    host = GitHost(Path(settings.GIT_ROOT))
    if host.exists(owner, name) and host.get_repository(owner, name).created_for == context.mark:
        host.remove_repository(owner, name)


def _effects(owner: str, name: str, input: Mapping[str, Any]) -> tuple[Effect, Effect]:
    target = f"repository {owner}/{name}"
    description = {"description": str(input.get("description") or "")}
    return Effect("create", target, description, creates=f"git:{owner}/{name}"), Effect("commit to", target)


def _own_repository(host: GitHost, owner: str, name: str, context: ActionContext) -> dict[str, Any] | None:
    """Empty if this step has made the repository, None if nobody has. Raises ActionError otherwise."""
    if not host.exists(owner, name):
        return None
    if host.get_repository(owner, name).created_for != context.mark:
        raise ActionError(f"The repository {owner}/{name} exists already. Choose another name.")
    return {}


def _remote_url(owner: str, name: str) -> str:
    return f"{settings.GIT_URL}/{owner}/{name}.git"


def _output(owner: str, name: str, commit: str) -> dict[str, Any]:
    contents = f"git:{owner}/{name}"
    return {"remoteUrl": _remote_url(owner, name), "repoContentsUrl": contents, "commitHash": commit}


def _checked_target(input: Mapping[str, Any]) -> tuple[str, str]:
    """Raises ActionError for other hosts and for names that the embedded host does not have."""
    if "repoUrl" in input:
        parameter, (owner, name) = "repoUrl", _parts_of_url(str(input["repoUrl"]))
    else:
        parameter, owner, name = "name", str(input["owner"]), str(input["name"])
    try:
        check_names(owner, name)
    except IntegrationError as error:
        raise ActionError(f"{parameter}: {error}") from None
    return owner, name


def _parts_of_url(repo_url: str) -> tuple[str, str]:
    try:
        parts = parse_repo_url(repo_url)
    except ValueError as error:
        raise ActionError(f"repoUrl: {error}.") from None
    if parts["host"] != HOST:
        raise ActionError(f"repoUrl: {parts['host']!r} is not the embedded git host: write `{HOST}?owner=…`.")
    return parts.get("owner", ""), parts.get("repo", "")


def _author(input: Mapping[str, Any], actor: Principal) -> Author:
    account = actor.account
    name = account.get_full_name() or account.get_username() if account else "Portal"
    email = account.email if account else ""
    return Author(str(input.get("gitAuthorName") or name), str(input.get("gitAuthorEmail") or email))


ACTION = Action(
    id="publish:git",
    title="Publish to the embedded git host",
    description=(
        "Creates a repository of the portal's own git host and commits the workspace to its branch `main`. "
        "A repository that exists is never changed."
    ),
    input_schema={
        "type": "object",
        "oneOf": [{"required": ["repoUrl"]}, {"required": ["owner", "name"]}],
        "additionalProperties": False,
        "properties": {
            "repoUrl": {
                "type": "string",
                "description": "`portal?owner=<namespace>&repo=<name>`, both in lower case.",
            },
            "owner": {"type": "string", "description": "Instead of `repoUrl`: the namespace."},
            "name": {"type": "string", "description": "Instead of `repoUrl`: the repository's name."},
            "description": {"type": "string", "description": "One line about the repository."},
            "sourcePath": {"type": "string", "description": "Folder of the workspace; its root if left out."},
            "gitCommitMessage": {"type": "string", "description": "`Initial commit` if left out."},
            "gitAuthorName": {"type": "string", "description": "Whoever runs the template if left out."},
            "gitAuthorEmail": {"type": "string", "description": "Whoever runs the template if left out."},
        },
    },
    output_schema={
        "type": "object",
        "properties": {
            "remoteUrl": {"type": "string", "description": "What to clone."},
            "repoContentsUrl": {"type": "string", "description": "For catalog:register: `git:owner/name`."},
            "commitHash": {"type": "string"},
        },
    },
    run=_run,
    plan=_plan,
    undo=_undo,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Publish the workspace",
            input={"repoUrl": "portal?owner=default&repo=cart", "description": "The shopping cart"},
            workspace={"README.md": "# Cart\n"},
            output={"repoContentsUrl": "git:default/cart"},
        ),
    ),
)
