"""Reading what was fetched: always for a viewer, always for many entities at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from portal.plugin_api import Principal
from portal.plugin_api.catalog import Entity, owned_by_team, owned_by_viewer
from portal.plugin_api.prepared import Parameter, Prepared
from portal.plugin_api.snapshots import Taken, snapshots_by_source, snapshots_by_target

from .models import Alert
from .settings import current_settings
from .slo import Burn, Level, UnreadableObjective, burn_of, objectives_of
from .watching import Watch, target_of, watch_of

LATELY = timedelta(days=7)
MOST_ALERTS = 100
WORST_FIRST: tuple[Level, ...] = ("error", "warning", "unknown", "ok")
ALERTS = Prepared(
    lambda: (
        Alert.objects.filter(entities__overlap=Parameter("uids", "uuid[]"))
        .exclude(ended_at__lt=Parameter("lately", "timestamptz"))
        .defer("labels")
        .order_by("-started_at", "pk")
    )
)
SIGNALS, OBJECTIVES, SERVERS = "monitoring.signals", "monitoring.objectives", "monitoring.servers"


@dataclass(frozen=True, slots=True)
class AlertSeen:
    """An alert that concerns an entity."""

    name: str
    severity: str
    state: str
    level: Level
    summary: str
    server: str
    started_at: datetime
    ended_at: datetime | None
    url: str
    runbook: str


@dataclass(frozen=True, slots=True)
class ServerSignals:
    """What one server knows of an entity: values now, and curves by signal. `problem` is why it is old."""

    server: str
    rate: float | None
    error_ratio: float | None
    duration: float | None
    saturation: float | None
    as_of: datetime | None
    stale: bool
    problem: str
    data: dict[str, Any]

    @property
    def is_known(self) -> bool:
        return (
            any(each is not None for each in (self.rate, self.duration, self.saturation))
            or "own" in self.data
        )


@dataclass(frozen=True, slots=True)
class ServerObjective:
    """How an objective does on one server."""

    server: str
    burn: Burn


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that is known of an entity, and the worst of it as a level."""

    level: Level
    alerts: tuple[AlertSeen, ...]
    signals: tuple[ServerSignals, ...]
    objectives: tuple[ServerObjective, ...]
    mistake: str

    @property
    def open_alerts(self) -> tuple[AlertSeen, ...]:
        return tuple(each for each in self.alerts if each.ended_at is None)

    @property
    def as_of(self) -> datetime | None:
        return max((each.as_of for each in self.signals if each.as_of), default=None)


def health_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, Health]:
    """The health of the entities of which anything is known; two statements, however many entities.

    The viewer may read the entities: whoever loaded them saw to that.
    """
    settings = current_settings()
    watches = {each.pk: watch_of(each, settings) for each in entities if each.kind in settings.kinds}
    targets = {target_of(server, watch.ref) for watch in watches.values() for server in watch.servers}
    if not targets:
        return {}
    taken = snapshots_by_source([SIGNALS, OBJECTIVES], targets)
    signals, objectives = taken[SIGNALS], taken[OBJECTIVES]
    alerts = _alerts_by_entity(entities)
    found = {}
    for entity in entities:
        if entity.pk not in watches:
            continue
        watch, seen = watches[entity.pk], tuple(alerts[entity.pk])
        known = _known_signals(watch, signals)
        burns, mistake = _objectives(entity, watch, objectives)
        if seen or known or burns or mistake:
            found[entity.pk] = Health(_worst(seen, known, burns), seen, known, burns, mistake)
    return found


def owned_health_by_group(
    groups: Sequence[Entity], viewer: Principal
) -> dict[int, list[tuple[Entity, Health]]]:
    """What each group and those below it own of which anything is known, the worst first; four statements."""
    owned = owned_by_team(groups, viewer)
    entities = {each.pk: each for found in owned.values() for each in found}
    health = health_by_entity(list(entities.values()), viewer)
    known = {
        pk: [(each, health[each.pk]) for each in found if each.pk in health] for pk, found in owned.items()
    }
    return {pk: sorted(pairs, key=_worst_first) for pk, pairs in known.items() if pairs}


