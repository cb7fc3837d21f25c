"""publish:gitlab:merge-request: the workspace's files as a branch and a merge request on GitLab."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from portal.integrations.errors import IntegrationError
from scaffolder.actions.action import UNKNOWN, Action, ActionContext, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.gitlab.commits import COMMIT_ACTION, FILES, Commit, default_branch, new_branch
from scaffolder.actions.gitlab.target import EXAMPLE_URL, TARGET, Project, project_in, take_back
from scaffolder.actions.inputs import flag, output_of, schema_of, text, texts
from scaffolder.actions.outside import patiently, wait

BUSY = ("preparing", "approvals_syncing", "checking")
MAX_LOOKS = 30
PAUSE = 1.0


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    project = project_in(input, context)
    base = str(input.get("targetBranchName") or "") or default_branch(
        project, patiently(project.find, context)
    )
    bring_about([new_branch(_commit(project, base, input, context))], project, context)
    [opened] = bring_about([_open(project, base, input, context)], project, context)
    bring_about(_after(project, int(opened["number"]), input, context), project, context)
    context.log(f"Merge request {opened['url']}")
    return _output(project, base, opened["url"])


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    """The project may be one that an earlier step of the same plan would make."""
    project = project_in(input, context)
    found = patiently(project.find, context)
    base = str(input.get("targetBranchName") or "") or (default_branch(project, found) if found else "main")
    changes = [
        new_branch(_commit(project, base, input, context)),
        _open(project, base, input, context),
        *_after(project, 0, input, context),
    ]
    return Plan(planned(changes, project), _output(project, base, UNKNOWN))


def _output(project: Project, base: str, url: str) -> dict[str, Any]:
    there = str(project)
    return {"projectid": there, "projectPath": there, "targetBranchName": base, "mergeRequestUrl": url}


def _commit(project: Project, base: str, input: Mapping[str, Any], context: ActionContext) -> Commit:
    """`targetPath` stands for a `sourcePath` that is left out, as it always has in Backstage."""
    target = str(input.get("targetPath") or "")
    return Commit(
        project,
        context,
        branch=str(input["branchName"]),
        base=base,
        message=str(input["title"]),
        source=str(input.get("sourcePath") or target),
        target=target,
        action=str(input.get("commitAction") or "auto"),
    )


def _open(project: Project, base: str, input: Mapping[str, Any], context: ActionContext) -> Change:
    branch = str(input["branchName"])
    labels = input.get("labels") or []
    wanted = {
        "title": input["title"],
        "description": input.get("description"),
        "remove_source_branch": bool(input.get("removeSourceBranch")),
        "labels": labels if isinstance(labels, str) else ",".join(labels),
    }

    def find() -> Result | None:
        place = f"source_branch={quote(branch, safe='')}&target_branch={quote(base, safe='')}"
        found = project.ask("GET", f"/merge_requests?state=opened&{place}")
        return _opened(found[0]) if found else None

    def make() -> Result:
        people = {
            "assignee_id": next(iter(_users(project, [input["assignee"]], context)), None)
            if input.get("assignee")
            else None,
            "reviewer_ids": _users(project, input.get("reviewers") or (), context) or None,
        }
        body = {**wanted, "source_branch": branch, "target_branch": base, **people}
        given = {name: value for name, value in body.items() if value not in (None, "")}
        return _opened(project.ask("POST", "/merge_requests", given))

    people = {name: input[name] for name in ("assignee", "reviewers") if input.get(name)}
    target = f"merge request from {branch} to {base} of {project}"
    return Change("open", target, make, find, detail={**wanted, **people})


def _opened(found: Mapping[str, Any]) -> Result:
    number = found["iid"]
    closed = [["PUT", f"/merge_requests/{number}?state_event=close"]]
    return {"number": number, "url": found["web_url"], "undo": closed}


def _users(project: Project, names: Any, context: ActionContext) -> list[int]:
    """The ids of users; who is not there is left out with a warning, as in Backstage."""
    found = []
    for name in names:
        users = project.ask_host("GET", f"/users?username={quote(str(name), safe='')}")
        if users:
            found.append(int(users[0]["id"]))
        else:
            context.log(f"There is no user {name} on {project.host}: going on without.", level="warning")
    return found


def _after(
    project: Project, number: int, input: Mapping[str, Any], context: ActionContext
) -> Iterator[Change]:
    place, name = f"/merge_requests/{number}", f"merge request from {input['branchName']} of {project}"
    if input.get("assignReviewersFromApprovalRules"):

        def review() -> None:
            _until_checked(project, place, context)
            rules = project.ask("GET", f"{place}/approval_rules")
            approvers = {int(one["id"]) for rule in rules for one in rule.get("eligible_approvers") or ()}
            reviewers = approvers | set(_users(project, input.get("reviewers") or (), context))
            if approvers:
                project.ask("PUT", place, {"reviewer_ids": sorted(reviewers)})

        yield Change("ask for review of", name, review, detail={"by": "approval rules"}, required=False)
    if input.get("autoMerge"):

        def merge() -> Result:
            project.ask("PUT", f"{place}/merge", {"auto_merge": True})
            return {"stays": "the merge request may have been merged"}

        yield Change("merge when checks succeed", name, merge)


def _until_checked(project: Project, place: str, context: ActionContext) -> None:
    """Code owners become rules a moment after a merge request is made."""
    for _ in range(MAX_LOOKS):
        if project.ask("GET", place).get("detailed_merge_status") not in BUSY:
            return
        wait(PAUSE, context)
    raise IntegrationError(f"GitLab is still preparing {place} of {project}.")


ACTION = Action(
    id="publish:gitlab:merge-request",
    title="Open a merge request on GitLab",
    description=(
        "Puts the workspace's files on a new branch of a project and opens a merge request. Files of the "
        "project that are not in the workspace stay."
    ),
    input_schema=schema_of(
        {
            **TARGET,
            "title": text("What it is called."),
            "description": text("What it says; Markdown."),
            "branchName": text("The new branch."),
            "targetBranchName": text("The branch to merge into; the project's default if left out."),
            **FILES,
            "commitAction": {**COMMIT_ACTION, "description": f"{COMMIT_ACTION['description']} Else `auto`."},
            "projectid": text("Not used: `repoUrl` may have `project` in place of owner and repo."),
            "removeSourceBranch": flag("Delete the branch once it is merged."),
            "assignee": text("The user that it is assigned to."),
            "reviewers": texts("Users that are asked to review."),
            "assignReviewersFromApprovalRules": flag("Ask everybody to review who may approve."),
            "labels": {
                "type": ["string", "array"],
                "items": {"type": "string"},
                "description": "Labels: a list, or a text with commas.",
            },
            "autoMerge": flag("Merge it by itself once all checks succeed."),
        },
        "repoUrl",
        "title",
        "branchName",
    ),
    output_schema=output_of(
        targetBranchName=text("The branch to merge into."),
        projectid=text("The project's path."),
        projectPath=text("The project's path."),
        mergeRequestUrl=text("The merge request's page."),
    ),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Add the files to a project that is there",
            input={
                "repoUrl": EXAMPLE_URL,
                "branchName": "add-docs",
                "title": "Add documentation",
                "description": "Written by a template.",
                "reviewers": ["jane"],
            },
            workspace={"docs/index.md": "# Web\n"},
            output={"targetBranchName": "main", "projectPath": "acme/web"},
        ),
    ),
)
