"""The Entity interface: what every entity of every kind has."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.extension_points import entity_fields, entity_panels
from catalog.kinds.names import type_names
from catalog.schema import resolvers as r
from catalog.schema.facets import facets_field
from catalog.schema.history import EntityEvent, entity_history
from catalog.schema.places import PortalLocation, PortalProblem
from catalog.schema.provenance import overlays_field
from catalog.schema.relations import EntityRelation
from portal.extension.fields import entity_fields_mixin
from portal.graphql.links import EntityLink
from portal.graphql.nodes import Node
from portal.graphql.pagination import connection_field
from portal.graphql.panels import entity_panels_fields
from portal.graphql.scalars import JSON, DateTime

PluginFields: Any = entity_fields_mixin(entity_fields.read())


class Entity(PluginFields, graphene.Interface):
    """Something in the catalog, with its plugins' fields: one nullable field per plugin, named after it."""

    class Meta:
        interfaces = (Node,)

    id = graphene.ID(required=True, resolver=Node.resolve_id)
    uid = graphene.ID(required=True, resolver=r.uid)
    ref = graphene.String(required=True, description="<kind>:<namespace>/<name>, in lower case.")
    api_version = graphene.String(required=True, resolver=r.api_version)
    kind = graphene.String(required=True)
    namespace = graphene.String(required=True)
    name = graphene.String(required=True)
    title = graphene.String(resolver=r.title, description="metadata.title")
    display_name = graphene.String(
        required=True,
        resolver=r.shown_name,
        description="The title, the name in the profile, or else the name.",
    )
    description = graphene.String(resolver=r.description)
    type = graphene.String(resolver=r.type_)
    lifecycle = graphene.String(resolver=r.lifecycle)
    tags = graphene.List(graphene.NonNull(graphene.String), required=True, resolver=r.tags)
    labels = JSON(required=True, resolver=r.labels)
    annotations = JSON(required=True, resolver=r.annotations)
    links = graphene.List(graphene.NonNull(EntityLink), required=True, resolver=r.links)
    owner = graphene.Field(
        lambda: Entity, resolver=r.owner, description="Null where it is hidden or missing."
    )
    owner_ref = graphene.String(resolver=r.owner_ref, description="As declared; null where it is hidden.")
    relations = connection_field(
        EntityRelation,
        type=graphene.String(description="Only this type: `ownedBy`, `dependsOn`, …"),
        resolver=r.relations,
        description="In both directions. An end that the viewer may not see is absent.",
    )
    metadata = JSON(required=True, resolver=r.metadata)
    spec = JSON(
        path=graphene.String(description="Only the value at this dotted path: `profile.email`."),
        resolver=r.spec,
    )
    document = JSON(
        required=True, resolver=r.document, description="The whole entity, its keys in the file's order."
    )
    descriptor = graphene.String(resolver=r.descriptor, description="The YAML as the source has it.")
    problems = graphene.List(graphene.NonNull(PortalProblem), required=True, resolver=r.problems)
    overlays = overlays_field()
    location = graphene.Field(PortalLocation, resolver=r.location)
    source_path = graphene.String(resolver=r.source_path)
    source_line = graphene.Int(resolver=r.source_line)
    orphan = graphene.Boolean(required=True, description="Kept, though its source declares it no longer.")
    is_favourite = graphene.Boolean(required=True, resolver=r.is_favourite)
    created_at = DateTime(required=True)
    updated_at = DateTime(required=True)
    etag = graphene.String(
        required=True, resolver=r.etag, description="Changes whenever the document changes."
    )
    aliases = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        resolver=r.aliases,
        description="Former refs, which still lead here.",
    )
    history = connection_field(
        EntityEvent,
        resolver=entity_history,
        description="What happened to it and to its relations, newest first.",
    )
    panels, panel_places = entity_panels_fields(entity_panels)

    @staticmethod
    def connection_fields() -> dict[str, graphene.Field]:
        return {"facets": facets_field()}

    @classmethod
    def resolve_type(cls, root: Any, info: GraphQLResolveInfo) -> Any:
        """The object type of the entity's kind; PortalEntity for a kind that the schema does not know."""
        for name in (*type_names(root.kind), "PortalEntity"):
            found = getattr(info.schema.get_type(name), "graphene_type", None)
            if getattr(found, "is_type_of_kind", None) in (root.kind, ""):
                return found
        return None
