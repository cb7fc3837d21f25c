"""Mutations of plugins' parts of pages: their actions, and fetching again what a panel shows."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.extension import entity_actions, panel_refresh
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import JSON


class RunEntityActionInput(graphene.InputObjectType):
    ref = graphene.String(required=True)
    plugin = graphene.String(required=True)
    action = graphene.String(required=True)
    values = JSON(required=True, description="What the form's schema asks for.")


class RunEntityActionPayload(WithProblems, graphene.ObjectType):
    message = graphene.String(description="What was done.")


class RefreshPanelInput(graphene.InputObjectType):
    ref = graphene.String(description="The entity whose page shows it.")
    page = graphene.String(description="The id of the plugin's page that shows it; neither: the home page.")
    given = JSON(description="What that page is asked for, by the names of its parameters.")
    panel = graphene.String(required=True, description="The panel's id.")


class RefreshPanelPayload(WithProblems, graphene.ObjectType):
    requested = graphene.Int(description="How many things are being fetched again; 0 if they are fresh.")


def _run_entity_action(info: GraphQLResolveInfo, input: Any) -> RunEntityActionPayload:
    """Do what a Form of a plugin asks for."""
    message = entity_actions.run_entity_action(
        input.ref,
        plugin=input.plugin,
        action=input.action,
        values=input.values,
        actor=info.context.principal,
    )
    return RunEntityActionPayload(message=message)


def _refresh_panel(info: GraphQLResolveInfo, input: Any) -> RefreshPanelPayload:
    """Have what a panel shows fetched again by a worker; ask for the panel a moment later."""
    given = input.given if isinstance(input.given, dict) else None
    requested = panel_refresh.refresh_panel(
        input.panel, ref=input.ref, page=input.page, given=given, actor=info.context.principal
    )
    return RefreshPanelPayload(requested=requested)


class PluginActionMutations:
    """What plugins let people do."""

    run_entity_action = mutation(RunEntityActionInput, RunEntityActionPayload, _run_entity_action)
    refresh_panel = mutation(RefreshPanelInput, RefreshPanelPayload, _refresh_panel)
