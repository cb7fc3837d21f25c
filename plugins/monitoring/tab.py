"""The whole of an entity's monitoring, in blocks."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from string import Template
from typing import Any
from urllib.parse import quote

from portal.plugin_api import (
    Block,
    Empty,
    Error,
    Gauge,
    Line,
    Link,
    Links,
    Moment,
    Series,
    Status,
    Table,
    Threshold,
    Timeline,
    is_safe_url,
)
from portal.plugin_api.catalog import Entity
from portal.plugin_api.snapshots import Taken

from . import demo
from .selectors import AlertSeen, Health, ServerSignals
from .settings import DEMO, current_settings
from .slo import HOURS, Burn
from .watching import DASHBOARD, Watch, watch_of
from .wording import ago

MAX_ALERTS, MAX_MOMENTS, MAX_OWN, MAX_DOWN = 20, 30, 8, 10
CURVES = (
    ("rate", "Requests", "/s"),
    ("errors", "Errors", "/s"),
    ("duration", "Duration, 95 of 100 are faster", "s"),
    ("saturation", "Saturation, of 1", None),
)


def blocks(entity: Entity, health: Health, states: Mapping[str, Taken]) -> Iterator[Block]:
    """Problems first, then objectives, alerts, curves, the entity's own queries, history, links."""
    watch = watch_of(entity)
    if health.mistake:
        yield Error("An objective cannot be read", health.mistake)
    yield from _state_of_servers(health, watch, states)
    yield from gauges(health)
    yield from _burn_table(health)
    yield from _alert_table(health)
    for signal, title, unit in CURVES:
        yield from _curve(health, signal, title, unit)
    yield from _own_queries(health)
    yield from _history(health)
    yield from _links(entity, watch)


def gauges(health: Health) -> Iterator[Block]:
    """The error budget that is left, of each objective."""
    several = len({each.server for each in health.objectives}) > 1
    for each in health.objectives:
        if each.burn.budget_left is not None:
            where = f", {each.server}" if several else ""
            yield Gauge(
                f"Error budget left: {each.burn.objective.name}{where}",
                round(max(each.burn.budget_left, 0.0) * 100, 1),
                level=each.burn.level,
                detail=each.burn.reason or each.burn.objective.title,
            )


def alert_status(alert: AlertSeen) -> Status:
    """An open alert in one line."""
    quiet = "" if alert.state == "firing" else f"{alert.state}, "
    return Status(alert.name, alert.level, f"{quiet}{ago(alert.started_at)}: {alert.summary}"[:300])


def entity_link(entity: Entity) -> Link:
    path = "/".join(quote(part, safe="") for part in (entity.namespace, entity.kind.lower(), entity.name))
    return Link(f"/catalog/{path}", entity.title or entity.name)


def _state_of_servers(health: Health, watch: Watch, states: Mapping[str, Taken]) -> Iterator[Block]:
    """A grey badge for each server that could not be asked; what of the entity cannot be scraped."""
    known = current_settings().all_servers
    problems = {each.server: each.problem for each in health.signals if each.problem}
    for server in watch.servers:
        taken = states.get(server)
        problem = problems.get(server) or (taken.error if taken else "")
        if problem:
            yield Status(server, "unknown", problem)
        elif known[server].prometheus == DEMO:
            yield Status("Demo", "unknown", demo.NOTICE)
        for down in _down(taken, watch)[:MAX_DOWN]:
            yield Status(f"{server} cannot scrape {down['url']}", "error", down["error"])


def _down(taken: Taken | None, watch: Watch) -> list[dict[str, str]]:
    data: dict[str, Any] = (taken.data or {}) if taken else {}
    return [each for each in data.get("down", ()) if each["name"] == watch.name]


