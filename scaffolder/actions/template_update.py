"""template:update: what the template renders today, merged into what it made once, as a proposal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from catalog.permissions import may_register
from catalog.selectors import get_entity
from portal.integrations.errors import IntegrationError
from portal.integrations.git import Author, GitHost
from scaffolder.actions.action import Action, ActionContext, ActionError, Effect, Example, Plan
from scaffolder.actions.github import pull_request
from scaffolder.actions.github.target import repository_of, take_back
from scaffolder.actions.outside import patiently
from scaffolder.models import Lineage

if TYPE_CHECKING:
    from scaffolder.running.merging import File, Merge

BRANCH = "template-update"


@dataclass(frozen=True, slots=True)
class Update:
    """What the step found: `forge` is `git` or `github`, `place` the repository as the lineage calls it."""

    lineage: Lineage
    forge: str
    place: str
    merge: "Merge"
    rendered: "dict[str, File]"
    answers: Mapping[str, Any]
    version: str
    """SHA-256 of the template as it is now."""
    title: str

    @property
    def branch(self) -> str:
        return f"{BRANCH}-{self.version[:8]}"

    @property
    def message(self) -> str:
        from scaffolder.running.merging import summary

        return "\n".join([f"The template is another one now: {self.version[:12]}.", "", *summary(self.merge)])


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    update = _looked_at(input, context, settle=True)
    for line in update.message.splitlines()[2:]:
        context.log(line, level="warning" if line.startswith(("Conflict", "Left alone")) else "info")
    if not (update.merge.written or update.merge.deleted):
        context.log("There is nothing to change.")
        return _output(update)
    proposed = (
        _propose_here(update, context) if update.forge == "git" else _propose_on_github(update, context)
    )
    _remember(update, proposed)
    return {**_output(update), **proposed}


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    update = _looked_at(input, context, settle=False)
    if not (update.merge.written or update.merge.deleted):
        return Plan((), _output(update))
    return Plan((_effect(update),), {**_output(update), "branch": update.branch})


def _undo(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
    """The branch goes, if nobody has added to it."""
    if effect.verb != "propose":
        take_back(effect, result, context)
        return
    owner, name = str(effect.detail["repository"]).split("/")
    host = GitHost(Path(settings.GIT_ROOT))
    branch, commit = str(effect.detail["branch"]), str(result.get("commit") or "")
    if not host.exists(owner, name) or not host.find_revision(owner, name, branch):
        return
    if not commit or not host.remove_branch(owner, name, branch, commit=commit):
        raise ActionError(f"somebody has added to the branch {branch}")


def _looked_at(input: Mapping[str, Any], context: ActionContext, *, settle: bool) -> Update:
    """The lineage of an entity that the actor may change, and what the template has become."""
    from scaffolder.running.lineage import base_files, get_lineage, settled
    from scaffolder.running.merging import below, merged
    from scaffolder.running.rerendering import rerendered
    from scaffolder.services import get_template

    entity = get_entity(str(input["entityRef"]), viewer=context.actor)
    if not may_register(context.actor, entity.namespace):
        raise ActionError(f"{context.actor.label} may not change what is in {entity.namespace}.")
    lineage = get_lineage(entity, viewer=context.actor)
    forge, _, place = lineage.ref.partition(":")
    if forge not in ("git", "github"):
        raise ActionError(f"{lineage.ref} is no repository that can be updated.")
    if lineage.proposal and _is_merged(forge, place, json.loads(lineage.proposal), context):
        lineage = settled(lineage, save=settle)
    base = base_files(lineage.base)
    if not base:
        raise ActionError("What the template rendered then was too large to be kept: nothing can be merged.")
    template, _ = get_template(lineage.template_ref, viewer=context.actor)
    given = input.get("parameters") or json.loads(lineage.answers)
    answers = {name: value for name, value in given.items() if value is not None}
    files, folder = rerendered(template, answers, until=lineage.step_id, context=context)
    merge = merged(below(base, folder), _files_there(forge, place), below(files, folder))
    return Update(lineage, forge, place, merge, files, answers, template.hash, template.title)


def _files_there(forge: str, place: str) -> "dict[str, File]":
    from scaffolder.running.merging import gathered
    from scaffolder.templates.elsewhere import files_at

    try:
        if forge == "git":
            owner, name = place.split("/")
            host = GitHost(Path(settings.GIT_ROOT))
            return gathered(
                (each.path, each.content, each.executable) for each in host.read_files(owner, name)
            )
        there = files_at(repository_of(place).html_url)
        return gathered((file.path, file.content, file.executable) for file in there)
    except IntegrationError as error:
        raise ActionError(f"{place}: {error}") from error


def _is_merged(forge: str, place: str, proposal: Mapping[str, Any], context: ActionContext) -> bool:
    if forge == "git":
        owner, name = place.split("/")
        return GitHost(Path(settings.GIT_ROOT)).contains(owner, name, str(proposal["commitHash"]))
    repository = repository_of(place)
    found = patiently(lambda: repository.find(f"/pulls/{int(proposal['pullRequestNumber'])}"), context)
    return bool(found and found.get("merged"))


def _effect(update: Update) -> Effect:
    detail = {
        "repository": update.place,
        "branch": update.branch,
        "template": update.version,
        "changed": sorted(update.merge.written),
        "deleted": sorted(update.merge.deleted),
        "conflicts": [conflict.path for conflict in update.merge.conflicts],
    }
    return Effect("propose", f"branch {update.branch} of repository {update.place}", detail)


def _propose_here(update: Update, context: ActionContext) -> dict[str, Any]:
    owner, name = update.place.split("/")
    host = GitHost(Path(settings.GIT_ROOT))
    account = context.actor.account
    author = Author(account.get_username() if account else "Portal", account.email if account else "")

    def make() -> dict[str, Any]:
        commit = host.commit_changes(
            owner,
            name,
            update.branch,
            written={path: (file.content, file.executable) for path, file in update.merge.written.items()},
            deleted=update.merge.deleted,
            message=f"Update from {update.lineage.template_ref}\n\n{update.message}\n",
            author=author,
        )
        return {"commit": commit}

    try:
        made = context.once(_effect(update), find=lambda: None, make=make)
    except IntegrationError as error:
        raise ActionError(f"{update.place}: {error}") from error
    return {
        "branch": update.branch,
        "commitHash": made["commit"],
        "remoteUrl": f"{settings.GIT_URL}/{update.place}.git",
    }


def _propose_on_github(update: Update, context: ActionContext) -> dict[str, Any]:
    """The pull request of `publish:github:pull-request`, with the files that change in the workspace."""
    for path, file in update.merge.written.items():
        context.workspace.write(path, file.content, executable=file.executable)
    host, owner, name = update.place.split("/")
    asked = {
        "repoUrl": f"{host}?owner={owner}&repo={name}",
        "branchName": update.branch,
        "title": f"Update from the template {update.title}",
        "description": update.message,
        "filesToDelete": update.merge.deleted,
        "update": True,
        "createWhenEmpty": False,
    }
    done = pull_request.ACTION.run(asked, context)
    return {"branch": update.branch, **done}


def _remember(update: Update, proposed: Mapping[str, Any]) -> None:
    """What the lineage will be once the proposal is merged."""
    from scaffolder.running.lineage import remember_proposal

    if "commitHash" in proposed or "pullRequestNumber" in proposed:
        remember_proposal(
            update.lineage, {**proposed, "version": update.version}, update.rendered, update.answers
        )


def _output(update: Update) -> dict[str, Any]:
    merge = update.merge
    return {
        "changed": sorted(merge.written),
        "deleted": sorted(merge.deleted),
        "conflicts": [{"path": one.path, "reason": one.reason} for one in merge.conflicts],
        "unknown": merge.unknown,
    }


PATHS = {"type": "array", "items": {"type": "string"}}
ACTION = Action(
    id="template:update",
    title="Update from the template",
    description=(
        "Renders the template that made a repository as it is today, merges that into the repository three "
        "ways, and proposes the result: a branch of the portal's git host, a pull request on GitHub."
    ),
    input_schema={
        "type": "object",
        "required": ["entityRef"],
        "additionalProperties": False,
        "properties": {
            "entityRef": {"type": "string", "description": "An entity of the repository."},
            "parameters": {
                "type": "object",
                "description": "Answers to the template's form; those of then if left out.",
            },
        },
    },
    output_schema={
        "type": "object",
        "properties": {
            "changed": {**PATHS, "description": "Files that are changed."},
            "deleted": {**PATHS, "description": "Files that the template has no more."},
            "conflicts": {"type": "array", "description": "Files to look at: `path` and `reason`."},
            "unknown": {**PATHS, "description": "Files that only a whole run could render: left alone."},
            "branch": {"type": "string", "description": "Of the proposal; left out where nothing changes."},
            "remoteUrl": {"type": "string", "description": "The repository, or the pull request's page."},
            "commitHash": {"type": "string", "description": "Of a branch of the portal's git host."},
            "pullRequestNumber": {"type": "number", "description": "On GitHub."},
        },
    },
    run=_run,
    plan=_plan,
    undo=_undo,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Propose what has changed in the template",
            input={"entityRef": "component:default/made-before"},
            output={"changed": [], "conflicts": []},
        ),
    ),
)
