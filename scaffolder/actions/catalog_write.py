"""catalog:write: a descriptor of the catalog into the workspace."""

from collections.abc import Mapping
from typing import Any

import yaml

from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.running.workspace import checked_path

DEFAULT_PATH = "catalog-info.yaml"


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    path = checked_path(str(input.get("filePath") or DEFAULT_PATH), parameter="filePath")
    if not path:
        raise ActionError("filePath: it must be the path of a file.")
    text = yaml.safe_dump(dict(input["entity"]), sort_keys=False, allow_unicode=True, width=110)
    context.workspace.write(path, text.encode())
    context.log(f"Wrote {path}")
    return {}


ACTION = Action(
    id="catalog:write",
    title="Write a descriptor",
    description="Writes an entity's descriptor as YAML into the workspace.",
    input_schema={
        "type": "object",
        "required": ["entity"],
        "additionalProperties": False,
        "properties": {
            "filePath": {"type": "string", "description": f"Path in the workspace; `{DEFAULT_PATH}`."},
            "entity": {
                "type": "object",
                "required": ["apiVersion", "kind", "metadata"],
                "description": "The descriptor.",
            },
        },
    },
    output_schema={"type": "object", "properties": {}},
    run=_run,
    fills_workspace=True,
    examples=(
        Example(
            "Describe a component",
            input={
                "entity": {
                    "apiVersion": "backstage.io/v1alpha1",
                    "kind": "Component",
                    "metadata": {"name": "cart"},
                    "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
                }
            },
            makes={
                "catalog-info.yaml": (
                    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: cart\n"
                    "spec:\n  type: service\n  lifecycle: production\n  owner: team-a\n"
                )
            },
        ),
    ),
)
