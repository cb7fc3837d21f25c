"""GraphQL: the plugins, their settings, and what administrators change about them."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension.collecting import home_panels_for
from portal.extension.inventory import PluginInfo, enabled_plugins, list_plugins
from portal.extension.plugin import PluginConfig
from portal.extension_points import settings_panels
from portal.graphql.panels import PortalPanel
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import JSON, DateTime
from portal.graphql.words import words
from portal.plugin_admin import selectors, services


def _texts() -> graphene.List:
    return graphene.List(graphene.NonNull(graphene.String))


class PluginContribution(graphene.ObjectType):
    """One thing that a plugin adds."""

    point = words("The extension point.")
    name = words()


class PluginSetting(graphene.ObjectType):
    """One setting of a plugin. The value of a secret is never answered."""

    name = words()
    variable = words("The environment variable that sets it too, and then decides.")
    title = words()
    help = words()
    secret = graphene.Boolean(required=True, description="Whether it, or a part of it, is kept encrypted.")
    required = graphene.Boolean(required=True)
    source = words("environment, page, default or missing: where its value comes from.")
    editable = graphene.Boolean(required=True, description="Whether changePluginSettings may write it.")
    is_set = graphene.Boolean(required=True, description="Whether there is a value, a secret one too.")
    value = JSON(description="Null for secrets; secret parts of entries are left out.")


class PluginSettings(graphene.ObjectType):
    """The settings of a plugin, for administrators."""

    schema = JSON(required=True, description="JSON Schema (draft 7) of the settings that may be written.")
    fields = graphene.List(graphene.NonNull(PluginSetting), required=True)


class PluginClaim(graphene.ObjectType):
    """Something that a plugin reads or calls, and what an administrator accepts of it."""

    claim = words("kinds, fields, annotations, secrets, hosts or clusters.")
    value = words(
        "As the plugin states it; `*` stands for any characters, `setting:x` for a setting's hosts."
    )
    accepted = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The value itself, or narrower ones; empty where it is refused.",
    )
    uses = graphene.Int(required=True, description="In the last 90 days.")
    refusals = graphene.Int(required=True)
    last_used_at = DateTime(description="To the hour.")


class PluginPermission(graphene.ObjectType):
    """Something that administrators grant, beside what the catalog hides from people."""

    name = words()
    description = words()
    subjects = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Refs of users and groups, or everyone."
    )
    decided = graphene.Boolean(required=True, description="Whether an administrator chose them.")


class PortalPlugin(graphene.ObjectType):
    """A plugin that is installed."""

    name = words()
    verbose_name = words()
    description = words()
    version = words()
    enabled = graphene.Boolean(required=True)
    state = words("ready, waiting (for an administrator to accept its claims), resting or disabled")
    reason = graphene.String(description="Why it is not ready.")
    contributions = graphene.List(graphene.NonNull(PluginContribution), required=True)
    settings = graphene.Field(
        PluginSettings, description="Null where there are none, and for who is no administrator."
    )

    claims = graphene.List(
        graphene.NonNull(PluginClaim),
        description="What it reads and calls; null for all but administrators.",
    )

    def resolve_claims(root: Any, info: GraphQLResolveInfo) -> Any:
        config = _config_of(root.name)
        return selectors.claims_to_show(config, viewer=info.context.principal) if config else None

    permissions = graphene.List(
        graphene.NonNull(PluginPermission), description="What it adds; null for all but administrators."
    )

    def resolve_permissions(root: Any, info: GraphQLResolveInfo) -> Any:
        config = _config_of(root.name)
        return selectors.permissions_to_show(config, viewer=info.context.principal) if config else None

    settings_panels = graphene.List(
        graphene.NonNull(PortalPanel), description="What it shows there; null for all but administrators."
    )

    def resolve_settings_panels(root: Any, info: GraphQLResolveInfo) -> Any:
        viewer = info.context.principal
        panels = [item for item in settings_panels.read() if item.plugin == root.name]
        return home_panels_for(panels, viewer=viewer) if viewer.is_admin else None

    def resolve_settings(root: Any, info: GraphQLResolveInfo) -> Any:
        config = _config_of(root.name)
        return selectors.settings_to_show(config, viewer=info.context.principal) if config else None


class ChangePluginSettingsInput(graphene.InputObjectType):
    plugin = graphene.String(required=True)
    values = JSON(
        required=True,
        description="Values by the names of the settings; null takes one back to its default. "
        "What is not named stays, also a secret part of an entry whose first field stays the same.",
    )


class ChangePluginSettingsPayload(WithProblems, graphene.ObjectType):
    plugin = graphene.Field(PortalPlugin)


def _change_plugin_settings(info: GraphQLResolveInfo, input: Any) -> ChangePluginSettingsPayload:
    """Write settings of a plugin, as an administrator; every process has them within two seconds."""
    config = services.change_settings(input.plugin, input.values, actor=info.context.principal)
    return ChangePluginSettingsPayload(plugin=_info_of(config.label))


def _config_of(name: str) -> PluginConfig | None:
    return next((config for config in enabled_plugins() if config.label == name), None)


def _info_of(name: str) -> PluginInfo | None:
    return next((plugin for plugin in list_plugins() if plugin.name == name), None)


class PluginClaimsInput(graphene.InputObjectType):
    """What is accepted; what is left out is refused."""

    kinds = _texts()
    fields = _texts()
    annotations = _texts()
    secrets = _texts()
    hosts = _texts()
    clusters = _texts()


class DecidePluginClaimsInput(graphene.InputObjectType):
    plugin = graphene.String(required=True)
    accepted = PluginClaimsInput(
        description="Each as the plugin states it, or narrower. Null: as PORTAL_CLAIMS_ACCEPTED says."
    )


class DecidePluginClaimsPayload(WithProblems, graphene.ObjectType):
    plugin = graphene.Field(PortalPlugin)


def _decide_plugin_claims(info: GraphQLResolveInfo, input: Any) -> DecidePluginClaimsPayload:
    """Accept, narrow or refuse what a plugin reads and calls, as an administrator; holds in two seconds."""
    config = services.decide_claims(input.plugin, input.accepted, actor=info.context.principal)
    return DecidePluginClaimsPayload(plugin=_info_of(config.label))


class GrantPluginPermissionInput(graphene.InputObjectType):
    plugin = graphene.String(required=True)
    permission = graphene.String(required=True, description="Its name, without the plugin's.")
    subjects = _texts()


class GrantPluginPermissionPayload(WithProblems, graphene.ObjectType):
    plugin = graphene.Field(PortalPlugin)


def _grant_plugin_permission(info: GraphQLResolveInfo, input: Any) -> GrantPluginPermissionPayload:
    """Give a permission to these users and groups, or `everyone`, and nobody else; null: to the default."""
    config = services.grant_permission(
        input.plugin, input.permission, input.subjects, actor=info.context.principal
    )
    return GrantPluginPermissionPayload(plugin=_info_of(config.label))


class PluginFetch(graphene.ObjectType):
    """What a plugin fetches from outside, and how that goes."""

    plugin = words()
    name = words("Of the source.")
    targets = graphene.Int(required=True, description="How many things it fetches something of.")
    waiting = graphene.Int(required=True, description="Of these, how many were never fetched yet.")
    failing = graphene.Int(required=True, description="How many could not be fetched lately; old data stays.")
    error = words("Why one of them could not; empty where all is well.")
    next_try = DateTime(description="When the first of those that fail is tried again.")
    oldest = DateTime(description="The age of the oldest data.")
    newest = DateTime(description="When something was fetched last.")


class FetchAgainInput(graphene.InputObjectType):
    plugin = graphene.String(required=True)
    source = graphene.String(required=True, description="The name of what it fetches.")


class FetchAgainPayload(WithProblems, graphene.ObjectType):
    requested = graphene.Int(description="How many will be fetched; what is fresh is left out.")


def _fetch_again(info: GraphQLResolveInfo, input: Any) -> FetchAgainPayload:
    """Have a worker fetch again what a plugin fetches, as an administrator."""
    requested = services.fetch_again(input.plugin, input.source, actor=info.context.principal)
    return FetchAgainPayload(requested=requested)


class PluginQueries:
    """The plugins."""

    plugin_fetches = graphene.List(
        graphene.NonNull(PluginFetch), description="What they fetch; null for all but administrators."
    )

    def resolve_plugin_fetches(root: Any, info: GraphQLResolveInfo) -> Any:
        return selectors.fetches_to_show(info.context.principal)

    plugins = graphene.List(
        graphene.NonNull(PortalPlugin), required=True, description="Enabled plugins, then installed ones."
    )

    def resolve_plugins(root: Any, info: GraphQLResolveInfo) -> list[PluginInfo]:
        return list_plugins()


class PluginMutations:
    """What administrators change about plugins."""

    grant_plugin_permission = mutation(
        GrantPluginPermissionInput, GrantPluginPermissionPayload, _grant_plugin_permission
    )
    fetch_again = mutation(FetchAgainInput, FetchAgainPayload, _fetch_again)
    decide_plugin_claims = mutation(DecidePluginClaimsInput, DecidePluginClaimsPayload, _decide_plugin_claims)
    change_plugin_settings = mutation(
        ChangePluginSettingsInput, ChangePluginSettingsPayload, _change_plugin_settings
    )
