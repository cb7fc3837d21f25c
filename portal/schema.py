"""The GraphQL schema: the bases of Query, Mutation and Subscription, nothing else."""

import logging
from functools import lru_cache

import graphene
from graphql.type import assert_valid_schema

from catalog.kinds import KindSet, current_kinds, static_kinds
from catalog.schema import CatalogMutations, CatalogQueries, CatalogSubscriptions, kind_types
from catalog.schema.kinds import OWN_FIELDS
from portal.accounts.schema import AccountMutations, AccountQueries
from portal.extension.queries import plugin_queries_mixin
from portal.extension_points import queries
from portal.graphql.nodes import NodeQueries
from portal.graphql.pages import PageQueries
from portal.graphql.panels import PanelQueries
from portal.graphql.portal_info import PortalQueries
from portal.notifications.schema import NotificationMutations, NotificationQueries
from portal.plugin_admin.schema import PluginMutations, PluginQueries
from scaffolder.schema import ScaffolderMutations, ScaffolderQueries, ScaffolderSubscriptions
from scaffolder.schema.template import TEMPLATE_FIELDS

logger = logging.getLogger(__name__)


QUERIES = (
    CatalogQueries,
    ScaffolderQueries,
    PluginQueries,
    PanelQueries,
    PageQueries,
    AccountQueries,
    NotificationQueries,
    PortalQueries,
    NodeQueries,
)


OWN_FIELDS["Template"] = TEMPLATE_FIELDS


class Query(plugin_queries_mixin(queries.read(), QUERIES), *QUERIES, graphene.ObjectType):  # type: ignore[misc]
    """Everything that can be read. All of it is what the viewer may see."""


class Mutation(
    CatalogMutations,
    ScaffolderMutations,
    AccountMutations,
    NotificationMutations,
    PluginMutations,
    graphene.ObjectType,
):
    """Everything that can be changed. An expected failure is in the payload's `problems`."""


class Subscription(CatalogSubscriptions, ScaffolderSubscriptions, graphene.ObjectType):
    """What can be followed live, at /events/graphql of the streams' server."""


@lru_cache(maxsize=3)
def schema_of(kinds: KindSet) -> graphene.Schema:
    """The schema with a type for each of these kinds. A running query keeps the one that it began with."""
    fixed = static_kinds()
    if kinds is fixed:
        return graphene.Schema(
            query=Query, mutation=Mutation, subscription=Subscription, types=kind_types(fixed)
        )
    known = schema_of(fixed).graphql_schema.type_map
    taken = frozenset(known) - {kind.name for kind in fixed.by_name.values()} - {"PortalEntity"}
    try:
        schema = graphene.Schema(
            query=Query, mutation=Mutation, subscription=Subscription, types=kind_types(kinds, taken)
        )
        assert_valid_schema(schema.graphql_schema)
    except Exception:
        logger.exception("the kinds that the catalog defines make no GraphQL schema: they have no types")
        return schema_of(fixed)
    return schema


def _schema(types: list[type[graphene.ObjectType]]) -> graphene.Schema:
    return graphene.Schema(query=Query, mutation=Mutation, subscription=Subscription, types=types)


def get_schema() -> graphene.Schema:
    """The schema with the kinds in force."""
    return schema_of(current_kinds())


schema = schema_of(static_kinds())
"""For `manage.py graphql_schema`, which writes the snapshot."""
