"""debug:log: a line in the task's log, and the list of the workspace's files."""

from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    if "message" in input:
        context.log(str(input["message"]))
    if input.get("listWorkspace"):
        files = "\n".join(f"  - {path}" for path, _ in context.workspace.list_files())
        context.log(f"Workspace:\n{files}")
    return {}


ACTION = Action(
    id="debug:log",
    title="Log a message",
    description="Writes a message into the task's log, or lists the files of the workspace.",
    input_schema={
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "message": {"type": ["string", "number", "boolean"], "description": "The line to write."},
            "listWorkspace": {
                "type": ["boolean", "string"],
                "description": "List the workspace's files.",
            },
        },
    },
    output_schema={"type": "object", "properties": {}},
    run=_run,
    supports_dry_run=True,
    examples=(
        Example("Say hello", input={"message": "Hello"}),
        Example("List what is there", input={"listWorkspace": True}),
    ),
)
