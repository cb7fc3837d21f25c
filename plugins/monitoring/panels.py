"""What the plugin shows: of an entity in short and whole, of what a team owns, of what the viewer owns."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from portal.plugin_api import (
    Block,
    Empty,
    HomePanel,
    Panel,
    Principal,
    Slot,
    Stat,
    Status,
    Table,
    TeamPanel,
    load_one,
)
from portal.plugin_api.catalog import Entity

from . import demo, tab
from .selectors import (
    SIGNALS,
    Health,
    ServerSignals,
    health_by_entity,
    owned_health,
    owned_health_by_group,
    server_states,
)
from .settings import DEMO, current_settings
from .tab import alert_status, entity_link
from .watching import target_of, watch_of
from .wording import per_second, seconds, share

SHOWN = 12
WORDS = {"ok": "Healthy", "warning": "Needs a look", "error": "In trouble", "unknown": "Not known"}


class _OfWatched(Panel):
    """Of the kinds that are watched, once there is a server to ask."""

    def applies_to(self, entity: Entity) -> bool:
        settings = current_settings()
        return entity.kind in settings.kinds and bool(settings.servers)

    def as_of(self, entity: Entity, *, viewer: Principal) -> datetime | None:
        health = load_one(health_by_entity, entity, viewer)
        return health.as_of if health else None

    def made_from(self, entity: Entity) -> Iterable[tuple[str, str]]:
        return [(SIGNALS, target_of(server, entity.ref)) for server in watch_of(entity).servers]


class HealthPanel(_OfWatched):
    """The worst that is known, the alerts that fire, the golden signals now."""

    title = "Health"
    slot = Slot.OVERVIEW
    order = 20

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        health = load_one(health_by_entity, entity, viewer)
        if health is None:
            return
        yield Status(WORDS[health.level], health.level, _why(health))
        for alert in health.open_alerts[:3]:
            yield alert_status(alert)
        yield from _now(health.signals)
        yield from tab.gauges(health)


class MonitoringPanel(_OfWatched):
    """Everything: objectives, curves, alerts now and lately, the entity's own queries, where to look on."""

    title = "Monitoring"
    slot = Slot.TAB
    order = 20

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        health = load_one(health_by_entity, entity, viewer)
        if health is None:
            return
        yield from tab.blocks(entity, health, server_states())


class TeamBurningPanel(TeamPanel):
    """What is burning in what a team owns."""

    title = "Burning"
    order = 20

    def applies_to(self, entity: Entity) -> bool:
        return super().applies_to(entity) and bool(current_settings().servers)

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        yield from _burning(load_one(owned_health_by_group, entity, viewer) or [])


class BurningPanel(HomePanel):
    """What is burning in what the viewer owns, themselves or through their groups."""

    title = "Burning in what you own"
    order = 20

    def blocks(self, *, viewer: Principal) -> Iterator[Block]:
        settings = current_settings()
        if not settings.servers:
            return
        yield from _burning(owned_health(viewer))
        for name, taken in server_states().items():
            if taken.error:
                yield Status(name, "unknown", taken.error)


def _left(budget: float) -> str:
    return share(budget) if budget > 0 else "nothing"


def _why(health: Health) -> str | None:
    troubled = [each.burn.reason for each in health.objectives if each.burn.level in ("warning", "error")]
    unknown = [f"{each.server}: {each.problem}" for each in health.signals if each.problem]
    invented = demo.NOTICE if _is_demo(health) else ""
    return " ".join([*troubled, *unknown, invented]).strip() or None


def _is_demo(health: Health) -> bool:
    known = current_settings().all_servers
    return any(known[each.server].prometheus == DEMO for each in health.signals)


def _now(signals: Sequence[ServerSignals]) -> Iterator[Block]:
    """The golden signals as a table, with a column of servers where there are several."""
    known = [each for each in signals if each.is_known]
    columns = ("Requests", "Errors", "p95", "Saturation")
    rows = [
        (per_second(each.rate), share(each.error_ratio), seconds(each.duration), share(each.saturation))
        for each in known
    ]
    if len(known) == 1:
        yield Table(columns, (rows[0],))
    elif known:
        named = tuple((each.server, *row) for each, row in zip(known, rows, strict=True))
        yield Table(("Server", *columns), named)


def _burning(known: Sequence[tuple[Entity, Health]]) -> Iterator[Block]:
    if not known:
        return
    if any(_is_demo(health) for _, health in known):
        yield Status("Demo", "unknown", demo.NOTICE)
    bad = [pair for pair in known if pair[1].level in ("error", "warning")]
    unknown = sum(health.level == "unknown" for _, health in known)
    if not bad:
        rest = f"; of {unknown} nothing is known" if unknown else ""
        yield Empty("Nothing is burning", f"{len(known)} components are watched{rest}.")
        return
    rows = []
    for entity, health in bad[:SHOWN]:
        names = [each.name for each in health.open_alerts if each.level in ("error", "warning")]
        budget = [each.burn.budget_left for each in health.objectives if each.burn.budget_left is not None]
        rows.append(
            (
                entity_link(entity),
                Status(WORDS[health.level], health.level),
                ", ".join(dict.fromkeys(names)) or "budget burns",
                _left(min(budget)) if budget else "",
            )
        )
    yield Table(("Component", "State", "Why", "Budget left"), tuple(rows))
    if len(bad) > SHOWN:
        yield Stat("And more", str(len(bad) - SHOWN))
