"""Says which panels a page has before any of them is asked for what it shows."""

import threading
from collections import OrderedDict
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

    Where a plugin takes its time, its panels are those that it named last. Where it fails to say, or never
    said, all are there: each of them then says what is the matter, or turns out to show nothing.
    """
    mine = [item for item in contributions if may(viewer, item.value.permission)]
    plugins = list(dict.fromkeys(item.plugin for item in mine))
    calls = [_call(plugin, mine, entities_for(plugin, entities)) for plugin in plugins]
    outcomes = dict(zip(plugins, contained_all(calls, within=PATIENCE_SECONDS), strict=True))
    for plugin, outcome in outcomes.items():
        _said_lately.keep(plugin, entities, outcome)
    return {
        entity.pk: [
            place_of(item, item.value.slot) for item in mine if _is_there(item, entity, outcomes[item.plugin])
        ]
        for entity in entities
    }


class _SaidLately:
    """What plugins said of entities that were looked at lately: it holds where they take their time now."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._said: OrderedDict[tuple[str, int], frozenset[str]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, plugin: str, entities: Sequence[Any], outcome: Outcome[Applying]) -> None:
        with self._lock:
            for entity in entities:
                if outcome.value is not None and entity.pk in outcome.value:
                    self._said[plugin, entity.pk] = outcome.value[entity.pk]
                    self._said.move_to_end((plugin, entity.pk))
            while len(self._said) > self._most:
                self._said.popitem(last=False)

    def of(self, plugin: str, entity: Any) -> frozenset[str] | None:
        return self._said.get((plugin, entity.pk))


_said_lately = _SaidLately(most=20_000)


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
        said = _said_lately.of(item.plugin, entity) if outcome.late else None
        return said is None or item.name in said
    if entity.pk in outcome.value:
        return item.name in outcome.value[entity.pk]
    return refused_kind(item.plugin, entity.kind) is not None
