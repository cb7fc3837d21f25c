"""debug:wait: nothing happens for a while."""

from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import Action, ActionContext, ActionError, Example, Plan

MAX_SECONDS = 600


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    seconds = (
        60 * float(input.get("minutes") or 0)
        + float(input.get("seconds") or 0)
        + float(input.get("milliseconds") or 0) / 1000
    )
    if seconds > MAX_SECONDS:
        raise ActionError(f"A step may wait for at most {MAX_SECONDS} seconds; this is {seconds:g}.")
    context.sleep(seconds)
    return {}


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    return Plan(())


def _number(what: str) -> dict[str, Any]:
    return {"type": "number", "minimum": 0, "description": f"{what}; the sum is at most ten minutes."}


ACTION = Action(
    id="debug:wait",
    title="Wait",
    description="Waits for a while, at most ten minutes; nobody works on the task meanwhile.",
    input_schema={
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "minutes": _number("Minutes"),
            "seconds": _number("Seconds"),
            "milliseconds": _number("Milliseconds"),
        },
    },
    output_schema={"type": "object", "properties": {}},
    run=_run,
    plan=_plan,
    examples=(Example("Wait for a moment", input={"milliseconds": 10}),),
)
