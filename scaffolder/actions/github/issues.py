"""github:issues:create and github:issues:label."""

from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import UNKNOWN, Action, ActionContext, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.github.target import TARGET, Repository, repository_in, take_back
from scaffolder.actions.inputs import output_of, schema_of, text, texts
from scaffolder.actions.outside import digest

LOOKED_AT = 100


def _create(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    repository = repository_in(input, context)
    [made] = bring_about([_issue(repository, input, context)], repository, context)
    context.log(f"Created issue {made['url']}")
    return {"issueUrl": made["url"], "issueNumber": made["number"]}


def _plan_create(input: Mapping[str, Any], context: ActionContext) -> Plan:
    repository = repository_in(input, context)
    effects = planned([_issue(repository, input, context)], repository)
    return Plan(effects, {"issueUrl": UNKNOWN, "issueNumber": UNKNOWN})


def _issue(repository: Repository, input: Mapping[str, Any], context: ActionContext) -> Change:
    """A comment that nobody sees in the issue's text marks it as this step's."""
    mark = f"<!-- portal {digest(context.mark)} -->"
    fields = {name: input[name] for name in ("assignees", "milestone", "labels") if name in input}

    def find() -> Result | None:
        newest = repository.ask("GET", f"/issues?state=all&sort=created&per_page={LOOKED_AT}")
        return next((_made(issue) for issue in newest if mark in (issue.get("body") or "")), None)

    def make() -> Result:
        body = f"{input.get('body') or ''}\n\n{mark}".strip()
        return _made(repository.ask("POST", "/issues", {"title": input["title"], "body": body, **fields}))

    return Change("create", f"issue {input['title']!r} of {repository}", make, find, detail=fields)


def _made(issue: Mapping[str, Any]) -> Result:
    stays = f"issue #{issue['number']} can be closed but not deleted"
    return {"url": issue["html_url"], "number": issue["number"], "stays": stays}


def _label(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    repository = repository_in(input, context)
    bring_about([_labels(repository, input)], repository, context)
    return {}


def _plan_label(input: Mapping[str, Any], context: ActionContext) -> Plan:
    repository = repository_in(input, context)
    return Plan(planned([_labels(repository, input)], repository))


def _labels(repository: Repository, input: Mapping[str, Any]) -> Change:
    number, labels = int(input["number"]), [str(label) for label in input["labels"]]

    def make() -> Result:
        path = f"/issues/{number}/labels"
        before = {each["name"] for each in repository.ask("GET", path)}
        repository.ask("POST", path, {"labels": labels})
        return {"undo": [["DELETE", f"{path}/{label}"] for label in labels if label not in before]}

    target = f"issue #{number} of {repository}"
    return Change("label", target, make, detail={"labels": labels}, required=False)


CREATE = Action(
    id="github:issues:create",
    title="Create an issue on GitHub",
    description="Creates an issue.",
    input_schema=schema_of(
        {
            **TARGET,
            "title": text("What it is called."),
            "body": text("What it says; Markdown."),
            "assignees": texts("Users that it is assigned to."),
            "milestone": {"type": ["string", "number"], "description": "The number of its milestone."},
            "labels": texts("Its labels."),
        },
        "repoUrl",
        "title",
    ),
    output_schema=output_of(
        issueUrl=text("Its page."), issueNumber={"type": "number", "description": "Its number."}
    ),
    run=_create,
    plan=_plan_create,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Ask for a review of the new service",
            input={"repoUrl": "github.com?owner=acme&repo=web", "title": "Review it", "labels": ["review"]},
            output={"issueNumber": 1},
        ),
    ),
)
LABEL = Action(
    id="github:issues:label",
    title="Label an issue or a pull request on GitHub",
    description="Adds labels; those that are there stay.",
    input_schema=schema_of(
        {
            **TARGET,
            "number": {"type": "number", "description": "The number of the issue or pull request."},
            "labels": texts("The labels."),
        },
        "repoUrl",
        "number",
        "labels",
    ),
    output_schema=output_of(),
    run=_label,
    plan=_plan_label,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Label a pull request",
            input={"repoUrl": "github.com?owner=acme&repo=web", "number": 7, "labels": ["template"]},
        ),
    ),
)
