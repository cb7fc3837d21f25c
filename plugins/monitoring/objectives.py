"""Fetches what objectives are measured by: the share of bad requests over several windows."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from portal.plugin_api import SYSTEM, SnapshotSource
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities

from . import demo
from .asking import Unavailable, ask, failed
from .prometheus import Prometheus
from .queries import Convention, selector, written
from .settings import DEMO, MonitoringSettings, Server, current_settings
from .slo import HOURS, Objective, UnreadableObjective, objectives_of
from .watching import (
    AVAILABILITY,
    LATENCY,
    Watch,
    parts_of,
    target_of,
    targets_of_all,
    watch_of,
    watched,
)

BATCH = 2000


def objectives_source(settings: MonitoringSettings) -> SnapshotSource:
    """The snapshots of objectives, one for each server and entity that has any."""
    return SnapshotSource(
        "objectives",
        targets=_targets,
        fetch=fetch_objectives,
        every=settings.objectives_every,
        batch=BATCH,
        stale_after=max(3 * settings.objectives_every, timedelta(minutes=15)),
    )


def _targets() -> list[str]:
    """Each entity that may promise something, with its servers; all of them where every tier does."""
    settings = current_settings()
    if not settings.all_servers or "*" in settings.objective_of_tier:
        return targets_of_all()
    label = (settings.tier_label,) if settings.objectives else ()
    return [
        target_of(server, entity.ref)
        for entity in watched(AVAILABILITY, LATENCY, labels=label, settings=settings)
        if _readable(entity, settings)
        for server in watch_of(entity, settings).servers
    ]


def fetch_objectives(targets: Sequence[str]) -> dict[str, Any]:
    """By target: the share of bad requests by window, for each objective by name."""
    settings = current_settings()
    refs = list({parts_of(target)[1] for target in targets})
    rows = find_entities(EntityQuery(kind=settings.kinds), viewer=SYSTEM).order_by().filter(ref__among=refs)
    entities = {entity.ref: entity for entity in rows}
    by_server: dict[str, list[Entity]] = defaultdict(list)
    for target in targets:
        server, ref = parts_of(target)
        if ref in entities and server in settings.all_servers:
            by_server[server].append(entities[ref])
    answers: dict[str, Any] = {}
    for name, asked in by_server.items():
        for ref, data in _of_server(settings.all_servers[name], asked, settings).items():
            answers[target_of(name, ref)] = data
    return answers


def _of_server(server: Server, entities: Sequence[Entity], settings: MonitoringSettings) -> dict[str, Any]:
    wanted = [
        (watch_of(each, settings), objective) for each in entities for objective in _readable(each, settings)
    ]
    if server.prometheus == DEMO:
        return demo.objectives(wanted)
    prometheus = Prometheus(server.prometheus, settings.seconds, server.token)
    groups: dict[tuple[int, float | None], list[Watch]] = defaultdict(list)
    for watch, objective in wanted:
        groups[objective.days, objective.under].append(watch)
    shares: dict[tuple[int, float | None], dict[str, dict[str, float]]] = {}
    try:
        for (days, under), watches in groups.items():
            shares[days, under] = ask(
                server, lambda days=days, under=under, watches=watches:  # type: ignore[misc]
                _bad_shares(prometheus, settings.queries, watches, days, under),
            )  # fmt: skip
    except Unavailable as error:
        return {entity.ref: failed(error) for entity in entities}
    answers: dict[str, Any] = {entity.ref: {"at": round(time.time())} for entity in entities}
    for watch, objective in wanted:
        answers[watch.ref][objective.name] = shares[objective.days, objective.under].get(watch.name, {})
    return answers


def _bad_shares(
    prometheus: Prometheus, convention: Convention, watches: Iterable[Watch], days: int, under: float | None
) -> dict[str, dict[str, float]]:
    """By name of component and window; a component without requests in a window has no share there."""
    label = convention.label
    matching = selector(label, (watch.name for watch in watches))
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for window in (*HOURS, "period"):
        duration = f"{days}d" if window == "period" else window

        def values(query: str, duration: str = duration) -> Mapping[str, float]:
            promql = written(query, label=label, selector=matching, window=duration, le=under)
            return {sample.labels.get(label, ""): sample.value for sample in prometheus.query(promql)}

        counted = values(convention.rate if under is None else convention.measured)
        marked = values(convention.errors if under is None else convention.slow)
        for name, total in counted.items():
            if total > 0:
                share = marked.get(name, 0.0) / total
                found[name][window] = min(max(share if under is None else 1 - share, 0.0), 1.0)
    return found


def _readable(entity: Entity, settings: MonitoringSettings) -> tuple[Objective, ...]:
    """The entity's objectives; none where they cannot be read, which its page says."""
    try:
        return objectives_of(entity, settings)
    except UnreadableObjective:
        return ()
