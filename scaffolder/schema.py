"""GraphQL: running templates, following and cancelling tasks."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.models import Entity as EntityRow
from catalog.schema.entity import Entity
from catalog.selectors import get_entities_by_refs
from portal.accounts.principal import Principal
from portal.extension.batching import introduce, load_one
from portal.graphql.nodes import Node, decode_uid
from portal.graphql.pagination import OrderKey, Page, connection_field, page_of_rows
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import JSON, DateTime, JSONText
from scaffolder import selectors, services
from scaffolder.models import LogLine, Step, Task

ORDER = (OrderKey("created_at", descending=True), OrderKey("uid"))

PortalTaskStatus = graphene.Enum("PortalTaskStatus", [(name, name.lower()) for name in Task.Status.names])
PortalStepStatus = graphene.Enum("PortalStepStatus", [(name, name.lower()) for name in Step.Status.names])


class PortalTaskStep(graphene.ObjectType):
    """A step of a task. It is finished once, whatever becomes of the worker."""

    id = graphene.String(required=True, description="The step's id in the template.")
    name = graphene.String(required=True)
    action = graphene.String(required=True)
    status = PortalStepStatus(required=True)
    started_at = DateTime()
    finished_at = DateTime()
    error = graphene.String()

    def resolve_id(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.step_id)

    def resolve_status(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.status)

    def resolve_error(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.error or None


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

    @classmethod
    def get_node(cls, info: GraphQLResolveInfo, uid: uuid.UUID) -> Task | None:
        return selectors.find_tasks(viewer=info.context.principal).filter(uid=uid).first()

    @classmethod
    def is_type_of(cls, root: Any, info: GraphQLResolveInfo) -> bool:
        return isinstance(root, Task)

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


class RunTemplateInput(graphene.InputObjectType):
    template_ref = graphene.String(required=True)
    parameters = JSON(required=True)
    secrets = JSON(description="Names and texts: kept encrypted, shown to nobody, gone when the task ends.")
    idempotency_key = graphene.String(description="Asking again with the same key gives the same task.")


class RunTemplatePayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


class CancelTaskInput(graphene.InputObjectType):
    id = graphene.ID(required=True)


class CancelTaskPayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


def _run_template(info: GraphQLResolveInfo, input: Any) -> RunTemplatePayload:
    """Run a template. All of it is checked before any of it is done."""
    task = services.run_template(
        input.template_ref,
        input.parameters,
        actor=info.context.principal,
        secrets=input.get("secrets"),
        idempotency_key=input.get("idempotency_key"),
    )
    return RunTemplatePayload(task=introduce([task])[0])


def _cancel_task(info: GraphQLResolveInfo, input: Any) -> CancelTaskPayload:
    """Cancel a task: at once while it waits, before its next effect while it runs."""
    uid = decode_uid(input.id, "PortalTask")
    return CancelTaskPayload(task=introduce([services.cancel_task(uid, actor=info.context.principal)])[0])


class ScaffolderQueries:
    """Tasks."""

    task = graphene.Field(PortalTask, id=graphene.ID(required=True), description="One's own, by its id.")
    tasks = connection_field(PortalTask, description="The viewer's own, newest first.")

    def resolve_task(root: Any, info: GraphQLResolveInfo, id: str) -> Task | None:
        uid = decode_uid(id, "PortalTask")
        task = PortalTask.get_node(info, uid) if uid else None
        return introduce([task])[0] if task else None

    def resolve_tasks(root: Any, info: GraphQLResolveInfo, **page: Any) -> Page:
        rows = selectors.find_tasks(viewer=info.context.principal, own=True)
        return page_of_rows(rows, ORDER, info=info, **page)


class ScaffolderMutations:
    """Running and cancelling."""

    run_template = mutation(RunTemplateInput, RunTemplatePayload, _run_template)
    cancel_task = mutation(CancelTaskInput, CancelTaskPayload, _cancel_task)


def _templates(tasks: Sequence[Task], viewer: Principal) -> Mapping[int, EntityRow]:
    found = get_entities_by_refs({task.template_ref for task in tasks}, viewer)
    introduce(found.values())
    return {task.pk: found[task.template_ref] for task in tasks if task.template_ref in found}


def _steps(tasks: Sequence[Task], viewer: Principal) -> Mapping[int, list[Step]]:
    return selectors.steps_by_task(tasks, viewer=viewer)


def _log_lines(
    tasks: Sequence[Task], viewer: Principal, after: int, first: int
) -> Mapping[int, list[LogLine]]:
    return selectors.log_lines_by_task(tasks, viewer=viewer, after=after, first=first)


def _items(task: Task, key: str) -> list[dict[str, Any]]:
    items = json.loads(task.output).get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
