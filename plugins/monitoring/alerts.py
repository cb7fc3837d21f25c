"""Fetches what fires on each server, keeps it as rows, and finds the entities that it concerns."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.plugin_api import SYSTEM, SnapshotSource
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities

from . import demo
from .alertmanager import Alertmanager, Firing
from .asking import Unavailable, ask, failed
from .models import Alert
from .prometheus import AlertRule, Prometheus, ScrapeTarget
from .settings import DEMO, MonitoringSettings, Server, current_settings
from .watching import ALERTS, NAME, Watch, watch_of, watched

MAX_LISTED = 200
MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert as a server tells of it now."""

    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    state: str
    started_at: datetime
    url: str = ""


def alerts_source(settings: MonitoringSettings) -> SnapshotSource:
    """The snapshots of servers: how many alerts, which targets are down, which rules are broken."""
    return SnapshotSource(
        "servers",
        targets=lambda: list(current_settings().all_servers),
        fetch=fetch_servers,
        every=settings.alerts_every,
        batch=10,
    )


def fetch_servers(names: Sequence[str]) -> dict[str, Any]:
    """Ask each server what fires and what it scrapes; keep the alerts, answer what is worth knowing of it."""
    settings = current_settings()
    # Of a server that is not asked any more nobody would ever learn that an alert has ended.
    Alert.objects.filter(ended_at=None).exclude(server__in=settings.all_servers).delete()
    answers: dict[str, Any] = {}
    for name in names:
        server = settings.all_servers.get(name)
        if server is None:
            continue
        try:
            answers[name] = _look_at(server, settings)
        except Unavailable as error:
            answers[name] = failed(error)
    return answers


def _look_at(server: Server, settings: MonitoringSettings) -> dict[str, Any]:
    if server.prometheus == DEMO:
        keep(server.name, demo.alerts(), settings)
        return {"label": settings.queries.label, "up": 0, "down": [], "rules": 0, "broken": []}
    prometheus = Prometheus(server.prometheus, settings.seconds, server.token)
    rules = ask(server, prometheus.alert_rules)
    targets = ask(server, prometheus.targets)
    if server.alertmanager:
        alertmanager = Alertmanager(server.alertmanager, settings.seconds, server.token)
        firing = [_firing(each) for each in ask(server, alertmanager.alerts)]
    else:
        firing = list(_of_rules(rules, "firing"))
    keep(server.name, [*firing, *_of_rules(rules, "pending")], settings)
    return {
        "label": settings.queries.label,
        "up": sum(target.is_up for target in targets),
        "down": [_down(target, settings.queries.label) for target in targets if not target.is_up][
            :MAX_LISTED
        ],
        "rules": len(rules),
        "broken": [{"name": rule.name, "error": rule.error[:300]} for rule in rules if rule.health == "err"][
            :MAX_LISTED
        ],
    }


def keep(server: str, seen: Sequence[Seen], settings: MonitoringSettings) -> None:
    """Make the rows say what the server says: begin, change and end alerts; forget what ended long ago."""
    now = timezone.now()
    uids = _concerned(server, seen, settings)
    with transaction.atomic():
        Alert.objects.filter(ended_at__lt=now - timedelta(days=settings.keep_days)).delete()
        open_rows = {
            row.fingerprint: row
            for row in Alert.objects.select_for_update().filter(server=server, ended_at=None)
        }
        for each in {each.fingerprint: each for each in reversed(seen)}.values():
            row = open_rows.pop(each.fingerprint, None)
            _write(server, row, each, uids[each.fingerprint])
        ended = [row.pk for row in open_rows.values() if row.state != Alert.State.PENDING]
        Alert.objects.filter(pk__in=ended).update(state=Alert.State.RESOLVED, ended_at=now)
        Alert.objects.filter(pk__in=[row.pk for row in open_rows.values() if row.pk not in ended]).delete()


def _write(server: str, row: Alert | None, seen: Seen, uids: Iterable[UUID]) -> None:
    said = {
        "name": seen.labels.get("alertname", "")[:200],
        "severity": seen.labels.get("severity", "")[:50],
        "state": seen.state,
        "summary": (seen.annotations.get("summary") or seen.annotations.get("description", ""))[:MAX_TEXT],
        "runbook": seen.annotations.get("runbook_url", "")[:MAX_TEXT],
        "url": seen.url[:MAX_TEXT],
        "labels": dict(seen.labels),
        "entities": sorted(uids, key=str),
    }
    if row is None:
        Alert.objects.update_or_create(
            server=server, fingerprint=seen.fingerprint, started_at=seen.started_at,
            defaults={**said, "ended_at": None},
        )  # fmt: skip
    elif any(getattr(row, field) != value for field, value in said.items()):
        Alert.objects.filter(pk=row.pk).update(**said)


def _concerned(server: str, seen: Sequence[Seen], settings: MonitoringSettings) -> dict[str, set[UUID]]:
    """The uids of the entities that each alert concerns: by the label that names it, or by annotation."""
    found: dict[str, set[UUID]] = {each.fingerprint: set() for each in seen}
    if not seen:
        return found
    label = settings.queries.label
    by_name: dict[str, list[Seen]] = defaultdict(list)
    for each in seen:
        by_name[each.labels.get(label, "")].append(each)
    for entity in _named(by_name, settings):
        watch = watch_of(entity, settings)
        if server not in watch.servers:
            continue
        for each in by_name.get(watch.name, ()):
            found[each.fingerprint].add(entity.uid)
    for entity in watched(ALERTS, settings=settings):
        watch = watch_of(entity, settings)
        for each in seen:
            if server in watch.servers and _asked_for(watch, each):
                found[each.fingerprint].add(entity.uid)
    return found


def _named(names: Iterable[str], settings: MonitoringSettings) -> list[Entity]:
    """Entities that may be meant by these names in the series."""
    wanted = tuple(name for name in names if name)
    if not wanted:
        return []
    rows = find_entities(EntityQuery(kind=settings.kinds, name=wanted), viewer=SYSTEM).order_by()
    return [*rows, *watched(NAME, settings=settings)]


def _asked_for(watch: Watch, seen: Seen) -> bool:
    named = "all" in watch.alerts or seen.labels.get("alertname") in watch.alerts
    return named and all(seen.labels.get(name) == value for name, value in watch.labels)


def _firing(alert: Firing) -> Seen:
    state = Alert.State.SILENCED if alert.is_silenced else Alert.State.FIRING
    return Seen(alert.fingerprint, alert.labels, alert.annotations, state, alert.started_at, alert.url)


def _of_rules(rules: Iterable[AlertRule], state: str) -> Iterable[Seen]:
    for rule in rules:
        for each in rule.alerts:
            if each.get("state") == state:
                labels = dict(each["labels"])
                yield Seen(
                    fingerprint=hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest(),
                    labels=labels,
                    annotations=dict(each.get("annotations") or {}),
                    state=state,
                    started_at=datetime.fromisoformat(each["activeAt"]),
                )


def _down(target: ScrapeTarget, label: str) -> dict[str, str]:
    return {"name": target.labels.get(label, ""), "url": target.url[:300], "error": target.error[:300]}
