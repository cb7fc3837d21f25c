"""publish:gitlab: a project of the workspace's files on GitLab."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.gitlab import project as steps
from scaffolder.actions.gitlab.target import TARGET, Project, project_in, take_back
from scaffolder.actions.gitlab.variables import VARIABLE, variables
from scaffolder.actions.inputs import Schema, choice, flag, output_of, schema_of, text, texts
from scaffolder.actions.outside import patiently

VISIBILITY = ("private", "public", "internal")


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    project = _project(input, context)
    pushing = list(_pushing(project, input, context))  # what is wrong with the files is told first
    if input.get("skipExisting"):
        [seen] = bring_about([_look(project)], project, context)
        if seen.get("id"):
            context.log(f"{project} is there already, and stays as it is.")
            return _output(project, str(seen.get("branch") or "main"), number=seen["id"], created=False)
    [made] = bring_about([steps.creation(project, input, context)], project, context)
    changes = chain(steps.people(project, input, context), pushing, _variables(project, input, context))
    results = bring_about(chain([steps.description(project, input)], changes), project, context)
    context.log(f"Published {project.html_url}")
    output = _output(project, _branch(input), number=made["project"], created=True)
    commit = next((result["commit"] for result in results if "commit" in result), None)
    return {**output, "commitHash": commit} if commit else output


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    project = _project(input, context)
    found = patiently(project.find, context)
    if found is not None and input.get("skipExisting"):
        branch = str(found.get("default_branch") or "main")
        return Plan((), _output(project, branch, number=found["id"], created=False))
    if found is not None:
        raise ActionError(f"The project {project} exists already. Choose another name.")
    changes = chain(
        [steps.creation(project, input, context), steps.description(project, input)],
        steps.people(project, input, context),
        _pushing(project, input, context),
        _variables(project, input, context),
    )
    output = _output(project, _branch(input), number=UNKNOWN, created=True)
    return Plan(planned(changes, project), {**output, "commitHash": UNKNOWN})


def _project(input: Mapping[str, Any], context: ActionContext) -> Project:
    if input.get("signCommit"):
        raise ActionError("signCommit: the portal has no key to sign commits with.")
    project = project_in(input, context)
    path = str((input.get("settings") or {}).get("path") or "")
    if not project.owner:
        raise ActionError("repoUrl: it names no `owner`, the group that the project is made in.")
    return project_in(input, context, path=f"{project.owner}/{path}") if path else project


def _look(project: Project) -> Change:
    """Whether it was there before: noted once, so that a second attempt does not take its own for that."""

    def make() -> Result:
        found = project.find()
        return {"id": found["id"], "branch": found.get("default_branch")} if found else {"id": None}

    return Change("look for", f"project {project}", make)


def _pushing(project: Project, input: Mapping[str, Any], context: ActionContext) -> Iterator[Change]:
    if input.get("sourcePath") is not False:
        yield steps.push(project, _branch(input), input, context)
        yield from steps.branches(project, _branch(input), input)


def _variables(project: Project, input: Mapping[str, Any], context: ActionContext) -> Iterator[Change]:
    return variables(project, list(input.get("projectVariables") or ()), context)


def _branch(input: Mapping[str, Any]) -> str:
    return str(input.get("defaultBranch") or "master")


def _output(project: Project, branch: str, *, number: Any, created: bool) -> dict[str, Any]:
    contents = f"{project.html_url}/-/blob/{branch}"
    return {
        "remoteUrl": project.html_url,
        "repoContentsUrl": contents,
        "projectId": number,
        "created": created,
    }


SETTINGS: Schema = {
    "name": text("What it is called; the name of `repoUrl` if left out."),
    "path": text("Its path below the group, in place of the name of `repoUrl`."),
    "auto_devops_enabled": flag("Auto DevOps."),
    "ci_config_path": text("Where its pipeline is described."),
    "description": text("One line about the project."),
    "merge_method": choice("How merge requests are merged.", "merge", "rebase_merge", "ff"),
    "squash_option": choice("Whether they are squashed.", "default_off", "default_on", "never", "always"),
    "topics": texts("Its topics."),
    "visibility": choice("`private` if left out.", *VISIBILITY),
    "only_allow_merge_if_all_discussions_are_resolved": flag("All threads must be resolved."),
    "only_allow_merge_if_pipeline_succeeds": flag("Pipelines must succeed."),
    "allow_merge_on_skipped_pipeline": flag("Skipped pipelines count as successful."),
}
BRANCH: Schema = {
    "name": text("The branch."),
    "protect": flag("Whether it is protected."),
    "create": flag("Whether it is made."),
    "ref": text("What it is made from; the branch that was pushed if left out."),
}
VARIABLE_FIELDS: Schema = {
    **VARIABLE,
    "description": text("What it is for."),
    "variable_type": choice("`env_var` if left out.", "env_var", "file"),
    **{name: flag("False if left out.") for name in ("protected", "masked", "masked_and_hidden", "raw")},
    "environment_scope": text("`*` if left out."),
}
ACTION = Action(
    id="publish:gitlab",
    title="Publish to GitLab",
    description=(
        "Creates a project on GitLab and pushes the workspace to it as its first commit. A project that "
        "exists is never changed."
    ),
    input_schema=schema_of(
        {
            **TARGET,
            "repoVisibility": choice(
                "`private` if left out. `settings.visibility` goes before.", *VISIBILITY
            ),
            "defaultBranch": text("`master` if left out."),
            "gitCommitMessage": text("`initial commit` if left out."),
            "gitAuthorName": text("Whoever runs the template if left out."),
            "gitAuthorEmail": text("Whoever runs the template if left out."),
            "signCommit": flag("Not offered: the portal has no key."),
            "description": text("One line about the project, where `settings` have none."),
            "sourcePath": {
                "type": ["string", "boolean"],
                "description": "Folder of the workspace; its root if left out; false: nothing is pushed.",
            },
            "skipExisting": flag("Go on where the project exists, which stays as it is."),
            "setUserAsOwner": flag("Make whoever owns `token` an owner of the project."),
            "ownerUsername": text("A user who becomes an owner of the project."),
            "topics": texts("Its topics. `settings.topics` goes before."),
            "settings": {
                "type": "object",
                "description": "Settings of the project, in GitLab's own words.",
                "additionalProperties": False,
                "properties": SETTINGS,
            },
            "branches": {
                "type": "array",
                "description": "Further branches, and which are protected.",
                "items": {"type": "object", "required": ["name"], "properties": BRANCH},
            },
            "projectVariables": {
                "type": "array",
                "description": "Variables for its pipelines; a value may be a secret.",
                "items": {"type": "object", "required": ["key", "value"], "properties": VARIABLE_FIELDS},
            },
            "allowedHosts": {
                "type": "array",
                "description": "Not used: it belongs to the form's field, but some templates have it here.",
            },
        },
        "repoUrl",
    ),
    output_schema=output_of(
        remoteUrl=text("The project's page."),
        repoContentsUrl=text("The root of its files, for catalog:register."),
        projectId={"type": "number", "description": "Its id."},
        commitHash=text("The commit that was pushed."),
        created=flag("Whether it was made by this step."),
    ),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Publish the workspace with a branch for development",
            input={
                "repoUrl": "gitlab.com?owner=acme&repo=cart",
                "defaultBranch": "main",
                "repoVisibility": "internal",
                "branches": [{"name": "develop", "create": True, "protect": True}],
            },
            workspace={"README.md": "# Cart\n"},
            output={"repoContentsUrl": "https://gitlab.com/acme/cart/-/blob/main", "created": True},
        ),
    ),
)
