"""gitlab:repo:push: the workspace's files as a commit on a branch of a project."""

from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.gitlab.commits import COMMIT_ACTION, FILES, Commit, branch_place, default_branch
from scaffolder.actions.gitlab.target import EXAMPLE_URL, TARGET, Project, project_in, take_back
from scaffolder.actions.inputs import flag, output_of, schema_of, text
from scaffolder.actions.outside import patiently


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    project = project_in(input, context)
    base = default_branch(project, patiently(project.find, context))
    [pushed] = bring_about([_push(project, base, input, context)], project, context)
    output = {"projectid": str(project), "projectPath": str(project)}
    if pushed.get("empty"):
        context.log("No changes to commit")
        return output
    return {**output, "commitHash": pushed["commit"]}


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    project = project_in(input, context)
    found = patiently(project.find, context)
    base = default_branch(project, found) if found else str(input["branchName"])
    output = {"projectid": str(project), "projectPath": str(project), "commitHash": UNKNOWN}
    return Plan(planned([_push(project, base, input, context)], project), output)


def _push(project: Project, base: str, input: Mapping[str, Any], context: ActionContext) -> Change:
    branch = str(input["branchName"])

    def commit_on(base: str) -> Commit:
        return Commit(
            project,
            context,
            branch,
            base,
            message=str(input["commitMessage"]),
            source=str(input.get("sourcePath") or ""),
            target=str(input.get("targetPath") or ""),
            action=str(input.get("commitAction") or "create"),
        )

    def find() -> Result | None:
        own = commit_on(base).find()
        return {"commit": own, "stays": "a commit that was pushed stays"} if own else None

    def make() -> Result:
        is_new = project.head_message(branch) is None
        commit = commit_on(base if is_new else branch)
        files = commit.files()
        if not files and not input.get("allowEmpty"):
            return {"empty": True}
        pushed = {"commit": commit.make(files, is_new=is_new)}
        if is_new:
            return {**pushed, "undo": [["DELETE", branch_place(branch)]]}
        return {**pushed, "stays": "a commit that was pushed stays"}

    if branch.startswith("-") or not branch:
        raise ActionError(f"branchName: {branch!r} is not the name of a branch.")
    return Change("push to", f"branch {branch} of {project}", make, find)


ACTION = Action(
    id="gitlab:repo:push",
    title="Commit to a project on GitLab",
    description="Commits the workspace's files to a branch, which is made of the default branch if needed.",
    input_schema=schema_of(
        {
            **TARGET,
            "branchName": text("The branch."),
            "commitMessage": text("What the commit says."),
            **FILES,
            "commitAction": {
                **COMMIT_ACTION,
                "description": f"{COMMIT_ACTION['description']} Else `create`.",
            },
            "allowEmpty": flag("Commit even where no file changes."),
        },
        "repoUrl",
        "branchName",
        "commitMessage",
    ),
    output_schema=output_of(
        projectid=text("The project's path."),
        projectPath=text("The project's path."),
        commitHash=text("The commit; left out where nothing changed."),
    ),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Add documentation",
            input={"repoUrl": EXAMPLE_URL, "branchName": "main", "commitMessage": "Add documentation"},
            workspace={"docs/index.md": "# Web\n"},
            output={"projectPath": "acme/web"},
        ),
    ),
)
