"""The search of the whole portal in the API."""

from collections.abc import Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.schema.entity import Entity
from catalog.search import SearchResult, search
from portal.extension.batching import introduce
from portal.graphql.pagination import check_page_size


class PortalSearchResult(graphene.ObjectType):
    """An entity, or something that a plugin found."""

    type = graphene.String(required=True, description="A kind, or the name of a plugin's documents.")
    title = graphene.String(required=True)
    text = graphene.String(required=True, description="A plain snippet.")
    href = graphene.String(required=True, description="A path of the page.")
    ref = graphene.String(description="The entity it belongs to.")
    entity = graphene.Field(Entity)


class SearchQueries:
    """Searching."""

    search = graphene.List(
        graphene.NonNull(PortalSearchResult),
        query=graphene.String(required=True),
        types=graphene.List(graphene.NonNull(graphene.String)),
        first=graphene.Int(default_value=10, description="1 to 100"),
        required=True,
        description="Entities and documents of plugins, best first.",
    )

    def resolve_search(
        root: Any,
        info: GraphQLResolveInfo,
        query: str,
        types: Sequence[str] | None = None,
        first: int | None = None,
    ) -> list[SearchResult]:
        limit = check_page_size(first)
        found = search(query, types=types, limit=limit, viewer=info.context.principal)
        introduce(result.entity for result in found if result.entity)
        return found
