"""gitlab:issues:create."""

from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import UNKNOWN, Action, ActionContext, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.gitlab.target import EXAMPLE_URL, PROJECT_ID, TARGET, Project, project_in, take_back
from scaffolder.actions.inputs import Schema, choice, flag, output_of, schema_of, text
from scaffolder.actions.outside import digest

LOOKED_AT = 100
FIELDS = {
    "assignees": "assignee_ids",
    "confidential": "confidential",
    "createdAt": "created_at",
    "dueDate": "due_date",
    "discussionToResolve": "discussion_to_resolve",
    "epicId": "epic_id",
    "labels": "labels",
    "issueType": "issue_type",
    "mergeRequestToResolveDiscussionsOf": "merge_request_to_resolve_discussions_of",
    "milestoneId": "milestone_id",
    "weight": "weight",
}
"""Backstage's words, and GitLab's."""


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    project = project_in(input, context)
    [made] = bring_about([_issue(project, input, context)], project, context)
    context.log(f"Created issue {made['issueUrl']}")
    return {name: made[name] for name in ("issueUrl", "issueId", "issueIid")}


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    project = project_in(input, context)
    output = dict.fromkeys(("issueUrl", "issueId", "issueIid"), UNKNOWN)
    return Plan(planned([_issue(project, input, context)], project), output)


def _issue(project: Project, input: Mapping[str, Any], context: ActionContext) -> Change:
    """A comment that nobody sees in the issue's text marks it as this step's."""
    mark = f"<!-- portal {digest(context.mark)} -->"
    fields = {theirs: input[ours] for ours, theirs in FIELDS.items() if input.get(ours) not in (None, "", [])}
    if "due_date" in fields:
        fields["due_date"] = str(fields["due_date"]).partition("T")[0]

    def find() -> Result | None:
        newest = project.ask("GET", f"/issues?state=all&order_by=created_at&per_page={LOOKED_AT}")
        return next((_made(issue) for issue in newest if mark in (issue.get("description") or "")), None)

    def make() -> Result:
        description = f"{input.get('description') or ''}\n\n{mark}".strip()
        body = {"title": input["title"], "description": description, **fields}
        return _made(project.ask("POST", "/issues", body))

    return Change("create", f"issue {input['title']!r} of {project}", make, find, detail=fields)


def _made(issue: Mapping[str, Any]) -> Result:
    stays = f"issue #{issue['iid']} can be closed, but deleted by owners only"
    return {"issueUrl": issue["web_url"], "issueId": issue["id"], "issueIid": issue["iid"], "stays": stays}


def number(description: str) -> Schema:
    return {"type": "number", "minimum": 0, "description": description}


ACTION = Action(
    id="gitlab:issues:create",
    title="Create an issue on GitLab",
    description="Creates an issue.",
    input_schema=schema_of(
        {
            **TARGET,
            "projectId": PROJECT_ID,
            "title": text("What it is called."),
            "description": text("What it says; Markdown."),
            "assignees": {
                "type": "array",
                "items": {"type": "number"},
                "description": "Ids of the users that it is assigned to.",
            },
            "confidential": flag("For members of the project only."),
            "createdAt": text("When it was created; administrators of GitLab only."),
            "dueDate": text("When it is due, as `2026-12-31T00:00:00Z`."),
            "discussionToResolve": text("Id of a discussion that it resolves."),
            "epicId": number("Id of its epic."),
            "labels": text("Labels, with commas."),
            "issueType": choice("`issue` if left out.", "issue", "incident", "test_case", "task"),
            "mergeRequestToResolveDiscussionsOf": number("The merge request whose discussions it resolves."),
            "milestoneId": number("Id of its milestone."),
            "weight": number("Its weight."),
        },
        "repoUrl",
        "title",
    ),
    output_schema=output_of(
        issueUrl=text("The issue's page."),
        issueId={"type": "number", "description": "Its id."},
        issueIid={"type": "number", "description": "Its number in the project."},
    ),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Ask for a review",
            input={"repoUrl": EXAMPLE_URL, "title": "Review the new service", "labels": "review"},
            output={"issueIid": 1},
        ),
    ),
)
