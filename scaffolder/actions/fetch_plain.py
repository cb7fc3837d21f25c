"""fetch:plain: files into the workspace, as they are."""

from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.rendering import PLACE, fetched
from scaffolder.running.workspace import checked_path


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    target = checked_path(str(input.get("targetPath") or ""), parameter="targetPath")
    count = 0
    for file in fetched(input, context):
        inside = checked_path(file.path, parameter="url")
        path = f"{target}/{inside}" if target else inside
        context.workspace.write(path, file.content, executable=file.executable)
        count += 1
    context.log(f"Fetched {count} files from {input['url']}")
    return {}


ACTION = Action(
    id="fetch:plain",
    title="Fetch files",
    description="Copies a folder or a file into the workspace, as it is.",
    input_schema={
        "type": "object",
        "required": ["url"],
        "additionalProperties": False,
        "properties": {
            **PLACE,
            "targetPath": {"type": "string", "description": "Folder of the workspace; its root if left out."},
        },
    },
    output_schema={"type": "object", "properties": {}},
    run=_run,
    fills_workspace=True,
    examples=(
        Example(
            "Copy a folder",
            input={"url": "./docs", "targetPath": "documentation"},
            files={"docs/index.md": "# ${{ values.name }}\n", "docs/.hidden": "x"},
            makes={"documentation/index.md": "# ${{ values.name }}\n", "documentation/.hidden": "x"},
        ),
    ),
)
