"""Panels in the API: those of entities and of the home page."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension.batching import load_one
from portal.extension.collecting import ShownPanel, entity_panels_by_entity, home_panels_for
from portal.extension.panels import Panel, Slot
from portal.extension.points import ExtensionPoint
from portal.extension_points import home_panels
from portal.graphql.blocks import PanelBlock, words
from portal.graphql.scalars import DateTime

PanelSlot = graphene.Enum.from_enum(Slot, name="PanelSlot")


class PortalPanel(graphene.ObjectType):
    """What one plugin shows. Where it failed, `failed` says so in a sentence and there are no blocks."""

    plugin = words("The plugin's name.")
    id = graphene.String(required=True, description="Unique on its page; a tab is addressed by it.")
    title = words()
    slot = PanelSlot(description="Where on an entity's page; null on the home page.")
    failed = graphene.String()
    as_of = DateTime(description="When what is shown was fetched, where that is not now.")
    can_refresh = graphene.Boolean(required=True, description="Whether refreshPanel fetches it again.")
    blocks = graphene.List(graphene.NonNull(PanelBlock), required=True)


class PanelQueries:
    """The panels of the home page."""

    home_panels = graphene.List(
        graphene.NonNull(PortalPanel), required=True, description="What plugins show on the home page."
    )

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
