"""Panels in the API: one type per block, the panels of entities and of the home page, the list of plugins."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension import blocks
from portal.extension.batching import load_one
from portal.extension.collecting import (
    ShownPanel,
    ShownText,
    entity_panels_by_entity,
    home_panels_for,
)
from portal.extension.inventory import PluginInfo, list_plugins
from portal.extension.panels import Panel, Slot
from portal.extension.points import ExtensionPoint
from portal.extension_points import home_panels
from portal.graphql.links import EntityLink
from portal.graphql.scalars import DateTime


def _words(description: str | None = None) -> Any:
    return graphene.String(required=True, description=description)


class StatBlock(graphene.ObjectType):
    """One figure."""

    label = _words()
    value = _words()
    unit = graphene.String()
    hint = graphene.String()


class StatusBlock(graphene.ObjectType):
    """How something is doing."""

    label = _words()
    level = _words("ok, warning, error or unknown")
    detail = graphene.String()


class TextBlock(graphene.ObjectType):
    """Prose: `html` is made from the Markdown `source` and safe to show as it is."""

    html = _words()
    source = _words()


class LinksBlock(graphene.ObjectType):
    """A list of links."""

    links = graphene.List(graphene.NonNull(EntityLink), required=True)


class TableBlock(graphene.ObjectType):
    """Rows of text, each with one cell for each column."""

    columns = graphene.List(graphene.NonNull(graphene.String), required=True)
    rows = graphene.List(graphene.NonNull(graphene.List(graphene.NonNull(graphene.String))), required=True)


class KeyValueItem(graphene.ObjectType):
    """A name and its value."""

    key = _words()
    value = _words()


class KeyValueBlock(graphene.ObjectType):
    """Names and values, in order."""

    items = graphene.List(graphene.NonNull(KeyValueItem), required=True)

    def resolve_items(root: blocks.KeyValue, info: GraphQLResolveInfo) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in root.items]


class EmptyBlock(graphene.ObjectType):
    """Nothing to show, and that is all right."""

    title = _words()
    message = _words()


class ErrorBlock(graphene.ObjectType):
    """Something is wrong that the plugin knows about."""

    title = _words()
    message = _words()


BLOCK_TYPES: dict[type[blocks.Block], type[graphene.ObjectType]] = {
    blocks.Stat: StatBlock,
    blocks.Status: StatusBlock,
    blocks.Text: TextBlock,
    blocks.Links: LinksBlock,
    blocks.Table: TableBlock,
    blocks.KeyValue: KeyValueBlock,
    blocks.Empty: EmptyBlock,
    blocks.Error: ErrorBlock,
}


class PanelBlock(graphene.Union):
    """The vocabulary that panels are written in."""

    class Meta:
        types = tuple(BLOCK_TYPES.values())

    @classmethod
    def resolve_type(cls, instance: Any, info: GraphQLResolveInfo) -> type[graphene.ObjectType]:
        return BLOCK_TYPES[blocks.Text if isinstance(instance, ShownText) else type(instance)]


PanelSlot = graphene.Enum.from_enum(Slot, name="PanelSlot")


class PortalPanel(graphene.ObjectType):
    """What one plugin shows. Where it failed, `failed` says so in a sentence and there are no blocks."""

    plugin = _words("The plugin's name.")
    id = graphene.String(required=True, description="Unique on its page; a tab is addressed by it.")
    title = _words()
    slot = PanelSlot(description="Where on an entity's page; null on the home page.")
    failed = graphene.String()
    as_of = DateTime(description="When what is shown was fetched, where that is not now.")
    blocks = graphene.List(graphene.NonNull(PanelBlock), required=True)


class PluginContribution(graphene.ObjectType):
    """One thing that a plugin adds."""

    point = _words("The extension point.")
    name = _words()


class PortalPlugin(graphene.ObjectType):
    """A plugin that is installed."""

    name = _words()
    verbose_name = _words()
    description = _words()
    version = _words()
    enabled = graphene.Boolean(required=True)
    state = _words("ready, resting or disabled")
    reason = graphene.String(description="Why it is not ready.")
    contributions = graphene.List(graphene.NonNull(PluginContribution), required=True)


class PluginQueries:
    """The plugins and the panels of the home page."""

    plugins = graphene.List(
        graphene.NonNull(PortalPlugin), required=True, description="Enabled plugins, then installed ones."
    )
    home_panels = graphene.List(
        graphene.NonNull(PortalPanel), required=True, description="What plugins show on the home page."
    )

    def resolve_plugins(root: Any, info: GraphQLResolveInfo) -> list[PluginInfo]:
        return list_plugins()

    def resolve_home_panels(root: Any, info: GraphQLResolveInfo) -> list[ShownPanel]:
        return home_panels_for(home_panels.read(), viewer=info.context.principal)


class _EntityPanels:
    """Loads and resolves the panels of entities; one object per field, so that a list is loaded together."""

    def __init__(self, point: ExtensionPoint[type[Panel]]) -> None:
        self._point = point

    def __call__(self, entity: Any, info: GraphQLResolveInfo, slot: Slot | None = None) -> list[ShownPanel]:
        return load_one(self._load, entity, info.context.principal, slot) or []

    def _load(
        self, entities: Sequence[Any], viewer: Any, slot: Slot | None
    ) -> Mapping[int, list[ShownPanel]]:
        panels = [item for item in self._point.read() if slot in {None, item.value.slot}]
        return entity_panels_by_entity(panels, entities, viewer=viewer)


def entity_panels_field(point: ExtensionPoint[type[Panel]]) -> graphene.Field:
    """The field `panels(slot:)` of an entity, from what plugins added to `point`."""
    return graphene.Field(
        graphene.List(graphene.NonNull(PortalPanel)),
        required=True,
        slot=PanelSlot(description="Only the panels of this slot."),
        resolver=_EntityPanels(point),
        description="What plugins show of the entity. A plugin that fails shows that it failed.",
    )
