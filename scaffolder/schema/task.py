"""GraphQL: what a task is, with its steps, its log, its plan and its effects."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.models import Entity as EntityRow
from catalog.schema.entity import Entity
from catalog.selectors import get_entities_by_refs
from portal.accounts.principal import Principal
from portal.extension.batching import introduce, load_one
from portal.graphql.nodes import Node
from portal.graphql.scalars import JSON, DateTime, JSONText
from scaffolder import selectors
from scaffolder.models import Approval, EffectRecord, LogLine, Step, Task
from scaffolder.permissions import may_approve
from scaffolder.running.attempt import SCOPE
from scaffolder.running.lifecycle import can_undo
from scaffolder.schema.plan import PortalApproval, PortalEffect, PortalPlannedEffect
from scaffolder.schema.step import PortalTaskStep

PortalTaskStatus = graphene.Enum("PortalTaskStatus", [(name, name.lower()) for name in Task.Status.names])
PortalTaskPriority = graphene.Enum("PortalTaskPriority", [(item.name, item.value) for item in Task.Priority])
PortalTaskAim = graphene.Enum("PortalTaskAim", [(item.name, item.value) for item in Task.Aim])


class PortalTaskLogLine(graphene.ObjectType):
    """A line of a task's log. Ids grow: ask for what comes `after` the last one you have."""

    id = graphene.Int(required=True)
    step_id = graphene.String()
    at = DateTime(required=True)
    level = graphene.String(required=True, description="info, warning or error")
    message = graphene.String(required=True)

    def resolve_step_id(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.step_id or None


class PortalOutputLink(graphene.ObjectType):
    """A link that the template gives when it has completed."""

    title = graphene.String(required=True)
    url = graphene.String()
    entity_ref = graphene.String()
    icon = graphene.String()


class PortalOutputText(graphene.ObjectType):
    """A text that the template gives when it has completed; Markdown."""

    title = graphene.String(required=True)
    content = graphene.String(required=True)


class PortalTask(graphene.ObjectType):
    """One run of a template."""

    class Meta:
        interfaces = (Node,)
        possible_types = (Task,)

    status = PortalTaskStatus(required=True)
    cancel_requested = graphene.Boolean(required=True, description="It stops before its next effect.")
    template = graphene.Field(Entity, description="Null where it is gone or hidden.")
    template_ref = graphene.String(required=True)
    template_title = graphene.String(required=True)
    parameters = JSON(required=True)
    created_by = graphene.String(required=True)
    created_at = DateTime(required=True)
    started_at = DateTime()
    finished_at = DateTime()
    steps = graphene.List(graphene.NonNull(PortalTaskStep), required=True)
    log = graphene.List(
        graphene.NonNull(PortalTaskLogLine),
        required=True,
        after=graphene.Int(default_value=0, description="Id of the last line you have."),
        first=graphene.Int(default_value=100, description="1 to 1,000 lines."),
    )
    output_links = graphene.List(graphene.NonNull(PortalOutputLink), required=True)
    output_text = graphene.List(graphene.NonNull(PortalOutputText), required=True)
    output = JSON(description="Everything the template gives, as it was rendered.")
    error = graphene.String()
    awaits = graphene.String(description="Address of what a parked task waits for outside.")
    awaits_until = DateTime(description="Until when it waits for that.")
    template_hash = graphene.String(required=True, description="SHA-256 of the template as it was.")
    priority = PortalTaskPriority(required=True)
    aim = PortalTaskAim(required=True, description="What a worker does with it: run, plan or undo it.")
    plan = graphene.List(graphene.NonNull(PortalPlannedEffect), description="Null until it is planned.")
    plan_hash = graphene.String(description="Names the plan when you approve it.")
    approvals_needed = graphene.Int(required=True)
    approvers = graphene.List(graphene.NonNull(graphene.String), required=True)
    approvals = graphene.List(graphene.NonNull(PortalApproval), required=True)
    effects = graphene.List(graphene.NonNull(PortalEffect), required=True)
    can_cancel = graphene.Boolean(required=True, description="By the viewer, now; the same for the others.")
    can_retry = graphene.Boolean(required=True)
    can_undo = graphene.Boolean(required=True)
    can_approve = graphene.Boolean(required=True)
    secret_names = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="To be given again when it is retried."
    )

    @classmethod
    def get_node(cls, info: GraphQLResolveInfo, uid: uuid.UUID) -> Task | None:
        return selectors.find_tasks(viewer=info.context.principal).filter(uid=uid).first()

    def resolve_status(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.status)

    def resolve_template(root: Any, info: GraphQLResolveInfo) -> EntityRow | None:
        return load_one(_templates, root, info.context.principal)

    def resolve_parameters(root: Any, info: GraphQLResolveInfo) -> JSONText:
        return JSONText(root.parameters)

    def resolve_steps(root: Any, info: GraphQLResolveInfo) -> list[Step]:
        return load_one(_steps, root, info.context.principal) or []

    def resolve_log(root: Any, info: GraphQLResolveInfo, after: int, first: int) -> Any:
        return load_one(_log_lines, root, info.context.principal, after, first) or []

    def resolve_output_links(root: Any, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return [
            {
                "title": _text(link.get("title"))
                or _text(link.get("url"))
                or _text(link.get("entityRef"))
                or "",
                "url": _text(link.get("url")),
                "entity_ref": _text(link.get("entityRef")),
                "icon": _text(link.get("icon")),
            }
            for link in _items(root, "links")
        ]

    def resolve_output_text(root: Any, info: GraphQLResolveInfo) -> list[dict[str, str]]:
        return [
            {"title": _text(text.get("title")) or "", "content": _text(text.get("content")) or ""}
            for text in _items(root, "text")
        ]

    def resolve_output(root: Any, info: GraphQLResolveInfo) -> JSONText | None:
        return JSONText(root.output) if root.status == Task.Status.COMPLETED else None

    def resolve_error(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.error or None

    def resolve_awaits(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.awaits if root.status == Task.Status.PARKED and root.awaits else None

    def resolve_awaits_until(root: Any, info: GraphQLResolveInfo) -> datetime | None:
        return root.awaits_until if root.status == Task.Status.PARKED else None

    def resolve_priority(root: Any, info: GraphQLResolveInfo) -> int:
        return int(root.priority)

    def resolve_aim(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.aim)

    def resolve_plan(root: Any, info: GraphQLResolveInfo) -> Any:
        return json.loads(root.plan) if root.plan_hash else None

    def resolve_plan_hash(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.plan_hash or None

    def resolve_approvals(root: Any, info: GraphQLResolveInfo) -> list[Approval]:
        return load_one(_approvals, root, info.context.principal) or []

    def resolve_effects(root: Any, info: GraphQLResolveInfo) -> list[EffectRecord]:
        return load_one(_effects, root, info.context.principal) or []

    def resolve_can_cancel(root: Any, info: GraphQLResolveInfo) -> bool:
        return is_own(root, info) and root.status not in Task.ENDED and not root.cancel_requested

    def resolve_can_retry(root: Any, info: GraphQLResolveInfo) -> bool:
        return is_own(root, info) and root.status in (Task.Status.FAILED, Task.Status.CANCELLED)

    def resolve_can_undo(root: Any, info: GraphQLResolveInfo) -> bool:
        effects = load_one(_effects, root, info.context.principal) or []
        left = any(effect.state in EffectRecord.LEFTOVERS for effect in effects)
        return is_own(root, info) and can_undo(root, left=left)

    def resolve_can_approve(root: Any, info: GraphQLResolveInfo) -> bool:
        return may_approve(info.context.principal, root)

    def resolve_secret_names(root: Any, info: GraphQLResolveInfo) -> list[str]:
        return list(json.loads(root.spec).get("secretNames", ()))


def is_own(task: Task, info: GraphQLResolveInfo) -> bool:
    """Whether the viewer may decide what becomes of the task."""
    viewer: Principal = info.context.principal
    return viewer.has_scope(SCOPE) and (viewer.is_admin or task.account == viewer.account)


def _templates(tasks: Sequence[Task], viewer: Principal) -> Mapping[int, EntityRow]:
    found = get_entities_by_refs({task.template_ref for task in tasks}, viewer)
    introduce(found.values())
    return {task.pk: found[task.template_ref] for task in tasks if task.template_ref in found}


def _steps(tasks: Sequence[Task], viewer: Principal) -> Mapping[int, list[Step]]:
    found = selectors.steps_by_task(tasks, viewer=viewer)
    for task in tasks:
        for step in found[task.pk]:
            step.task = task
    return found


def _approvals(tasks: Sequence[Task], viewer: Principal) -> Mapping[int, list[Approval]]:
    return selectors.approvals_by_task(tasks, viewer=viewer)


def _effects(tasks: Sequence[Task], viewer: Principal) -> Mapping[int, list[EffectRecord]]:
    return selectors.effects_by_task(tasks, viewer=viewer)


def _log_lines(
    tasks: Sequence[Task], viewer: Principal, after: int, first: int
) -> Mapping[int, list[LogLine]]:
    return selectors.log_lines_by_task(tasks, viewer=viewer, after=after, first=first)


def _items(task: Task, key: str) -> list[dict[str, Any]]:
    items = json.loads(task.output).get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
