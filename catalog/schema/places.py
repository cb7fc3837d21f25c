"""Where the catalog comes from and what is wrong with it: locations and problems."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from graphql import GraphQLResolveInfo

from catalog.models import Location, Problem
from catalog.schema.sources import SourceFields
from catalog.selectors import (
    entity_counts_by_location,
    find_locations,
    find_problems,
    problems_by_location,
)
from portal.accounts.principal import Principal
from portal.extension.batching import load_one
from portal.graphql.nodes import Node
from portal.graphql.pagination import OrderKey, Page, connection_field, page_of_rows
from portal.graphql.scalars import DateTime


class PortalProblem(graphene.ObjectType):
    """Something that somebody should mend; the last good version of the entity stays meanwhile."""

    level = graphene.String(required=True, description="error or warning")
    code = graphene.String(required=True)
    message = graphene.String(required=True)
    path = graphene.String(description="The file, as its source names it.")
    line = graphene.Int()
    ref = graphene.String()

    def resolve_path(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.path or None

    def resolve_ref(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.ref or None


class PortalLocation(SourceFields, graphene.ObjectType):
    """A place that descriptors are read from, registered by somebody."""

    class Meta:
        interfaces = (Node,)

    type = graphene.String(required=True)
    target = graphene.String(required=True)
    namespace = graphene.String(required=True)
    registered_by = graphene.String(required=True)
    created_at = DateTime(required=True)
    last_attempt_at = DateTime()
    last_success_at = DateTime()
    last_error = graphene.String()
    entity_count = graphene.Int(required=True)
    problems = graphene.List(graphene.NonNull(PortalProblem), required=True)

    @classmethod
    def get_node(cls, info: GraphQLResolveInfo, uid: uuid.UUID) -> Location | None:
        return find_locations(viewer=info.context.principal).filter(uid=uid).first()

    def resolve_last_error(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.last_error or None

    def resolve_entity_count(root: Any, info: GraphQLResolveInfo) -> int:
        return load_one(_entity_counts, root, info.context.principal) or 0

    def resolve_problems(root: Any, info: GraphQLResolveInfo) -> list[Problem]:
        return load_one(_problems, root, info.context.principal) or []


def _entity_counts(locations: Sequence[Location], viewer: Principal) -> Mapping[int, int]:
    return entity_counts_by_location(locations, viewer=viewer)


def _problems(locations: Sequence[Location], viewer: Principal) -> Mapping[int, list[Problem]]:
    return problems_by_location(locations, viewer=viewer)


class PlaceQueries:
    """Locations and problems."""

    locations = connection_field(PortalLocation, description="In the order of their registration.")
    problems = connection_field(PortalProblem, description="Of the whole catalog, by location and file.")

    def resolve_locations(
        root: Any, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        rows = find_locations(viewer=info.context.principal)
        order = [OrderKey("created_at"), OrderKey("uid")]
        return page_of_rows(rows, order, info=info, first=first, after=after)

    def resolve_problems(
        root: Any, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        rows = find_problems(viewer=info.context.principal).annotate(
            place=F("location__created_at"), at_line=Coalesce("line", Value(0))
        )
        order = [OrderKey("place"), OrderKey("path"), OrderKey("at_line"), OrderKey("id")]
        return page_of_rows(rows, order, info=info, first=first, after=after)
