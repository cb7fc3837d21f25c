"""Fetches golden signals: one query for each signal and server, however many components are due."""

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from portal.plugin_api import SnapshotSource

from . import demo
from .asking import Unavailable, ask, failed
from .prometheus import Curve, Prometheus
from .queries import SIGNALS, Convention, selector, written
from .settings import DEMO, MonitoringSettings, Server, current_settings
from .watching import Watch, parts_of, targets_of_all, watches_of

STEP = 900
POINTS = 24
WINDOW = "5m"
BATCH = 5000
MAX_CURVES = 12
DIGITS = 4


def signals_source(settings: MonitoringSettings) -> SnapshotSource:
    """The snapshots of golden signals, one for each server and entity."""
    return SnapshotSource(
        "signals",
        targets=targets_of_all,
        fetch=fetch_signals,
        every=settings.every,
        batch=BATCH,
        stale_after=max(3 * settings.every, timedelta(minutes=5)),
    )


def fetch_signals(targets: Sequence[str]) -> dict[str, Any]:
    """By target: the time of the last value, the curves of the signals, the entity's own queries."""
    settings = current_settings()
    watches = watches_of({parts_of(target)[1] for target in targets})
    by_server: dict[str, list[Watch]] = defaultdict(list)
    answers: dict[str, Any] = {}
    for target in targets:
        name, ref = parts_of(target)
        if ref in watches and name in settings.all_servers:
            by_server[name].append(watches[ref])
    for name, asked in by_server.items():
        server = settings.all_servers[name]
        for ref, data in _of_server(server, asked, settings).items():
            answers[f"{name} {ref}"] = data
    return answers


def _of_server(server: Server, watches: Sequence[Watch], settings: MonitoringSettings) -> Mapping[str, Any]:
    now = time.time()
    if server.prometheus == DEMO:
        return {watch.ref: demo.signals(watch.name, now) for watch in watches}
    prometheus = Prometheus(server.prometheus, settings.seconds, server.token)
    try:
        curves = ask(server, lambda: _curves(prometheus, settings.queries, watches, now))
    except Unavailable as error:
        return {watch.ref: failed(error) for watch in watches}
    answers: dict[str, Any] = {}
    for watch in watches:
        data = {"at": round(now), "step": STEP, **curves.get(watch.name, {})}
        if watch.queries:
            data["own"] = _own(server, prometheus, watch, now)
        answers[watch.ref] = data
    return answers


def _curves(
    prometheus: Prometheus, convention: Convention, watches: Sequence[Watch], now: float
) -> dict[str, dict[str, list[float | None]]]:
    """Signal by name of component, each as the values at the last POINTS times."""
    names = {watch.name for watch in watches}
    matching = selector(convention.label, names)
    found: dict[str, dict[str, list[float | None]]] = defaultdict(dict)
    for signal in SIGNALS:
        query = written(getattr(convention, signal), label=convention.label, selector=matching, window=WINDOW)
        for curve in _range(prometheus, query, now):
            name = curve.labels.get(convention.label, "")
            if name in names:
                found[name][signal] = _values(curve, now)
    return found


def _own(server: Server, prometheus: Prometheus, watch: Watch, now: float) -> list[dict[str, Any]]:
    """What an entity's own queries answer; a query that Prometheus refuses is told beside the others."""
    answers = []
    for query in watch.queries:
        answer: dict[str, Any] = {"query": query.promql}
        try:
            curves = _range(prometheus, query.promql, now)[:MAX_CURVES]
        except Exception as error:  # noqa: BLE001 - the mistake of one entity is not the server's
            answer["error"] = str(error)[:300]
        else:
            answer["lines"] = [
                {"label": _label(curve, query.dimension), "values": _values(curve, now)} for curve in curves
            ]
        answers.append(answer)
    return answers


def _range(prometheus: Prometheus, query: str, now: float) -> list[Curve]:
    return prometheus.query_range(query, start=now - STEP * (POINTS - 1), end=now, step=STEP)


def _values(curve: Curve, now: float) -> list[float | None]:
    """One value for each of the last POINTS times; the last is now."""
    values: list[float | None] = [None] * POINTS
    for at, value in curve.points:
        index = POINTS - 1 - round((now - at) / STEP)
        if 0 <= index < POINTS and value is not None:
            values[index] = _rounded(value)
    return values


def _rounded(value: float) -> float:
    """Four digits that matter, so that ten thousand components stay small."""
    if value == 0:
        return 0.0
    return round(value, DIGITS - 1 - math.floor(math.log10(abs(value))))


def _label(curve: Curve, dimension: str) -> str:
    labels = {key: value for key, value in curve.labels.items() if key != "__name__"}
    if dimension in labels:
        return labels[dimension]
    return next(iter(labels.values()), curve.labels.get("__name__", "value"))[:80]
