"""Variables for pipelines: gitlab:projectVariable:create, and those that publish:gitlab sets."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from scaffolder.actions.action import Action, ActionContext, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.gitlab.target import EXAMPLE_URL, PROJECT_ID, TARGET, Project, project_in, take_back
from scaffolder.actions.inputs import Schema, choice, flag, output_of, schema_of, text

VARIABLE: Schema = {
    "key": {"type": "string", "pattern": "^[A-Za-z0-9_]{1,255}$", "description": "What it is called."},
    "value": {**text("What it holds; it may be a secret."), "writeOnly": True},
}
DEFAULTS = {
    "variable_type": "env_var",
    "protected": False,
    "masked": False,
    "masked_and_hidden": False,
    "raw": False,
    "environment_scope": "*",
}


def variables(project: Project, wanted: list[Mapping[str, Any]], context: ActionContext) -> Iterator[Change]:
    """Each variable, in GitLab's own words; one of the same name and scope must not be there."""
    for variable in wanted:
        yield _variable(project, {**DEFAULTS, **variable}, context)


def _variable(project: Project, variable: Mapping[str, Any], context: ActionContext) -> Change:
    key, scope = str(variable["key"]), str(variable["environment_scope"])
    place = f"/variables/{quote(key, safe='')}?filter[environment_scope]={quote(scope, safe='')}"
    value = context.reveal(str(variable["value"]))
    taken_back = {"undo": [["DELETE", place]]}

    def find() -> Result | None:
        found = project.find(place)
        same = found and found.get("value") == value and not found.get("hidden")
        return {"stays": "the variable may have been there before"} if same else None

    def make() -> Result:
        project.ask("POST", "/variables", {**variable, "value": value})
        return taken_back

    where = "" if scope == "*" else f" for {scope}"
    detail = {name: each for name, each in variable.items() if name not in ("key", "value")}
    return Change("set", f"variable {key} of {project}{where}", make, find, detail=detail)


def _changes(input: Mapping[str, Any], context: ActionContext) -> tuple[Project, list[Change]]:
    project = project_in(input, context)
    variable = {
        "key": input["key"],
        "value": input["value"],
        "variable_type": input["variableType"],
        "protected": input.get("variableProtected", False),
        "masked": input.get("masked", False),
        "masked_and_hidden": input.get("maskedAndHidden", False),
        "raw": input.get("raw", False),
        "environment_scope": input.get("environmentScope", "*"),
    }
    return project, list(variables(project, [variable], context))


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    project, changes = _changes(input, context)
    bring_about(changes, project, context)
    return {}


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    project, changes = _changes(input, context)
    return Plan(planned(changes, project))


ACTION = Action(
    id="gitlab:projectVariable:create",
    title="Set a variable on GitLab",
    description="Sets a variable for the pipelines of a project.",
    input_schema=schema_of(
        {
            **TARGET,
            "projectId": PROJECT_ID,
            **VARIABLE,
            "variableType": choice("A variable of the environment, or a file.", "env_var", "file"),
            "variableProtected": flag("For protected branches and tags only."),
            "masked": flag("Not shown in logs."),
            "maskedAndHidden": flag("Nor in the settings."),
            "raw": flag("Not expanded."),
            "environmentScope": text("The environments it is for; `*` if left out."),
        },
        "repoUrl",
        "projectId",
        "key",
        "value",
        "variableType",
    ),
    output_schema=output_of(),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "The region that pipelines deploy to",
            input={
                "repoUrl": EXAMPLE_URL,
                "projectId": "acme/web",
                "key": "REGION",
                "value": "eu",
                "variableType": "env_var",
            },
        ),
    ),
)
