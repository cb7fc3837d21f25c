"""gitlab:pipeline:trigger: start a pipeline, and wait for its result where the step asks for it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from portal.integrations.errors import NotFound
from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.gitlab.target import EXAMPLE_URL, PROJECT_ID, TARGET, Project, project_in, take_back
from scaffolder.actions.inputs import flag, output_of, record, schema_of, text
from scaffolder.actions.outside import TIMEOUT_MINUTES, digest, wait_minutes

LOOKED_AT = 20
MARK = "PORTAL_STEP"
ENDED = ("success", "failed", "canceled", "skipped")


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    project = project_in(input, context)
    [before] = bring_about([_pipelines_before(project, input)], project, context)
    [started] = bring_about([_start(project, input, int(before["last"]), context)], project, context)
    output = {"pipelineId": started["id"], "pipelineUrl": started["url"]}
    if not input.get("wait"):
        return output
    return {**output, "status": _ended(project, started, context, wait_minutes(input))}


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    project = project_in(input, context)
    known = ("pipelineId", "pipelineUrl", "status")
    return Plan(planned([_start(project, input, 0, context)], project), dict.fromkeys(known, UNKNOWN))


def _newest(project: Project, input: Mapping[str, Any]) -> list[dict[str, Any]]:
    branch = quote(str(input["branch"]), safe="")
    found: list[dict[str, Any]] = project.ask(
        "GET", f"/pipelines?source=trigger&ref={branch}&per_page={LOOKED_AT}"
    )
    return found


def _pipelines_before(project: Project, input: Mapping[str, Any]) -> Change:
    """The last pipeline of before: of newer ones, those with this step's mark are its own."""

    def make() -> Result:
        return {"last": max((int(each["id"]) for each in _newest(project, input)), default=0)}

    return Change("look at", f"pipelines of {input['branch']} of {project}", make)


def _start(project: Project, input: Mapping[str, Any], last: int, context: ActionContext) -> Change:
    """With a trigger token that is made for it and goes at once; its description has the step's mark."""
    mark = digest(context.mark)
    given = {str(name): str(value) for name, value in (input.get("variables") or {}).items()}
    description = f"{input['tokenDescription']} ({mark})"

    def find() -> Result | None:
        for each in _newest(project, input):
            if int(each["id"]) > last and _is_marked(project, int(each["id"]), mark):
                _sweep(project, mark)
                return _started(each)
        return None

    def make() -> Result:
        _sweep(project, mark)
        trigger = project.ask("POST", "/triggers", {"description": description})
        try:
            variables = {**{name: context.reveal(value) for name, value in given.items()}, MARK: mark}
            body = {"ref": input["branch"], "token": trigger["token"], "variables": variables}
            pipeline = project.ask("POST", "/trigger/pipeline", body)
        finally:
            _sweep(project, mark)
        context.log(f"Started pipeline {pipeline['id']} of {project}")
        return _started(pipeline)

    target = f"pipeline of {project} on {input['branch']}"
    return Change("start", target, make, find, detail={"variables": sorted(given)})


def _is_marked(project: Project, number: int, mark: str) -> bool:
    variables = project.find(f"/pipelines/{number}/variables") or []
    return any((each["key"], each["value"]) == (MARK, mark) for each in variables)


def _sweep(project: Project, mark: str) -> None:
    """Delete what this step has made of trigger tokens, in this attempt or an earlier one."""
    for each in project.ask("GET", "/triggers?per_page=100"):
        if str(each.get("description") or "").endswith(f"({mark})"):
            with suppress(NotFound):
                project.ask("DELETE", f"/triggers/{each['id']}")


def _started(pipeline: Mapping[str, Any]) -> Result:
    stays = "a pipeline that was started has run"
    return {"id": pipeline["id"], "url": pipeline["web_url"], "stays": stays}


def _ended(project: Project, started: Mapping[str, Any], context: ActionContext, minutes: float) -> str:
    """Returns once it has succeeded. Raises ActionError where it ended otherwise, or not in time."""

    def look() -> str | None:
        status = str(project.ask("GET", f"/pipelines/{started['id']}")["status"])
        return status if status in ENDED else None

    page = f"{project.html_url}/-/pipelines/{started['id']}"
    status = context.until(page, look, seconds=minutes * 60)
    if status is None:
        raise ActionError(f"The pipeline did not end within {minutes:g} minutes.")
    if status != "success":
        raise ActionError(f"The pipeline ended with {status}: {started['url']}")
    return status


ACTION = Action(
    id="gitlab:pipeline:trigger",
    title="Start a pipeline on GitLab",
    description="Starts a pipeline of a branch; with `wait`, the step is its result.",
    input_schema=schema_of(
        {
            **TARGET,
            "projectId": PROJECT_ID,
            "tokenDescription": text("What the trigger token says that is made for it, and deleted again."),
            "branch": text("The branch or tag that it runs on."),
            "variables": record("Variables of the pipeline; a value may be a secret.", secret=True),
            "wait": flag("Wait until it has ended; the step fails where it fails."),
            "timeoutMinutes": TIMEOUT_MINUTES,
        },
        "repoUrl",
        "projectId",
        "tokenDescription",
        "branch",
    ),
    output_schema=output_of(
        pipelineUrl=text("The pipeline's page."),
        pipelineId={"type": "number", "description": "Its id."},
        status=text("`success`, once it has ended."),
    ),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Deploy, and wait for it",
            input={
                "repoUrl": EXAMPLE_URL,
                "projectId": "acme/web",
                "tokenDescription": "Started by a template",
                "branch": "main",
                "variables": {"ENVIRONMENT": "test"},
                "wait": True,
            },
            output={"status": "success"},
        ),
    ),
)
