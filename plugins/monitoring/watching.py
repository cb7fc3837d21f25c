"""What an entity says about its monitoring: its name in the series, its servers, its alerts and queries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import Condition, Entity, EntityQuery, find_entities

from .settings import MonitoringSettings, current_settings

NAME = "portal/monitoring-name"
SERVERS = "prometheus.io/service-name"
RULES = "prometheus.io/rule"
ALERTS = "prometheus.io/alert"
LABELS = "prometheus.io/labels"
AVAILABILITY = "portal/slo-availability"
LATENCY = "portal/slo-latency"
DASHBOARD = "grafana/overview-dashboard"

MAX_QUERIES = 8
SAFE_NAME = re.compile(r"[\w.:/@-]{1,200}")


@dataclass(frozen=True, slots=True)
class OwnQuery:
    """A query of the entity's own; its curves are told apart by the label `dimension`."""

    promql: str
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is asked for an entity, which `name` names in the series.

    `alerts` are names of rules, `all` for every one that has `labels`.
    """

    ref: str
    name: str
    servers: tuple[str, ...]
    queries: tuple[OwnQuery, ...]
    alerts: frozenset[str]
    labels: tuple[tuple[str, str], ...]


def watch_of(entity: Entity, settings: MonitoringSettings | None = None) -> Watch:
    """What the entity's annotations say, and what holds where they say nothing."""
    settings = settings or current_settings()
    annotations = entity.content["metadata"].get("annotations") or {}
    name = str(annotations.get(NAME, ""))
    known = settings.all_servers
    named = tuple(each for each in _listed(annotations.get(SERVERS)) if each in known)
    own = _queries(str(annotations.get(RULES, ""))) if settings.own_queries else ()
    return Watch(
        ref=entity.ref,
        name=next((each for each in (name, entity.name) if SAFE_NAME.fullmatch(each)), str(entity.uid)),
        servers=named or tuple(known),
        queries=own,
        alerts=frozenset(_listed(annotations.get(ALERTS))),
        labels=tuple(_pair(each) for each in _listed(annotations.get(LABELS)) if "=" in each),
    )


def target_of(server: str, ref: str) -> str:
    """The name of a snapshot: what one server knows of one entity."""
    return f"{server} {ref}"


def parts_of(target: str) -> tuple[str, str]:
    """Server and ref of a snapshot's name."""
    server, _, ref = target.partition(" ")
    return server, ref


def watched(
    *annotations: str, labels: Iterable[str] = (), settings: MonitoringSettings | None = None
) -> list[Entity]:
    """Entities of the kinds that are watched that have one of these annotations or labels."""
    settings = settings or current_settings()
    keys = [f"metadata.annotations.{name}" for name in annotations]
    keys += [f"metadata.labels.{name}" for name in labels]
    having = tuple(EntityQuery(where=(Condition(key, exists=True),)) for key in keys)
    query = EntityQuery(kind=settings.kinds, any_of=having)
    return list(find_entities(query, viewer=SYSTEM).order_by())


def targets_of_all() -> list[str]:
    """Each watched entity with each server that may know of it, without reading every document."""
    settings = current_settings()
    servers = tuple(settings.all_servers)
    if not servers:
        return []
    chosen = {entity.ref: watch_of(entity, settings).servers for entity in watched(SERVERS)}
    refs = (
        find_entities(EntityQuery(kind=settings.kinds), viewer=SYSTEM)
        .order_by()
        .values_list("ref", flat=True)
    )
    return [target_of(server, ref) for ref in refs for server in chosen.get(ref, servers)]


def watches_of(refs: Iterable[str]) -> dict[str, Watch]:
    """What is asked for these entities, by ref."""
    settings = current_settings()
    wanted = list(refs)
    rows = find_entities(EntityQuery(kind=settings.kinds), viewer=SYSTEM).order_by()
    rows = rows.filter(ref__among=wanted)
    return {entity.ref: watch_of(entity, settings) for entity in rows}


def _listed(text: object) -> tuple[str, ...]:
    return tuple(each.strip() for each in str(text or "").split(",") if each.strip())


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def _queries(text: str) -> tuple[OwnQuery, ...]:
    """`query|dimension` separated by commas, where a comma in brackets or quotes belongs to the query."""
    found = []
    for part in _outer_parts(text, ","):
        promql, _, dimension = part.rpartition("|")
        found.append(OwnQuery(promql, dimension) if promql else OwnQuery(part))
    return tuple(found[:MAX_QUERIES])


def _outer_parts(text: str, separator: str) -> list[str]:
    parts, depth, quote, begun = [], 0, "", 0
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == separator and depth <= 0:
            parts.append(text[begun:position])
            begun = position + 1
    parts.append(text[begun:])
    return [part.strip() for part in parts if part.strip()]
