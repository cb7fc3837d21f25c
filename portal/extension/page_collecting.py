"""Asks plugins for their pages: which there are, what they are asked for, and each panel by itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from portal.extension.collecting import Shown, ShownPanel, pairs_of, panel_id, shown_of, shown_panel
from portal.extension.guard import Call, contained, contained_all
from portal.extension.pages import Page, PagePanel
from portal.extension.permissions import may
from portal.extension.places import PanelPlace
from portal.extension.plain import Budget, WrongAnswer, bounded, plain
from portal.extension.points import Contribution
from portal.extension.turns import contained_by_turns

MAX_CHOICES = 1000
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class ShownParameter:
    """A parameter with the value that holds; `choices` are pairs of value and label, None for a text."""

    name: str
    title: str
    value: str
    choices: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True)
class ShownPage:
    """What a page is asked for; `failed` says why that is not known."""

    parameters: tuple[ShownParameter, ...]
    failed: str | None


def page_id(item: Contribution[type[Page]]) -> str:
    """The last part of its address."""
    return panel_id(item.plugin, item.name)


def pages_for(
    contributions: Collection[Contribution[type[Page]]], *, viewer: Any
) -> list[Contribution[type[Page]]]:
    """The pages that a viewer has in the navigation, in order; asks no plugin."""
    return [item for item in contributions if may(viewer, item.value.permission)]


def page_for(item: Contribution[type[Page]], *, viewer: Any, given: Mapping[str, Any]) -> ShownPage:
    """What a page is asked for, with the values that hold."""
    call = Call(item.plugin, f"the page {item.value.title}", partial(_settled, item.value, viewer, given))
    [outcome] = contained_all([call])
    return ShownPage(outcome.value or (), outcome.failure)


def places_of_page(item: Contribution[type[Page]], *, viewer: Any) -> list[PanelPlace]:
    """The panels of a page; asks no plugin."""
    return [
        PanelPlace(item.plugin, panel_id(item.plugin, panel.name), panel.title, None, panel.wide)
        for panel in item.value.panels
        if may(viewer, panel.permission)
    ]


def panels_of_page(
    item: Contribution[type[Page]],
    *,
    viewer: Any,
    given: Mapping[str, Any],
    ids: Collection[str] | None,
    within: float | None = None,
) -> list[ShownPanel]:
    """The panels of a page, or those of them that are asked for, in order.

    Those that take more than `within` seconds are pending.
    """
    panels = [
        Contribution(item.plugin, panel.name, panel, item.order)
        for panel in item.value.panels
        if (ids is None or panel_id(item.plugin, panel.name) in ids) and may(viewer, panel.permission)
    ]
    calls = [_call(item.value, panel, viewer, given) for panel in panels]
    outcomes = contained_by_turns(calls, within=within)
    found = [shown_panel(panel, None, outcome) for panel, outcome in zip(panels, outcomes, strict=True)]
    return [panel for panel in found if panel]


def snapshots_of_page_panel(
    item: Contribution[type[Page]], panel: str, *, viewer: Any, given: Mapping[str, Any]
) -> list[tuple[str, str]] | None:
    """The snapshots that a panel of a page shows; None where there is no such panel. Raises PluginFailed."""
    found = next((one for one in item.value.panels if panel_id(item.plugin, one.name) == panel), None)
    if found is None or not may(viewer, found.permission):
        return None

    def run() -> list[tuple[str, str]]:
        return pairs_of(found().made_from(viewer=viewer, given=_values(item.value, viewer, given)))

    return contained(item.plugin, f"the panel {found.title}", run)


def _call(
    page: type[Page], item: Contribution[type[PagePanel]], viewer: Any, given: Mapping[str, Any]
) -> Call[Shown | None]:
    def run() -> Shown | None:
        values = _values(page, viewer, given)
        panel = item.value()
        return shown_of(
            panel.blocks(viewer=viewer, given=values),
            lambda: panel.as_of(viewer=viewer, given=values),
            lambda: panel.made_from(viewer=viewer, given=values),
        )

    return Call(item.plugin, f"the panel {item.value.title}", run)


def _values(page: type[Page], viewer: Any, given: Mapping[str, Any]) -> dict[str, str]:
    return {parameter.name: parameter.value for parameter in _settled(page, viewer, given)}


def _settled(page: type[Page], viewer: Any, given: Mapping[str, Any]) -> tuple[ShownParameter, ...]:
    """Every parameter with a value: what is given where it may be chosen, else the first choice."""
    budget = Budget()
    found = []
    for parameter in page.parameters:
        said = given.get(parameter.name)
        said = said if isinstance(said, str) else ""
        answer = parameter.choices_for(viewer)
        if answer is None:
            found.append(ShownParameter(parameter.name, parameter.title, said[:MAX_TEXT], None))
            continue
        choices = tuple(_pair(pair, budget) for pair in bounded(answer, MAX_CHOICES))
        value = said if said in {value for value, _ in choices} else choices[0][0] if choices else ""
        found.append(ShownParameter(parameter.name, parameter.title, value, choices))
    return tuple(found)


def _pair(pair: Any, budget: Budget) -> tuple[str, str]:
    if not isinstance(pair, tuple) or len(pair) != 2 or not all(isinstance(each, str) for each in pair):
        raise WrongAnswer("a choice is not a pair of value and label")
    value, label = plain(pair, budget)
    return value, label
