"""GraphQL: tasks."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.selectors import get_entity
from portal.extension.batching import introduce
from portal.graphql.nodes import decode_uid
from portal.graphql.pagination import OrderKey, Page, connection_field, page_of_rows
from portal.rest.errors import NotFound
from scaffolder import permissions, selectors
from scaffolder.models import Lineage, Task
from scaffolder.running.lineage import get_lineage
from scaffolder.schema.authoring import AuthoringMutations, AuthoringQueries
from scaffolder.schema.lineage import PortalLineage
from scaffolder.schema.live import ScaffolderSubscriptions
from scaffolder.schema.mutations import TaskMutations
from scaffolder.schema.task import PortalTask, PortalTaskStatus

__all__ = ["ScaffolderMutations", "ScaffolderQueries", "ScaffolderSubscriptions"]

ORDER = (OrderKey("created_at", descending=True), OrderKey("uid"))


class ScaffolderMutations(TaskMutations, AuthoringMutations):
    """Running templates, deciding about tasks, trying drafts."""


class PortalUseRule(graphene.ObjectType):
    """Whoever may run a template or use an action that is not everybody's."""

    thing = graphene.String(required=True)
    subjects = graphene.List(graphene.NonNull(graphene.String), required=True)


class ScaffolderQueries(AuthoringQueries):
    """Tasks."""

    task = graphene.Field(PortalTask, id=graphene.ID(required=True), description="One's own, by its id.")
    tasks = connection_field(
        PortalTask,
        statuses=graphene.List(graphene.NonNull(PortalTaskStatus), description="In one of these states."),
        template_ref=graphene.String(description="Those of this template."),
        everyones=graphene.Boolean(
            default_value=False, description="Also those of others that the viewer may see."
        ),
        description="The viewer's own, newest first.",
    )
    tasks_to_approve = connection_field(
        PortalTask, description="Others' tasks that wait for the viewer's approval, newest first."
    )
    lineage = graphene.Field(
        PortalLineage,
        entity_ref=graphene.String(required=True),
        description="Which template made an entity; null where none of this portal has, or it is hidden.",
    )
    use_rules = graphene.List(
        graphene.NonNull(PortalUseRule),
        required=True,
        description="Templates and actions that are not everybody's; for administrators.",
    )

    def resolve_task(root: Any, info: GraphQLResolveInfo, id: str) -> Task | None:
        uid = decode_uid(id, "PortalTask")
        task = PortalTask.get_node(info, uid) if uid else None
        return introduce([task])[0] if task else None

    def resolve_tasks(
        root: Any,
        info: GraphQLResolveInfo,
        statuses: list[Any] | None = None,
        template_ref: str | None = None,
        everyones: bool = False,
        **page: Any,
    ) -> Page:
        rows = selectors.find_tasks(viewer=info.context.principal, own=not everyones)
        wanted = [str(getattr(status, "value", status)) for status in statuses or ()]
        if statuses is not None:
            rows = rows.filter(status__in=wanted)
        if template_ref is not None:
            rows = rows.filter(template_ref=template_ref)
        page |= {"statuses": wanted, "template_ref": template_ref, "everyones": everyones}
        return page_of_rows(rows, ORDER, info=info, **page)

    def resolve_tasks_to_approve(root: Any, info: GraphQLResolveInfo, **page: Any) -> Page:
        rows = selectors.find_tasks_to_approve(viewer=info.context.principal)
        return page_of_rows(rows, ORDER, info=info, **page)

    def resolve_lineage(root: Any, info: GraphQLResolveInfo, entity_ref: str) -> Lineage | None:
        viewer = info.context.principal
        try:
            return get_lineage(get_entity(entity_ref, viewer=viewer), viewer=viewer)
        except NotFound:
            return None

    def resolve_use_rules(root: Any, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        rules = permissions.use_rules(viewer=info.context.principal)
        return [{"thing": thing, "subjects": subjects} for thing, subjects in rules.items()]
