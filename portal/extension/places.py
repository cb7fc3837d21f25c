"""Says which panels a page has before any of them is asked for what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.extension.collecting import panel_id
from portal.extension.guard import Call, Outcome, attempt, contained_all
from portal.extension.narrowing import entities_for, refused_kind
from portal.extension.panels import Panel, Slot
from portal.extension.permissions import may
from portal.extension.points import Contribution

PATIENCE_SECONDS = 0.25
"""The page's first answer waits for all plugins to say which panels it has: that must not take longer."""

Panels = Sequence[Contribution[type[Panel]]]
Applying = Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class PanelPlace:
    """A panel that a page has, without what it shows: it is asked for by its `id`."""

    plugin: str
    id: str
    title: str
    slot: Slot | None
    wide: bool = False


def places_by_entity(
    contributions: Panels, entities: Sequence[Any], *, viewer: Any
) -> dict[int, list[PanelPlace]]:
    """The panels of each entity by primary key, in order; one call to each plugin.

    Where a plugin fails to say, or takes its time, its panels are there: each of them then says what is the
    matter, or turns out to show nothing.
    """
    mine = [item for item in contributions if may(viewer, item.value.permission)]
    plugins = list(dict.fromkeys(item.plugin for item in mine))
    calls = [_call(plugin, mine, entities_for(plugin, entities)) for plugin in plugins]
    outcomes = dict(zip(plugins, contained_all(calls, within=PATIENCE_SECONDS), strict=True))
    return {
        entity.pk: [
            place_of(item, item.value.slot) for item in mine if _is_there(item, entity, outcomes[item.plugin])
        ]
        for entity in entities
    }


def place_of(item: Contribution[Any], slot: Slot | None = None) -> PanelPlace:
    return PanelPlace(item.plugin, panel_id(item.plugin, item.name), item.value.title, slot)


def _call(plugin: str, contributions: Panels, entities: Sequence[Any]) -> Call[Applying]:
    panels = [item.value for item in contributions if item.plugin == plugin]

    def run() -> Applying:
        return {
            entity.pk: frozenset(panel.name for panel in panels if _applies(plugin, panel, entity))
            for entity in entities
        }

    return Call(plugin, "the list of its panels", run)


def _applies(plugin: str, panel: type[Panel], entity: Any) -> bool:
    outcome = attempt(plugin, f"the panel {panel.title}", lambda: bool(panel().applies_to(entity)))
    return outcome.failure is not None or bool(outcome.value)


def _is_there(item: Contribution[type[Panel]], entity: Any, outcome: Outcome[Applying]) -> bool:
    if outcome.value is None:
        return True
    if entity.pk in outcome.value:
        return item.name in outcome.value[entity.pk]
    return refused_kind(item.plugin, entity.kind) is not None
