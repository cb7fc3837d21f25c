"""Where the catalog comes from and what is wrong with it: locations and problems."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from graphql import GraphQLResolveInfo

from catalog.models import Location, Problem
from catalog.problems import ProblemQuery, find_problems
from catalog.schema.sources import SourceFields
from catalog.selectors import (
    entity_counts_by_location,
    find_locations,
    problems_by_location,
)
from portal.accounts.principal import Principal
from portal.extension.batching import introduce, load_one
from portal.graphql.nodes import Node, decode_uid
from portal.graphql.pagination import OrderKey, Page, connection_field, page_of_rows
from portal.graphql.scalars import DateTime


def _texts(description: str) -> graphene.List:
    return graphene.List(graphene.NonNull(graphene.String), description=description)


class PortalProblem(graphene.ObjectType):
    """Something that somebody should mend; the last good version of the entity stays meanwhile."""

    level = graphene.String(required=True, description="error or warning")
    code = graphene.String(required=True)
    message = graphene.String(required=True)
    path = graphene.String(description="The file, as its source names it.")
    line = graphene.Int()
    ref = graphene.String()
    target = graphene.String(description="The ref that leads nowhere.")
    location = graphene.Field(lambda: PortalLocation, required=True, description="Where it was found.")

    def resolve_location(root: Any, info: GraphQLResolveInfo) -> Location:
        return load_one(_locations, root, info.context.principal) or root.location

    def resolve_target(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.target or None

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
    trusted = graphene.Boolean(required=True, description="It may define every kind.")
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


class ProblemFilter(graphene.InputObjectType):
    """All conditions given must hold; several values of one: any of them."""

    owner = _texts("Refs; without a kind they are groups.")
    level = _texts("error, warning")
    code = _texts("Codes of docs/errors.md.")
    location = graphene.ID()
    mine = graphene.Boolean(
        description="Of what the viewer or one of its groups owns, and of locations that it registered."
    )


def _problem_query(filter: Any) -> ProblemQuery:
    filter = filter or {}
    values = {key: tuple(filter.get(key) or ()) for key in ("owner", "level", "code")}
    location = filter.get("location")
    uid = None if location is None else decode_uid(location, "PortalLocation") or uuid.UUID(int=0)
    return ProblemQuery(**values, location=uid, mine=bool(filter.get("mine")))


def _locations(problems: Sequence[Problem], viewer: Principal) -> Mapping[int, Location]:
    by_id = {problem.location_id: problem.location for problem in problems}
    introduce(by_id.values())
    return {problem.pk: by_id[problem.location_id] for problem in problems}


class PlaceQueries:
    """Locations and problems."""

    locations = connection_field(PortalLocation, description="In the order of their registration.")
    problems = connection_field(
        PortalProblem, filter=ProblemFilter(), description="Of the whole catalog, by location and file."
    )

    def resolve_locations(
        root: Any, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        rows = find_locations(viewer=info.context.principal)
        order = [OrderKey("created_at"), OrderKey("uid")]
        return page_of_rows(rows, order, info=info, first=first, after=after)

    def resolve_problems(
        root: Any,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        filter: Any = None,
    ) -> Page:
        rows = find_problems(_problem_query(filter), viewer=info.context.principal).annotate(
            place=F("location__created_at"), at_line=Coalesce("line", Value(0))
        )
        order = [OrderKey("place"), OrderKey("path"), OrderKey("at_line"), OrderKey("id")]
        return page_of_rows(rows, order, info=info, first=first, after=after, filter=filter)
