"""fetch:plain: files from beside the template into the workspace, as they are."""

from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.running.workspace import checked_path


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    target = checked_path(str(input.get("targetPath") or ""), parameter="targetPath")
    count = 0
    for file in context.template_files(str(input["url"])):
        context.check()
        inside = checked_path(file.path, parameter="url")
        path = f"{target}/{inside}" if target else inside
        context.workspace.write(path, file.content, executable=file.executable)
        count += 1
    context.log(f"Fetched {count} files from {input['url']}")
    return {}


ACTION = Action(
    id="fetch:plain",
    title="Fetch files",
    description="Copies a folder or a file from beside the template into the workspace, as it is.",
    input_schema={
        "type": "object",
        "required": ["url"],
        "additionalProperties": False,
        "properties": {
            "url": {
                "type": "string",
                "description": "Path of a folder or file, relative to the template's own file.",
            },
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