def _burn_table(health: Health) -> Iterator[Block]:
    """How fast each budget burns over each window, with a column of servers where there are several."""
    several = len({each.server for each in health.objectives}) > 1
    where = ("Server",) if several else ()
    rows = tuple(
        (
            f"{each.burn.objective.name}: {each.burn.objective.title}",
            *((each.server,) if several else ()),
            *(_rate(each.burn, window) for window in (*HOURS, "period")),
        )
        for each in health.objectives
    )
    if rows:
        yield Table(("Burn rate of the budget", *where, *HOURS, "whole"), rows)


def _rate(burn: Burn, window: str) -> str:
    return f"{burn.rates[window]:.2g} x" if window in burn.rates else "no data"


def _alert_table(health: Health) -> Iterator[Block]:
    found = health.open_alerts[:MAX_ALERTS]
    if not found:
        yield Empty("No alerts", "Nothing fires that names this component.")
        return
    rows = tuple(
        (
            Link(each.url, each.name) if is_safe_url(each.url) else each.name,
            Status(each.state, each.level, each.severity or None),
            ago(each.started_at),
            each.summary,
        )
        for each in found
    )
    yield Table(("Alert", "State", "Since", "Summary"), rows)
    runbooks = {each.name: each.runbook for each in found if is_safe_url(each.runbook)}
    if runbooks:
        yield Links(tuple(Link(url, f"Runbook of {name}", icon="help") for name, url in runbooks.items()))


def _curve(health: Health, signal: str, title: str, unit: str | None) -> Iterator[Block]:
    lines = tuple(
        Line(each.server, _points(each, each.data[signal])) for each in health.signals if signal in each.data
    )
    if lines:
        thresholds = tuple(
            Threshold(f"objective {each.burn.objective.title}", each.burn.objective.under)
            for each in health.objectives[:1]
            if signal == "duration" and each.burn.objective.under
        )
        yield Series(title, lines, unit=unit, thresholds=thresholds)


def _own_queries(health: Health) -> Iterator[Block]:
    for each in health.signals:
        for own in each.data.get("own", ())[:MAX_OWN]:
            if "error" in own:
                yield Error(f"{each.server} does not answer {own['query'][:100]}", own["error"])
            elif own["lines"]:
                lines = tuple(Line(line["label"], _points(each, line["values"])) for line in own["lines"])
                yield Series(own["query"][:100], lines)
            else:
                yield Empty(own["query"][:100], f"{each.server} knows no such series.")


def _points(signals: ServerSignals, values: list[float | None]) -> tuple[tuple[datetime, float | None], ...]:
    begin = signals.data["at"] - signals.data["step"] * (len(values) - 1)
    return tuple(
        (datetime.fromtimestamp(begin + signals.data["step"] * index, UTC), value)
        for index, value in enumerate(values)
    )


def _history(health: Health) -> Iterator[Block]:
    """When alerts began and ended, newest first."""
    moments = []
    for each in health.alerts:
        moments.append(Moment(each.started_at, f"{each.name} began", each.level, each.summary[:200]))
        if each.ended_at is not None:
            lasted = each.ended_at - each.started_at
            moments.append(
                Moment(each.ended_at, f"{each.name} ended", "ok", f"after {max(lasted.seconds // 60, 1)} min")
            )
    if moments:
        yield Timeline(tuple(sorted(moments, key=lambda each: each.at, reverse=True)[:MAX_MOMENTS]))


def _links(entity: Entity, watch: Watch) -> Iterator[Block]:
    """Dashboards and logs, from the entity's annotation and the templates of the settings."""
    settings = current_settings()
    own = str((entity.content["metadata"].get("annotations") or {}).get(DASHBOARD, ""))
    links = [Link(own, "Dashboard", icon="dashboard")] if is_safe_url(own) else []
    for server in watch.servers:
        places = {"name": watch.name, "server": server, "namespace": entity.namespace}
        values = {key: quote(value, safe="") for key, value in places.items()}
        for template, title in ((settings.dashboard, "Dashboard"), (settings.logs, "Logs")):
            url = Template(template).safe_substitute(values)
            if template and is_safe_url(url):
                links.append(Link(url, f"{title} in {server}", icon=title.lower()))
    if links:
        yield Links(tuple(links))