def owned_health(viewer: Principal) -> list[tuple[Entity, Health]]:
    """What the viewer and their groups own of which anything is known, the worst first."""
    entities = owned_by_viewer(viewer)
    health = health_by_entity(entities, viewer)
    return sorted(((each, health[each.pk]) for each in entities if each.pk in health), key=_worst_first)


def server_states() -> dict[str, Taken]:
    """What was seen of each server lately, by name; one statement."""
    return snapshots_by_target(SERVERS, current_settings().all_servers)


def _worst_first(pair: tuple[Entity, Health]) -> tuple[int, str]:
    return WORST_FIRST.index(pair[1].level), pair[0].ref


def level_of(severity: str, state: str) -> Level:
    """How bad an alert is, from the label `severity` as it is commonly used."""
    if state in (Alert.State.SILENCED, Alert.State.RESOLVED):
        return "unknown"
    if state == Alert.State.PENDING:
        return "warning"
    if severity.lower() in ("critical", "page", "error", "fatal", "emergency", "high"):
        return "error"
    return "unknown" if severity.lower() in ("info", "none", "information") else "warning"


def _alerts_by_entity(entities: Sequence[Entity]) -> dict[int, list[AlertSeen]]:
    """The open alerts of each, and those that ended lately; newest first."""
    pk_of = {entity.uid: entity.pk for entity in entities}
    found: dict[int, list[AlertSeen]] = defaultdict(list)
    for row in ALERTS(uids=list(pk_of), lately=timezone.now() - LATELY):
        seen = AlertSeen(
            row.name, row.severity, row.state, level_of(row.severity, row.state), row.summary, row.server,
            row.started_at, row.ended_at, row.url, row.runbook,
        )  # fmt: skip
        for uid in row.entities:
            if uid in pk_of and len(found[pk_of[uid]]) < MOST_ALERTS:
                found[pk_of[uid]].append(seen)
    return found


def _objectives(
    entity: Entity, watch: Watch, taken_by_target: dict[str, Taken]
) -> tuple[tuple[ServerObjective, ...], str]:
    """How the entity's objectives do, and what is wrong with them."""
    try:
        promised = objectives_of(entity, current_settings())
    except UnreadableObjective as error:
        return (), str(error)
    found = []
    for server in watch.servers:
        taken = taken_by_target.get(target_of(server, watch.ref))
        for objective in promised:
            shares = (taken.data or {}).get(objective.name) if taken else None
            if shares:
                found.append(ServerObjective(server, burn_of(objective, shares)))
    return tuple(found), ""


def _known_signals(watch: Watch, taken_by_target: dict[str, Taken]) -> tuple[ServerSignals, ...]:
    """What servers know of it; one that knows of no series is left out, unless it could never be asked."""
    found = [_signals(server, taken_by_target.get(target_of(server, watch.ref))) for server in watch.servers]
    return tuple(each for each in found if each and (each.is_known or (each.problem and not each.data)))


def _signals(server: str, taken: Taken | None) -> ServerSignals | None:
    if taken is None:
        return None
    data = taken.data or {}
    rate, errors = _last(data, "rate"), _last(data, "errors")
    ratio = None if not rate else min((errors or 0.0) / rate, 1.0)
    return ServerSignals(
        server, rate, ratio, _last(data, "duration"), _last(data, "saturation"),
        datetime.fromtimestamp(data["at"], UTC) if "at" in data else taken.as_of,
        taken.stale, taken.error, data,
    )  # fmt: skip


def _last(data: dict[str, Any], signal: str) -> float | None:
    values = data.get(signal) or [None]
    value: float | None = values[-1]
    return value


def _worst(
    alerts: Iterable[AlertSeen], signals: Iterable[ServerSignals], objectives: Iterable[ServerObjective]
) -> Level:
    """The worst that is known; without any sign of trouble, unknown where a server could not be asked."""
    levels = {each.level for each in alerts if each.state in (Alert.State.FIRING, Alert.State.PENDING)}
    levels |= {each.burn.level for each in objectives}
    for level in WORST_FIRST[:2]:
        if level in levels:
            return level
    fresh = [each for each in signals if not each.stale and not each.problem]
    return "ok" if fresh else "unknown"
