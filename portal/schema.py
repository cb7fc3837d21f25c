"""The GraphQL schema: the bases of Query and Mutation, nothing else."""

from functools import cache

import graphene

from catalog.schema import CatalogMutations, CatalogQueries, kind_types
from portal.accounts.schema import AccountMutations, AccountQueries
from portal.graphql.nodes import NodeQueries
from portal.graphql.panels import PluginQueries
from portal.graphql.portal_info import PortalQueries
from scaffolder.schema import ScaffolderMutations, ScaffolderQueries


class Query(
    CatalogQueries,
    ScaffolderQueries,
    PluginQueries,
    AccountQueries,
    PortalQueries,
    NodeQueries,
    graphene.ObjectType,
):
    """Everything that can be read. All of it is what the viewer may see."""


class Mutation(CatalogMutations, ScaffolderMutations, AccountMutations, graphene.ObjectType):
    """Everything that can be changed. An expected failure is in the payload's `problems`."""


@cache
def get_schema() -> graphene.Schema:
    return graphene.Schema(query=Query, mutation=Mutation, types=kind_types())


schema = get_schema()
"""For `manage.py graphql_schema`, which writes the snapshot."""
