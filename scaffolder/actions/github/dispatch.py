"""github:actions:dispatch: start a workflow, and wait for its result where the step asks for it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.github.target import TARGET, Repository, repository_in, take_back
from scaffolder.actions.inputs import flag, output_of, record, schema_of, text
from scaffolder.actions.outside import TIMEOUT_MINUTES, patiently, wait_minutes

APPEARS_SECONDS = 60.0


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    repository = repository_in(input, context)
    [before] = bring_about([_runs_before(repository, input)], repository, context)
    last = int(before["last"])
    [sent] = bring_about([_dispatch(repository, input, last, context)], repository, context)
    if not (input.get("wait") or input.get("returnWorkflowRunDetails")):
        return {}
    number = int(sent.get("run") or _appeared(repository, input, last, context))
    if input.get("wait"):
        return _output(_ended(repository, number, context, wait_minutes(input)))
    return _output(patiently(lambda: _run_of(repository, number), context))


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    repository = repository_in(input, context)
    known = ("workflowRunId", "workflowRunUrl", "workflowRunHtmlUrl", "conclusion")
    return Plan(
        planned([_dispatch(repository, input, 0, context)], repository), dict.fromkeys(known, UNKNOWN)
    )


def _runs_before(repository: Repository, input: Mapping[str, Any]) -> Change:
    """The last run that is there before: a newer one is what this step has started, in any attempt."""

    def make() -> Result:
        return {"last": max((int(run["id"]) for run in _runs(repository, input)), default=0)}

    return Change("look at", f"runs of {input['workflowId']} of {repository}", make)


def _dispatch(repository: Repository, input: Mapping[str, Any], last: int, context: ActionContext) -> Change:
    workflow = quote(str(input["workflowId"]), safe="")
    body = {"ref": input["branchOrTagName"], "inputs": dict(input.get("workflowInputs") or {})}

    stays = {"stays": "a workflow that was started has run"}

    def find() -> Result | None:
        new = _newer(repository, input, last)
        return {"run": new, **stays} if new else None

    def make() -> Result:
        answer = repository.ask("POST", f"/actions/workflows/{workflow}/dispatches", body)
        context.log(f"Dispatched {input['workflowId']} of {repository}")
        return {"run": (answer or {}).get("workflow_run_id"), **stays}

    target = f"workflow {input['workflowId']} of {repository} on {input['branchOrTagName']}"
    return Change("start", target, make, find, detail={"inputs": body["inputs"]})


def _runs(repository: Repository, input: Mapping[str, Any]) -> list[dict[str, Any]]:
    workflow = quote(str(input["workflowId"]), safe="")
    found = repository.ask("GET", f"/actions/workflows/{workflow}/runs?event=workflow_dispatch&per_page=20")
    runs: list[dict[str, Any]] = found.get("workflow_runs") or []
    return runs


def _newer(repository: Repository, input: Mapping[str, Any], last: int) -> int:
    """The first run after the last one of before; 0 where there is none."""
    return min((int(run["id"]) for run in _runs(repository, input) if int(run["id"]) > last), default=0)


def _appeared(repository: Repository, input: Mapping[str, Any], last: int, context: ActionContext) -> int:
    """The run's id: GitHub makes it a moment after it has accepted the dispatch."""
    new = context.until(
        repository.html_url, lambda: _newer(repository, input, last) or None, seconds=APPEARS_SECONDS
    )
    if new is None:
        raise ActionError(
            f"{repository} accepted the dispatch, but no run of {input['workflowId']} has appeared."
        )
    return new


def _run_of(repository: Repository, number: int) -> dict[str, Any]:
    found: dict[str, Any] = repository.ask("GET", f"/actions/runs/{number}")
    return found


def _ended(repository: Repository, number: int, context: ActionContext, minutes: float) -> dict[str, Any]:
    """The run once it has ended well. Raises ActionError where it ended otherwise, or not in time."""

    def look() -> dict[str, Any] | None:
        run = _run_of(repository, number)
        return run if run["status"] == "completed" else None

    ended = context.until(f"{repository.html_url}/actions/runs/{number}", look, seconds=minutes * 60)
    if ended is None:
        raise ActionError(f"The workflow did not end within {minutes:g} minutes.")
    if ended["conclusion"] != "success":
        raise ActionError(f"The workflow ended with {ended['conclusion']}: {ended['html_url']}")
    return ended


def _output(run: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "workflowRunId": run["id"],
        "workflowRunUrl": run["url"],
        "workflowRunHtmlUrl": run["html_url"],
        "conclusion": run.get("conclusion"),
    }


ACTION = Action(
    id="github:actions:dispatch",
    title="Start a workflow on GitHub",
    description="Starts a workflow with `workflow_dispatch`; with `wait`, the step is its result.",
    input_schema=schema_of(
        {
            **TARGET,
            "workflowId": text("The workflow's file name, or its id."),
            "branchOrTagName": text("The branch or tag that it runs on."),
            "workflowInputs": record("Its inputs; at most 25."),
            "returnWorkflowRunDetails": flag("Give the run's id and pages."),
            "wait": flag("Wait until it has ended; the step fails where it fails."),
            "timeoutMinutes": TIMEOUT_MINUTES,
        },
        "repoUrl",
        "workflowId",
        "branchOrTagName",
    ),
    output_schema=output_of(
        workflowRunId={"type": ["number", "null"], "description": "The run's id."},
        workflowRunUrl=text("The run in the API."),
        workflowRunHtmlUrl=text("The run's page."),
        conclusion={"type": ["string", "null"], "description": "`success`, once it has ended."},
    ),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Deploy, and wait for it",
            input={
                "repoUrl": "github.com?owner=acme&repo=web",
                "workflowId": "deploy.yml",
                "branchOrTagName": "main",
                "workflowInputs": {"environment": "test"},
                "wait": True,
            },
            output={"conclusion": "success"},
        ),
    ),
)
