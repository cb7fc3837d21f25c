"""The action that the dummy plugin adds."""

from collections.abc import Mapping
from typing import Any

from portal.plugin_api.scaffolder import Action, ActionContext, Example


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    context.log(f"Hello {input['name']}")
    return {"greeting": f"Hello {input['name']}"}


greet = Action(
    id="dummy:greet",
    title="Greet",
    description="Says hello.",
    input_schema={
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "description": "Whom to greet."}},
    },
    output_schema={"type": "object", "properties": {"greeting": {"type": "string"}}},
    run=_run,
    examples=(Example("Greet Jane", input={"name": "Jane"}, output={"greeting": "Hello Jane"}),),
)
