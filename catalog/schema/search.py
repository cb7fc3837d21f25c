"""The search of the whole portal in the API."""

from collections.abc import Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.query.search import FACETS, Search, SearchQuery
from catalog.schema.entity import Entity
from catalog.schema.facets import facets_field, shown_facets
from catalog.schema.filters import EntityFilter, to_query
from portal.extension.batching import introduce
from portal.graphql.cursors import decode_cursor, encode_cursor
from portal.graphql.pagination import Page, check_page_size, connection_field, list_scope


class PortalSearchResult(graphene.ObjectType):
    """An entity, or something that a plugin found."""

    connection_name = "PortalSearch"

    type = graphene.String(required=True, description="A kind, or the name of a plugin's documents.")
    title = graphene.String(required=True)
    text = graphene.String(required=True, description="A plain snippet around the first place that fits.")
    title_highlight = graphene.String(required=True, description="The title as safe HTML, with <mark>.")
    highlight = graphene.String(required=True, description="The snippet as safe HTML, with <mark>.")
    href = graphene.String(required=True, description="A path of the page.")
    rank = graphene.Float(required=True, description="From 0 to 1, which is the very name.")
    ref = graphene.String(description="The entity it belongs to.")
    entity = graphene.Field(Entity)

    @staticmethod
    def connection_fields() -> dict[str, graphene.Field]:
        return {"facets": facets_field(FACETS)}

    def resolve_title_highlight(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.highlight(root.title))

    def resolve_highlight(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.highlight(root.text))


def _names(description: str) -> graphene.List:
    return graphene.List(graphene.NonNull(graphene.String), description=description)


class SearchQueries:
    """Searching."""

    search = connection_field(
        PortalSearchResult,
        query=graphene.String(
            required=True, description="Beginnings or parts of names, words of texts; misspelt, too."
        ),
        types=_names("Kinds, and names of plugins' documents (`docs`)."),
        kinds=_names("Kinds of the entities, and of those that documents belong to."),
        filter=EntityFilter(description="For the same entities."),
        description="Entities, templates and documents of plugins, best first.",
    )

    def resolve_search(
        root: Any,
        info: GraphQLResolveInfo,
        query: str,
        first: int | None = None,
        after: str | None = None,
        **asked: Any,
    ) -> Page:
        types, kinds, filter = (asked.get(name) for name in ("types", "kinds", "filter"))
        text = SearchQuery(query, _tuple(types), _tuple(kinds), to_query(filter))
        found = Search(text, viewer=info.context.principal)
        scope = list_scope(info, {"query": query, **asked})
        place = None
        if after is not None:
            key, source, name = decode_cursor(after, scope)
            place = (float(key), int(source), str(name))
        results, has_more = found.page(check_page_size(first), place)
        introduce(result.entity for result in results if result.entity)
        return Page(
            items=results,
            has_next_page=has_more,
            has_previous_page=after is not None,
            cursor_of=lambda result: encode_cursor(result.position, scope),
            count=found.count,
            facets=lambda keys: shown_facets(keys, found.facets(keys), info.context.principal),
        )


def _tuple(names: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
