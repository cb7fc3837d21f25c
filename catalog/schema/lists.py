"""Asking for entities: one, some by ref, lists, and counts by facet."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.history.past import get_entity_as_of
from catalog.kinds import Kind, all_kinds
from catalog.models import Entity as EntityRow
from catalog.schema import loading
from catalog.schema.entity import Entity
from catalog.schema.facets import Facet, shown_facets
from catalog.schema.filters import EntityFilter, EntityOrderInput, to_query
from catalog.selectors import (
    EntityQuery,
    count_entities,
    find_entities,
    get_entities_by_refs,
    get_entity,
)
from catalog.selectors import facets as count_facets
from portal.extension.batching import introduce
from portal.graphql.pagination import OrderKey, Page, connection_field, page_of_rows
from portal.graphql.scalars import JSON, DateTime
from portal.rest.errors import Invalid, NotFound

MAX_REFS = 100


class PortalKind(graphene.ObjectType):
    """A kind of entity; `schema` is the JSON Schema of its spec."""

    name = graphene.String(required=True)
    plural = graphene.String(required=True)
    label = graphene.String(required=True)
    icon = graphene.String(required=True)
    description = graphene.String(required=True)
    schema = JSON(required=True)
    api_versions = graphene.List(graphene.NonNull(graphene.String), required=True)
    source = graphene.String(
        required=True, description="`portal`, the name of a plugin, or the ref of the KindDefinition."
    )
    extended_by = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Who added fields, relations or words to it, in the words of `source`.",
    )


def entities_page(
    query: EntityQuery,
    info: GraphQLResolveInfo,
    *,
    first: int | None,
    after: str | None,
    **arguments: Any,
) -> Page:
    """A page of what a query asks for; `arguments` are what the page's cursors are bound to."""
    viewer = info.context.principal
    rows = find_entities(query, viewer=viewer)
    down = query.order.descending if query.order else False
    order = [OrderKey("order_key", down), OrderKey("uid", down)]
    return page_of_rows(
        rows,
        order,
        info=info,
        first=first,
        after=after,
        count=partial(count_entities, query, viewer=viewer),
        facets=lambda keys: shown_facets(keys, count_facets(keys, query, viewer=viewer), viewer),
        **arguments,
    )


def _list_field(description: str, *, filtered: bool = True, **conditions: Any) -> graphene.Field:
    """A list of entities that always meet `conditions`."""

    def resolve(_root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Page:
        first, after = arguments.pop("first", None), arguments.pop("after", None)
        asked = to_query(
            arguments.get("filter"), search=arguments.get("search"), order_by=arguments.get("order_by")
        )
        query = asked.among(**conditions)
        return entities_page(query, info, first=first, after=after, **arguments)

    filters = {"filter": EntityFilter()} if filtered else {}
    return connection_field(
        Entity,
        **filters,
        search=graphene.String(
            description="Beginnings of words of the name, title or text, or a part of the name."
        ),
        order_by=EntityOrderInput(description="By name if left out, by relevance with `search`."),
        resolver=resolve,
        description=description,
    )


class EntityQueries:
    """Reading entities."""

    entity = graphene.Field(
        Entity,
        ref=graphene.String(required=True),
        as_of=DateTime(description="As it was then: document, relations, owner. Plugins show nothing of it."),
        description="By `<kind>:[<namespace>/]<name>`, in any case; null where it does not exist for you.",
    )
    entities_by_refs = graphene.List(
        Entity,
        refs=graphene.List(graphene.NonNull(graphene.String), required=True),
        required=True,
        description="At most 100, in order; null for those that do not exist for you.",
    )
    entities = _list_field("Everything in the catalog.")
    teams = _list_field("Groups.", filtered=False, kind=("Group",))
    services = _list_field("Components of type service.", kind=("Component",), type=("service",))
    clusters = _list_field(
        "Resources of type kubernetes-cluster.",
        filtered=False,
        kind=("Resource",),
        type=("kubernetes-cluster",),
    )
    templates = _list_field("Templates.", kind=("Template",))
    entity_facets = graphene.List(
        graphene.NonNull(Facet),
        facets=graphene.List(
            graphene.NonNull(graphene.String),
            required=True,
            description="kind, type, owner, lifecycle, tags, namespace, system",
        ),
        filter=EntityFilter(),
        search=graphene.String(),
        required=True,
        description="Values and counts under a filter; a key's own condition is left out of its own facet.",
    )
    kinds = graphene.List(graphene.NonNull(PortalKind), required=True)

    def resolve_entity(
        root: Any, info: GraphQLResolveInfo, ref: str, as_of: datetime | None = None
    ) -> EntityRow | None:
        viewer = info.context.principal
        try:
            if as_of is not None:
                past = get_entity_as_of(ref, as_of, viewer=viewer)
                return introduce([past], only=loading.OF_THE_PAST)[0]
            return get_entity(ref, viewer=viewer)
        except NotFound:
            return None

    def resolve_entities_by_refs(
        root: Any, info: GraphQLResolveInfo, refs: Sequence[str]
    ) -> list[EntityRow | None]:
        if len(refs) > MAX_REFS:
            raise Invalid(
                f"{len(refs)} refs at once: ask for at most {MAX_REFS}.", code="TOO_MANY_REFS", path=("refs",)
            )
        found = get_entities_by_refs(refs, info.context.principal, by_aliases=True)
        introduce(found.values())
        return [found.get(_canonical(ref)) for ref in refs]

    def resolve_entity_facets(
        root: Any,
        info: GraphQLResolveInfo,
        facets: Sequence[str],
        filter: Any = None,
        search: str | None = None,
    ) -> list[Facet]:
        viewer = info.context.principal
        found = count_facets(facets, to_query(filter, search=search), viewer=viewer)
        return shown_facets(facets, found, viewer)

    def resolve_kinds(root: Any, info: GraphQLResolveInfo) -> list[Kind]:
        return list(all_kinds().values())


def _canonical(ref: str) -> str:
    try:
        return str(EntityRef.parse(ref))
    except InvalidRef:
        return ""
