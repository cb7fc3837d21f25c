"""A relation in GraphQL: its other end, and who says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.models import Entity
from catalog.provenance.relations import (
    Declared,
    Seen,
    declared_by_relation,
    places_by_relation,
    since_by_relation,
)
from catalog.selectors import get_entities_by_refs
from portal.accounts.principal import Principal
from portal.extension.batching import introduce, load_one
from portal.graphql.scalars import JSON, DateTime


class RelationEnd:
    """One relation of an entity, seen from it; `pk` is the target, by which ends are loaded together."""

    def __init__(self, ref: str, type: str, target_ref: str) -> None:
        self.ref = ref
        self.type = type
        self.target_ref = target_ref
        self.pk = target_ref

    @property
    def seen(self) -> Seen:
        return self.ref, self.type, self.target_ref


class EntityRelation(graphene.ObjectType):
    """One relation, seen from its entity."""

    type = graphene.String(required=True)
    target_ref = graphene.String(required=True)
    entity = graphene.Field("catalog.schema.entity.Entity", description="Null where nothing has that ref.")
    declared_by = graphene.String(
        description="The ref of the entity whose descriptor says so: this one, or the other end. Null, as "
        "all below, for a relation of the past."
    )
    field = graphene.String(description="The field there: `spec.dependsOn`.")
    attributes = JSON(description="What is written beside the ref.")
    since = DateTime(description="Null where the history does not reach so far back.")
    source = graphene.String(description="The location of that descriptor; null where it is hidden.")
    file = graphene.String()
    line = graphene.Int()

    def resolve_entity(root: Any, info: GraphQLResolveInfo) -> Any:
        return load_one(_targets, root, info.context.principal)

    def resolve_declared_by(root: Any, info: GraphQLResolveInfo) -> str | None:
        said = _declared(root, info)
        return said.source.ref if said else None

    def resolve_field(root: Any, info: GraphQLResolveInfo) -> str | None:
        said = _declared(root, info)
        return (said.field or None) if said else None

    def resolve_attributes(root: Any, info: GraphQLResolveInfo) -> Any:
        said = _declared(root, info)
        return said.shown_attributes if said else None

    def resolve_since(root: Any, info: GraphQLResolveInfo) -> datetime | None:
        return (load_one(_since, root, info.context.principal) or {}).get(root.seen)

    def resolve_source(root: Any, info: GraphQLResolveInfo) -> str | None:
        return _place(root, info)[0]

    def resolve_file(root: Any, info: GraphQLResolveInfo) -> str | None:
        return _place(root, info)[1]

    def resolve_line(root: Any, info: GraphQLResolveInfo) -> int | None:
        return _place(root, info)[2]


def _targets(ends: Sequence[RelationEnd], viewer: Principal) -> Mapping[str, Entity]:
    found = get_entities_by_refs([end.target_ref for end in ends], viewer)
    introduce(found.values())
    return found


def _declared(end: RelationEnd, info: GraphQLResolveInfo) -> Declared | None:
    return (load_one(_all_declared, end, info.context.principal) or {}).get(end.seen)


def _place(end: RelationEnd, info: GraphQLResolveInfo) -> tuple[str | None, str | None, int | None]:
    return (load_one(_all_places, end, info.context.principal) or {}).get(end.seen, (None, None, None))


def _all_declared(ends: Sequence[RelationEnd], viewer: Principal) -> Mapping[str, dict[Seen, Declared]]:
    found = declared_by_relation([end.seen for end in ends], viewer=viewer)
    return dict.fromkeys((end.pk for end in ends), found)


def _since(ends: Sequence[RelationEnd], viewer: Principal) -> Mapping[str, dict[Seen, datetime]]:
    found = since_by_relation(load_one(_all_declared, ends[0], viewer) or {})
    return dict.fromkeys((end.pk for end in ends), found)


def _all_places(
    ends: Sequence[RelationEnd], viewer: Principal
) -> Mapping[str, dict[Seen, tuple[str, str, int]]]:
    found = places_by_relation(load_one(_all_declared, ends[0], viewer) or {}, viewer=viewer)
    return dict.fromkeys((end.pk for end in ends), found)


OF_THE_PAST = (_targets,)
"""What a relation of the past can load: what is at its other end now."""
