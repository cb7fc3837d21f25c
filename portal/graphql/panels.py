"""Panels in the API: those of entities and of the home page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension.batching import load_one
from portal.extension.collecting import ShownPanel, entity_panels_by_entity, home_panels_for, panel_id
from portal.extension.panels import Panel, Slot
from portal.extension.permissions import may
from portal.extension.places import PanelPlace, place_of, places_by_entity
from portal.extension.points import Contribution, ExtensionPoint
from portal.extension_points import home_panels
from portal.graphql.blocks import PanelBlock
from portal.graphql.scalars import JSON, DateTime
from portal.graphql.words import words

PanelSlot = graphene.Enum.from_enum(Slot, name="PanelSlot")


class PortalPanel(graphene.ObjectType):
    """What one plugin shows. Where it failed, `failed` says so in a sentence and there are no blocks.

    A panel that was not ready within the time that was asked for is `pending`: ask for it by itself.
    """

    plugin = words("The plugin's name.")
    id = graphene.String(required=True, description="Unique on its page; a tab is addressed by it.")
    title = words()
    slot = PanelSlot(description="Where on an entity's page; null on the home page.")
    failed = graphene.String()
    pending = graphene.Boolean(required=True, description="Whether it was not ready `within` the time.")
    as_of = DateTime(description="When what is shown was fetched, where that is not now.")
    can_refresh = graphene.Boolean(required=True, description="Whether refreshPanel fetches it again.")
    blocks = graphene.List(graphene.NonNull(PanelBlock), required=True)


class PortalPanelPlace(graphene.ObjectType):
    """A panel that a page has, without what it shows: ask for it by its id, so that none waits for others."""

    plugin = words("The plugin's name.")
    id = graphene.String(required=True, description="Unique on its page; a tab is addressed by it.")
    title = words()
    slot = PanelSlot(description="Where on an entity's page; null elsewhere.")
    wide = graphene.Boolean(required=True, description="Whether it takes the whole width of a plugin's page.")


def ids_argument() -> graphene.List:
    """`ids:`, the panels that are asked for."""
    return graphene.List(graphene.NonNull(graphene.String), description="Only these panels.")


def within_argument() -> graphene.Int:
    """`within:`, how long is waited for panels that can be asked for again."""
    return graphene.Int(description="Milliseconds: panels that take longer are pending.")


def seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else max(milliseconds, 0) / 1000


class PanelQueries:
    """The panels of the home page."""

    home_panels = graphene.List(
        graphene.NonNull(PortalPanel),
        required=True,
        ids=ids_argument(),
        within=within_argument(),
        description="What plugins show on the home page.",
    )
    home_panel_places = graphene.List(
        graphene.NonNull(PortalPanelPlace), required=True, description="Which panels the home page has."
    )

    def resolve_home_panels(
        root: Any, info: GraphQLResolveInfo, ids: list[str] | None = None, within: int | None = None
    ) -> list[ShownPanel]:
        panels = [item for item in home_panels.read() if _is_asked_for(item, ids)]
        return home_panels_for(panels, viewer=info.context.principal, within=seconds(within))

    def resolve_home_panel_places(root: Any, info: GraphQLResolveInfo) -> list[PanelPlace]:
        viewer = info.context.principal
        return [place_of(item) for item in home_panels.read() if may(viewer, item.value.permission)]


def _is_asked_for(item: Contribution[Any], ids: Collection[str] | None) -> bool:
    return ids is None or panel_id(item.plugin, item.name) in ids


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of the panels of a list of entities is asked for."""

    slot: Slot | None
    ids: frozenset[str] | None
    given: tuple[tuple[str, str], ...]
    within: float | None


class _EntityPanels:
    """Loads and resolves the panels of entities; one object per field, so that a list is loaded together."""

    def __init__(self, point: ExtensionPoint[type[Panel]]) -> None:
        self._point = point

    def __call__(
        self,
        entity: Any,
        info: GraphQLResolveInfo,
        *,
        slot: Slot | None = None,
        ids: list[str] | None = None,
        given: Any = None,
        within: int | None = None,
    ) -> list[ShownPanel]:
        asked = _Asked(slot, None if ids is None else frozenset(ids), _texts(given), seconds(within))
        return load_one(self._load, entity, info.context.principal, asked) or []

    def places(self, entity: Any, info: GraphQLResolveInfo, slot: Slot | None = None) -> list[PanelPlace]:
        return load_one(self._load_places, entity, info.context.principal, slot) or []

    def _load(self, entities: Sequence[Any], viewer: Any, asked: _Asked) -> Mapping[int, list[ShownPanel]]:
        panels = [item for item in self._of(asked.slot) if _is_asked_for(item, asked.ids)]
        return entity_panels_by_entity(
            panels, entities, viewer=viewer, given=dict(asked.given), within=asked.within
        )

    def _load_places(
        self, entities: Sequence[Any], viewer: Any, slot: Slot | None
    ) -> Mapping[int, list[PanelPlace]]:
        return places_by_entity(self._of(slot), entities, viewer=viewer)

    def _of(self, slot: Slot | None) -> list[Contribution[type[Panel]]]:
        return [item for item in self._point.read() if slot in {None, item.value.slot}]


def _texts(given: Any) -> tuple[tuple[str, str], ...]:
    """What panels are asked for, of whatever JSON was sent: texts by name."""
    pairs = given.items() if isinstance(given, dict) else ()
    return tuple(sorted((name, value) for name, value in pairs if isinstance(value, str)))


def entity_panels_fields(point: ExtensionPoint[type[Panel]]) -> tuple[graphene.Field, graphene.Field]:
    """The fields `panels(slot:, ids:)` and `panelPlaces(slot:)` of an entity, as `point` has them."""
    panels = _EntityPanels(point)
    slot = PanelSlot(description="Only the panels of this slot.")
    shown = graphene.Field(
        graphene.List(graphene.NonNull(PortalPanel)),
        required=True,
        slot=slot,
        ids=ids_argument(),
        given=JSON(description="Texts by the names of the parameters that panels have."),
        within=within_argument(),
        resolver=panels,
        description="What plugins show of the entity. A plugin that fails shows that it failed.",
    )
    places = graphene.Field(
        graphene.List(graphene.NonNull(PortalPanelPlace)),
        required=True,
        slot=slot,
        resolver=panels.places,
        description="Which panels its page has: those that turn out to have nothing to show are among them.",
    )
    return shown, places
