"""Asks plugins for what they show and gathers their answers, each contained, plain and bounded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from portal.extension.blocks import BLOCKS, Block, Document, Table, Text
from portal.extension.guard import Call, Outcome, attempt, contained, contained_all
from portal.extension.markdown import clean_html, to_safe_html
from portal.extension.narrowing import entities_for, refused_kind
from portal.extension.panels import HomePanel, Panel, Slot
from portal.extension.permissions import may
from portal.extension.plain import Budget, WrongAnswer, bounded, plain_dataclass
from portal.extension.points import Contribution
from portal.extension.search import SearchDocuments, SearchHit
from portal.extension.turns import contained_by_turns

MAX_BLOCKS = 50
MAX_HITS = 100
MAX_PANEL_CHARACTERS = 512 * 1024
MAX_GIVEN = 500


@dataclass(frozen=True, slots=True)
class ShownText:
    """A Text block whose Markdown has become safe HTML."""

    source: str
    html: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel's answer; None in its place means that the panel has nothing for this entity."""

    as_of: datetime | None
    blocks: tuple[Any, ...]
    can_refresh: bool = False


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel as the page shows it; `failed` is a sentence where there are no blocks to show.

    A `pending` one was not ready within the time it was given: it is asked for again.
    """

    plugin: str
    id: str
    title: str
    slot: Slot | None
    failed: str | None
    as_of: datetime | None
    blocks: tuple[Any, ...]
    can_refresh: bool
    pending: bool


def entity_panels_by_entity(
    contributions: Sequence[Contribution[type[Panel]]],
    entities: Sequence[Any],
    *,
    viewer: Any,
    given: Mapping[str, str] | None = None,
    within: float | None = None,
) -> dict[int, list[ShownPanel]]:
    """The panels of each entity by primary key, in order; one call to each panel for all the entities.

    `given` has what panels with parameters are asked for. Those that take more than `within` seconds are
    pending.
    """
    contributions = [item for item in contributions if may(viewer, item.value.permission)]
    if not contributions:
        return {entity.pk: [] for entity in entities}
    plugins = {item.plugin for item in contributions}
    theirs = {plugin: entities_for(plugin, entities) for plugin in sorted(plugins)}
    calls = [_entity_call(item, theirs[item.plugin], viewer, given or {}) for item in contributions]
    outcomes = contained_by_turns(calls, within=within)
    found: dict[int, list[ShownPanel]] = {entity.pk: [] for entity in entities}
    for item, outcome in zip(contributions, outcomes, strict=True):
        for entity in entities:
            panel = shown_panel(item, item.value.slot, _outcome_of(item, entity, outcome))
            if panel:
                found[entity.pk].append(panel)
    return found


def _outcome_of(
    item: Contribution[type[Panel]], entity: Any, outcome: Outcome[dict[int, Outcome[Shown | None]]]
) -> Outcome[Shown | None]:
    if outcome.value is None:
        return Outcome(None, outcome.failure, late=outcome.late)
    if entity.pk in outcome.value:
        return outcome.value[entity.pk]
    return Outcome(None, refused_kind(item.plugin, entity.kind))


def home_panels_for(
    contributions: Sequence[Contribution[type[HomePanel]]], *, viewer: Any, within: float | None = None
) -> list[ShownPanel]:
    """The panels of the home page, in order; those that take more than `within` seconds are pending."""
    contributions = [item for item in contributions if may(viewer, item.value.permission)]
    calls = [_home_call(item, viewer) for item in contributions]
    outcomes = contained_by_turns(calls, within=within)
    panels = [shown_panel(item, None, one) for item, one in zip(contributions, outcomes, strict=True)]
    return [panel for panel in panels if panel]


def search_hits(
    contributions: Sequence[Contribution[SearchDocuments]], query: str, *, viewer: Any, limit: int
) -> dict[str, list[SearchHit] | None]:
    """Hits by the name of their contribution, None where the plugin failed. Whoever shows a hit with a `ref`
    checks that the viewer may read that entity."""
    limit = min(limit, MAX_HITS)
    calls = [
        Call(item.plugin, f"the search documents {item.name}", _search(item.value, query, viewer, limit))
        for item in contributions
    ]
    return {
        item.name: outcome.value for item, outcome in zip(contributions, contained_all(calls), strict=True)
    }


def snapshots_of_panel(item: Contribution[type[Panel]], entity: Any, *, viewer: Any) -> list[tuple[str, str]]:
    """The snapshots that a panel shows of an entity, none where it does not apply. Raises PluginFailed."""

    def run() -> list[tuple[str, str]]:
        panel = item.value()
        if not may(viewer, item.value.permission):
            return []
        [shown] = entities_for(item.plugin, [entity]) or [None]
        return pairs_of(panel.made_from(shown)) if shown is not None and panel.applies_to(shown) else []

    return contained(item.plugin, f"the panel {item.value.title}", run)


def snapshots_of_home_panel(item: Contribution[type[HomePanel]], *, viewer: Any) -> list[tuple[str, str]]:
    """The snapshots that a panel of the home page shows. Raises PluginFailed."""
    if not may(viewer, item.value.permission):
        return []
    what = f"the panel {item.value.title}"
    return contained(item.plugin, what, lambda: pairs_of(item.value().made_from(viewer=viewer)))


def panel_id(plugin: str, name: str) -> str:
    """A panel's id and its tab's address: the plugin, and the panel where it is named otherwise."""
    return plugin if name == plugin else f"{plugin}-{name}"


def _entity_call(
    item: Contribution[type[Panel]], entities: Sequence[Any], viewer: Any, given: Mapping[str, str]
) -> Call[dict[int, Outcome[Shown | None]]]:
    what = f"the panel {item.value.title}"

    def show(entity: Any) -> Shown | None:
        panel = item.value()
        if not panel.applies_to(entity):
            return None
        panel.given = {name: str(given.get(name, ""))[:MAX_GIVEN] for name in panel.parameters}
        blocks = panel.blocks(entity, viewer=viewer)
        return shown_of(blocks, lambda: panel.as_of(entity, viewer=viewer), lambda: panel.made_from(entity))

    def run() -> dict[int, Outcome[Shown | None]]:
        if len(entities) == 1:
            return {entities[0].pk: Outcome(show(entities[0]))}
        return {entity.pk: attempt(item.plugin, what, partial(show, entity)) for entity in entities}

    return Call(item.plugin, what, run)


def pairs_of(made_from: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a panel is made from, plain and bounded; raises WrongAnswer."""
    pairs = bounded(made_from, MAX_HITS)
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise WrongAnswer("made_from does not answer pairs of source and target")
    return [(str(source), str(target)) for source, target in pairs]


