"""fetch:plain:file and fetch:template:file: one file to a path of the workspace."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.actions.rendering import (
    PLACE,
    RENDERING,
    BaseFiles,
    fetched,
    rendered,
    syntax_of,
    template_values,
)
from scaffolder.running.workspace import checked_path
from scaffolder.templates.skeletons import SkeletonFile

WHERE: dict[str, Any] = {
    **PLACE,
    "targetPath": {"type": "string", "description": "Path of the file in the workspace."},
}


def _run_plain(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    target, file = _file(input, context)
    context.workspace.write(target, file.content, executable=file.executable)
    context.log(f"Fetched {input['url']} to {target}")
    return {}


def _run_template(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    target, file = _file(input, context)
    content = rendered(
        file, template_values(input), context, syntax=syntax_of(input), base=BaseFiles(input, context)
    )
    if context.workspace.write(
        target, content, executable=file.executable, replace=bool(input.get("replace"))
    ):
        context.log(f"Fetched {input['url']} to {target}")
    return {}


def _file(input: Mapping[str, Any], context: ActionContext) -> tuple[str, SkeletonFile]:
    target = checked_path(str(input["targetPath"]), parameter="targetPath")
    if not target:
        raise ActionError("targetPath: it must be the path of a file.")
    files = list(fetched(input, context))
    name = urlsplit(str(input["url"])).path.rstrip("/").rpartition("/")[2]
    if len(files) != 1 or files[0].path != unquote(name):
        raise ActionError(
            f"url: {input['url']} is not one file; folders are for fetch:plain and fetch:template."
        )
    return target, files[0]


PLAIN = Action(
    id="fetch:plain:file",
    title="Fetch a file",
    description="Copies one file to a path of the workspace, as it is.",
    input_schema={
        "type": "object",
        "required": ["url", "targetPath"],
        "additionalProperties": False,
        "properties": WHERE,
    },
    output_schema={"type": "object", "properties": {}},
    run=_run_plain,
    fills_workspace=True,
    examples=(
        Example(
            "Copy a licence",
            input={"url": "./shared/LICENSE", "targetPath": "LICENSE.txt"},
            files={"shared/LICENSE": "MIT\n"},
            makes={"LICENSE.txt": "MIT\n"},
        ),
    ),
)
TEMPLATE = Action(
    id="fetch:template:file",
    title="Fetch and render a file",
    description="Renders one file to a path of the workspace.",
    input_schema={
        "type": "object",
        "required": ["url", "targetPath"],
        "additionalProperties": False,
        "properties": {
            **WHERE,
            **RENDERING,
            "replace": {"type": "boolean", "description": "Replace a file that is in the workspace already."},
        },
    },
    output_schema={"type": "object", "properties": {}},
    run=_run_template,
    fills_workspace=True,
    examples=(
        Example(
            "Render a descriptor",
            input={
                "url": "./catalog-info.yaml",
                "targetPath": "catalog-info.yaml",
                "values": {"name": "cart"},
            },
            files={"catalog-info.yaml": "metadata:\n  name: ${{ values.name }}\n"},
            makes={"catalog-info.yaml": "metadata:\n  name: cart\n"},
        ),
    ),
)
