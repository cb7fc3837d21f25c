"""GraphQL: a step of a task, and what it hangs together with."""

import json
import re
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.graphql.scalars import DateTime
from scaffolder.models import Step

PortalStepStatus = graphene.Enum("PortalStepStatus", [(name, name.lower()) for name in Step.Status.names])
USED_STEP = re.compile(r"""\bsteps\s*(?:\.\s*([\w-]+)|\[\s*\\?['"]([^'"\\]+))""")


class PortalTaskStep(graphene.ObjectType):
    """A step of a task. It is finished once, whatever becomes of the worker."""

    id = graphene.String(required=True, description="The step's id in the template.")
    name = graphene.String(required=True)
    action = graphene.String(required=True)
    status = PortalStepStatus(required=True)
    started_at = DateTime()
    finished_at = DateTime()
    error = graphene.String()
    condition = graphene.String(description="Its `if`, as the template says it.")
    each = graphene.String(description="What it is done once for, as the template says it.")
    uses = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Ids of the steps whose output it uses."
    )

    def resolve_id(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.step_id)

    def resolve_status(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.status)

    def resolve_error(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.error or None

    def resolve_condition(root: Any, info: GraphQLResolveInfo) -> str | None:
        return _as_written(written_step(root).get("if"))

    def resolve_each(root: Any, info: GraphQLResolveInfo) -> str | None:
        return _as_written(written_step(root).get("each"))

    def resolve_uses(root: Any, info: GraphQLResolveInfo) -> list[str]:
        return used_steps(root)


def written_step(step: Step) -> dict[str, Any]:
    """The step as the template had it when the task was accepted; its task must have been loaded with it."""
    steps = json.loads(step.task.spec).get("steps", [])
    written: dict[str, Any] = steps[step.position] if step.position < len(steps) else {}
    return written


def used_steps(step: Step) -> list[str]:
    """Ids of the steps before it that its expressions name, in the order of the template."""
    written = written_step(step)
    text = json.dumps([written.get("input"), written.get("if"), written.get("each")], ensure_ascii=False)
    named = {plain or quoted for plain, quoted in USED_STEP.findall(text)}
    earlier = json.loads(step.task.spec).get("steps", [])[: step.position]
    return [one["id"] for one in earlier if one["id"] in named]


def _as_written(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