def _home_call(item: Contribution[type[HomePanel]], viewer: Any) -> Call[Shown | None]:
    def run() -> Shown | None:
        panel = item.value()
        return shown_of(
            panel.blocks(viewer=viewer),
            lambda: panel.as_of(viewer=viewer),
            lambda: panel.made_from(viewer=viewer),
        )

    return Call(item.plugin, f"the panel {item.value.title}", run)


def _search(documents: SearchDocuments, query: str, viewer: Any, limit: int) -> Callable[[], list[SearchHit]]:
    def run() -> list[SearchHit]:
        hits = bounded(documents.find(query, viewer=viewer, limit=limit), limit)
        if any(type(hit) is not SearchHit for hit in hits):
            raise WrongAnswer("a hit is not a SearchHit")
        budget = Budget(MAX_PANEL_CHARACTERS)
        return [plain_dataclass(hit, budget) for hit in hits]

    return run


def shown_of(
    blocks: Iterable[Block],
    as_of: Callable[[], datetime | None],
    made_from: Callable[[], Iterable[tuple[str, str]]],
) -> Shown | None:
    budget = Budget(MAX_PANEL_CHARACTERS)
    shown = tuple(_shown_block(block, budget) for block in bounded(blocks, MAX_BLOCKS))
    if not shown:
        return None
    at = as_of()
    if at is not None and (type(at) is not datetime or at.tzinfo is None):
        raise WrongAnswer("as_of is not a datetime with a time zone")
    return Shown(at, shown, can_refresh=bool(pairs_of(made_from())))


def _shown_block(block: Any, budget: Budget) -> Any:
    if type(block) not in BLOCKS:
        raise WrongAnswer(f"{type(block).__name__} is not a block")
    copy = plain_dataclass(block, budget)
    if isinstance(copy, Text):
        if copy.html:
            return ShownText(copy.html, clean_html(copy.html))
        return ShownText(copy.markdown, to_safe_html(copy.markdown))
    if isinstance(copy, Document):
        markup = clean_html(copy.html) if copy.html else to_safe_html(copy.markdown)
        return replace(copy, markdown="", html=markup)
    if isinstance(copy, Table) and any(len(row) != len(copy.columns) for row in copy.rows):
        raise WrongAnswer("a row of a Table has more or fewer cells than the Table has columns")
    return copy


def shown_panel(
    item: Contribution[Any], slot: Slot | None, outcome: Outcome[Shown | None]
) -> ShownPanel | None:
    shown = outcome.value
    if shown is None and outcome.failure is None:
        return None
    return ShownPanel(
        plugin=item.plugin,
        id=panel_id(item.plugin, item.name),
        title=item.value.title,
        slot=slot,
        failed=None if outcome.late else outcome.failure,
        as_of=shown.as_of if shown else None,
        blocks=shown.blocks if shown else (),
        can_refresh=bool(shown and shown.can_refresh),
        pending=outcome.late,
    )
