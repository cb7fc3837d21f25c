"""One GraphQL object type for each kind, made from the kind's JSON Schema and relation fields.

Every kind has what Entity has. It adds its relation fields (`system`, `providesApis`), the relations that
lead back to it (`hasPart`, `apiProvidedBy`) and the other keys of its `spec` in camelCase. A key whose name
is taken already is reached by `spec(path:)` only.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.kinds import Kind, KindSet, RelationField
from catalog.kinds.names import graphql_name, type_names
from catalog.models import Entity as EntityRow
from catalog.schema import loading
from catalog.schema.entity import Entity
from catalog.schema.filters import EntityFilter, to_query
from catalog.selectors import get_entity_by_uid
from portal.graphql.nodes import Node
from portal.graphql.pagination import Page, connection_field
from portal.graphql.scalars import JSON
from portal.rest.errors import NotFound

OWNERS = {"Group": "ownerOf", "User": "ownerOf"}
"""Kinds that may own, whichever of them is the default kind of `spec.owner`."""

OWN_FIELDS: dict[str, dict[str, graphene.Field]] = {}
"""Fields of single kinds that their schema alone does not give; `portal.schema` says whose they are."""


def kind_types(kinds: KindSet, taken: frozenset[str] = frozenset()) -> list[type[graphene.ObjectType]]:
    """The object type of each kind, and PortalEntity for kinds that the schema does not know.

    A kind with the name of another type, which are in `taken`, gets `Entity` behind it; where there is such a
    type too, its entities are of the type PortalEntity.
    """
    found = []
    for kind in kinds.by_name.values():
        name = next((name for name in type_names(kind.name) if name not in taken), None)
        if name:
            found.append(_object_type(name, kind.name, kind.description, kind_fields(kind, kinds)))
    other = _object_type("PortalEntity", "", "An entity of a kind that this schema does not know.", {})
    return [*found, other]


def _object_type(
    name: str, kind: str, description: str, fields: dict[str, graphene.Field]
) -> type[graphene.ObjectType]:
    meta = type("Meta", (), {"interfaces": (Node, Entity), "description": description})
    # Attributes are named away from Entity's; what clients see is the `name` of each field.
    attributes = {f"own_{field_name}": field for field_name, field in fields.items()}
    return type(
        name,
        (graphene.ObjectType,),
        {"Meta": meta, "is_type_of_kind": kind, "get_node": classmethod(_get_node), **attributes},
    )


def _get_node(cls: Any, info: GraphQLResolveInfo, uid: uuid.UUID) -> EntityRow | None:
    try:
        entity = get_entity_by_uid(uid, viewer=info.context.principal)
    except NotFound:
        return None
    return entity if Entity.resolve_type(entity, info) is cls else None


def kind_fields(kind: Kind, kinds: KindSet) -> dict[str, graphene.Field]:
    """The fields that a kind adds to Entity, by their GraphQL names."""
    taken = {field.name or graphql_name(name) for name, field in Entity._meta.fields.items()}
    fields: dict[str, graphene.Field] = {}
    candidates = [
        *OWN_FIELDS.get(kind.name, {}).items(),
        *_relation_fields(kind, kinds),
        *_inverse_fields(kind, kinds),
        *_spec_fields(kind),
    ]
    for name, field in candidates:
        if name not in taken:
            fields.setdefault(name, field)
    return fields


def _relation_fields(kind: Kind, kinds: KindSet) -> Iterator[tuple[str, graphene.Field]]:
    for relation in kind.relations:
        name = graphql_name(relation.path.rpartition(".")[2])
        if relation.many or _is_declared_from_both_sides(kind, relation, kinds):
            yield name, _related_field(name, relation.type, one=not relation.many, label=relation.label)
        else:
            yield name, _target_field(name, relation)


def _is_declared_from_both_sides(kind: Kind, relation: RelationField, kinds: KindSet) -> bool:
    """Whether the other end may declare it too (`spec.parent` of one group, `spec.children` of the other)."""
    target = kinds.by_name.get((relation.default_kind or "").lower())
    return target is not None and any(
        other.type == relation.inverse and other.default_kind == kind.name for other in target.relations
    )


def _inverse_fields(kind: Kind, kinds: KindSet) -> Iterator[tuple[str, graphene.Field]]:
    own_types = {relation.type for relation in kind.relations}
    if kind.name in OWNERS:
        yield OWNERS[kind.name], _related_field(OWNERS[kind.name], OWNERS[kind.name])
    for other in kinds.by_name.values():
        for relation in other.relations:
            if relation.default_kind == kind.name and relation.inverse not in own_types:
                yield relation.inverse, _related_field(relation.inverse, relation.inverse)


def _target_field(name: str, relation: RelationField) -> graphene.Field:
    def resolve(entity: EntityRow, info: GraphQLResolveInfo) -> EntityRow | None:
        return loading.target_of(entity, relation.path, info.context.principal)

    return graphene.Field(
        Entity, name=name, resolver=resolve, description=f"{relation.label}; null where hidden or missing."
    )


def _related_field(name: str, relation_type: str, *, one: bool = False, label: str = "") -> graphene.Field:
    def resolve(
        entity: EntityRow,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        filter: Any = None,
    ) -> Page:
        return loading.related_page(
            entity, (relation_type,), to_query(filter), info=info, first=first, after=after, filter=filter
        )

    def resolve_one(entity: EntityRow, info: GraphQLResolveInfo) -> EntityRow | None:
        page = loading.related_page(entity, (relation_type,), to_query(None), info=info, first=1, after=None)
        return page.nodes[0] if page.nodes else None

    words = label or f"What has the relation `{relation_type}` from here"
    if one:
        return graphene.Field(
            Entity, name=name, resolver=resolve_one, description=f"{words}; null where hidden or missing."
        )
    return connection_field(
        Entity, name=name, resolver=resolve, filter=EntityFilter(), description=f"{words}, by name."
    )


def _spec_fields(kind: Kind) -> Iterator[tuple[str, graphene.Field]]:
    for key, schema in kind.schema.get("properties", {}).items():
        name = graphql_name(key)
        if name and isinstance(schema, dict):
            type_, accepts = _type_of(schema)
            resolver = _spec_resolver(key, accepts)
            yield (
                name,
                graphene.Field(type_, name=name, resolver=resolver, description=schema.get("description")),
            )


def _type_of(schema: dict[str, Any]) -> tuple[Any, Callable[[Any], bool]]:
    """The GraphQL type of a JSON Schema, and which values it can show."""
    items = schema.get("items")
    match schema.get("type"):
        case "string":
            return graphene.String, lambda value: isinstance(value, str)
        case "boolean":
            return graphene.Boolean, lambda value: isinstance(value, bool)
        case "number" | "integer":
            return graphene.Float, lambda value: isinstance(value, int | float)
        case "array" if isinstance(items, dict) and items.get("type") == "string":
            return graphene.List(graphene.NonNull(graphene.String)), _is_list_of_text
    return JSON, lambda value: True


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _spec_resolver(key: str, accepts: Callable[[Any], bool]) -> Callable[..., Any]:
    def resolve(entity: EntityRow, info: GraphQLResolveInfo) -> Any:
        spec = entity.content.get("spec")
        value = spec.get(key) if isinstance(spec, dict) else None
        return value if accepts(value) else None

    return resolve
