"""Where what an entity shows comes from, and who may see it: overlays, field by field, access."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
import orjson
from graphql import GraphQLResolveInfo

from catalog.access import Access, explain_access
from catalog.models import Entity, Overlay
from catalog.provenance.explanation import Explanation, explain_field, overlays_of
from portal.accounts.principal import Principal
from portal.extension.batching import load_one
from portal.graphql.scalars import JSON, DateTime


class EntityOverlay(graphene.ObjectType):
    """A value that somebody set over what the descriptor says; it stays when the descriptor is read again."""

    path = graphene.String(required=True, description="JSON pointer: /spec/owner")
    value = JSON(description="Null where it takes the field out.")
    reason = graphene.String(required=True)
    author = graphene.String(required=True)
    at = DateTime(required=True)

    def resolve_value(root: Any, info: GraphQLResolveInfo) -> Any:
        return orjson.loads(root.value)


def overlays_field() -> graphene.Field:
    """Entity's field `overlays`."""

    def resolve(entity: Entity, info: GraphQLResolveInfo) -> list[Overlay]:
        return load_one(_overlays, entity, info.context.principal) or []

    return graphene.List(
        graphene.NonNull(EntityOverlay),
        required=True,
        resolver=resolve,
        description="What people set over the descriptor, outer paths first.",
    )


def _overlays(entities: Sequence[Entity], viewer: Principal) -> Mapping[int, list[Overlay]]:
    return overlays_of(list(entities))


class FieldOrigin(graphene.Enum):
    """Who says something about a field."""

    SOURCE = "SOURCE"
    OVERLAY = "OVERLAY"
    DERIVED = "DERIVED"


class FieldLayer(graphene.ObjectType):
    """One who says something about a field."""

    origin = FieldOrigin(required=True)
    path = graphene.String(
        required=True, description="What it speaks of: the field, what holds it, or a part of it."
    )
    value = JSON()
    source = graphene.String(description="The location's target; null where it is hidden.")
    file = graphene.String()
    line = graphene.Int()
    at = DateTime(description="When it was set, or last read.")
    actor = graphene.String()
    reason = graphene.String()
    wins = graphene.Boolean(required=True, description="The entity shows this value.")


class FieldExplanation(graphene.ObjectType):
    """A field of an entity and everybody who says something about it, the strongest first."""

    path = graphene.String(required=True)
    value = JSON()
    layers = graphene.List(graphene.NonNull(FieldLayer), required=True)


class AccessEntry(graphene.ObjectType):
    """Somebody who may see or change an entity, and why."""

    subject = graphene.String(required=True, description="A ref, `everyone` or `administrators`.")
    role = graphene.String(required=True, description="reader, editor or owner")
    because = graphene.String(required=True)


def _entries() -> graphene.List:
    return graphene.List(graphene.NonNull(AccessEntry), required=True)


class EntityAccess(graphene.ObjectType):
    """Who may see and change an entity. Readers read; editors and owners change too."""

    everyone = graphene.Boolean(required=True, description="All who sign in may see it.")
    readers = _entries()
    editors = _entries()
    owners = _entries()
    complete = graphene.Boolean(
        required=True,
        description="False for who may not change it: then the lists name the viewer's own groups only.",
    )


class ProvenanceQueries:
    """Explaining what is shown."""

    explain_field = graphene.Field(
        FieldExplanation,
        ref=graphene.String(required=True),
        path=graphene.String(required=True, description="JSON pointer: /spec/owner"),
        required=True,
        description="Who says what a field of an entity holds.",
    )
    explain_access = graphene.Field(
        EntityAccess,
        ref=graphene.String(required=True),
        required=True,
        description="Who can see and change an entity.",
    )

    def resolve_explain_field(root: Any, info: GraphQLResolveInfo, ref: str, path: str) -> Explanation:
        return explain_field(ref, path, viewer=info.context.principal)

    def resolve_explain_access(root: Any, info: GraphQLResolveInfo, ref: str) -> Access:
        return explain_access(ref, viewer=info.context.principal)
