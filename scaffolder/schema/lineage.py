"""GraphQL: which template made an entity, with which answers."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.models import Entity as EntityRow
from catalog.schema.entity import Entity
from catalog.selectors import get_entities_by_refs
from portal.extension.batching import introduce
from portal.graphql.scalars import JSON, DateTime, JSONText
from portal.rest.errors import PortalError
from scaffolder.services import get_template


class PortalLineage(graphene.ObjectType):
    """Where something comes from. It stays when the task and the template are gone."""

    ref = graphene.String(required=True, description="What was made: `git:default/cart`.")
    template_ref = graphene.String(required=True)
    template_hash = graphene.String(required=True, description="SHA-256 of the template as it was.")
    template = graphene.Field(Entity, description="As it is now; null where it is gone or hidden.")
    is_current = graphene.Boolean(
        description="Whether the template is still of that version; null where it is gone, hidden or broken."
    )
    answers = JSON(required=True, description="The values of the form.")
    task_id = graphene.String(required=True)
    created_by = graphene.String(required=True)
    at = DateTime(required=True)
    keeps_base = graphene.Boolean(required=True, description="Whether the rendered files are kept.")

    def resolve_template_hash(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.template_version.hash)

    def resolve_template(root: Any, info: GraphQLResolveInfo) -> EntityRow | None:
        found = get_entities_by_refs({root.template_ref}, info.context.principal).get(root.template_ref)
        return introduce([found])[0] if found else None

    def resolve_is_current(root: Any, info: GraphQLResolveInfo) -> bool | None:
        try:
            template, _ = get_template(root.template_ref, viewer=info.context.principal)
        except PortalError:
            return None
        return bool(template.hash == root.template_version.hash)

    def resolve_answers(root: Any, info: GraphQLResolveInfo) -> JSONText:
        return JSONText(root.answers)

    def resolve_task_id(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.task_uid)

    def resolve_keeps_base(root: Any, info: GraphQLResolveInfo) -> bool:
        return root.base_id is not None
