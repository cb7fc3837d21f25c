"""The cost explorer: everything of a month by team, system, component, cluster, service, source or day.

A row is in the report once: the sum of its rows is what the sources say, with what is nobody's. Costs of
entities that the viewer may not read are in no row and in no sum.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from portal.plugin_api import Principal
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities, related_by_entity

from .models import Cost
from .selectors import in_our_currency
from .settings import current_settings

UNALLOCATED = "unallocated"
COLUMNS = {"cluster": "cluster", "service": "service", "source": "source", "day": "day", "part": "part"}
NONE = {"team": "without an owner", "system": "in no system", "cluster": "in no cluster", "service": "other"}


@dataclass(frozen=True, slots=True)
class Row:
    """One amount; `ref` where it is an entity's."""

    label: str
    amount: Decimal
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Rows from the dearest down, and their sum, in the portal's currency. `missing` are currencies without
    a rate."""

    month: str
    by: str
    currency: str
    total: Decimal
    rows: tuple[Row, ...]
    missing: tuple[str, ...]


def months(viewer: Principal) -> list[str]:
    """The months that costs are known of, newest first."""
    return [f"{day:%Y-%m}" for day in Cost.objects.dates("day", "month", order="DESC")]


def report(viewer: Principal, month: str, by: str = "team") -> Report | None:
    """The costs of a month (`2026-01`); None where there is no such month or nothing to divide by."""
    days = _days(month)
    if days is None or by not in {*COLUMNS, "team", "system", "component"}:
        return None
    visible = find_entities(EntityQuery(), viewer=viewer).order_by()
    rows = Cost.objects.filter(day__range=days).filter(
        Q(entity_uid=None) | Q(entity_uid__in=visible.values("uid"))
    )
    if by in COLUMNS:
        found = [
            Row(str(key) or NONE.get(by, ""), amount)
            for key, amount in in_our_currency(rows, COLUMNS[by]).items()
        ]
    else:
        found = _by_entity(rows, by, viewer)
    settings = current_settings()
    known = set(rows.order_by().values_list("currency", flat=True).distinct())
    return Report(
        month=month,
        by=by,
        currency=settings.currency,
        total=sum((row.amount for row in found), Decimal(0)),
        rows=tuple(sorted(found, key=lambda row: (-row.amount, row.label))),
        missing=tuple(sorted(known - set(settings.rate_of))),
    )


def _by_entity(rows: QuerySet[Cost], by: str, viewer: Principal) -> list[Row]:
    amounts = in_our_currency(rows.order_by(), "entity_uid")
    nobodys = amounts.pop(None, Decimal(0))
    entities = list(find_entities(EntityQuery(), viewer=viewer).order_by().filter(uid__in=list(amounts)))
    grouped: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    place = GROUPINGS[by](entities, viewer)
    for entity in entities:
        grouped[place[entity.uid]] += amounts[entity.uid]
    found = [Row(label, amount, ref) for (label, ref), amount in grouped.items()]
    return [*found, Row(UNALLOCATED, nobodys)] if nobodys else found


def _itself(entities: Sequence[Entity], viewer: Principal) -> Mapping[UUID, tuple[str, str]]:
    return {entity.uid: (entity.title or entity.name, entity.ref) for entity in entities}


def _owner(entities: Sequence[Entity], viewer: Principal) -> Mapping[UUID, tuple[str, str]]:
    named = _titles({entity.owner_ref for entity in entities}, viewer)
    return {
        entity.uid: (named[entity.owner_ref], entity.owner_ref)
        if entity.owner_ref in named
        else (NONE["team"], "")
        for entity in entities
    }


def _system(entities: Sequence[Entity], viewer: Principal) -> Mapping[UUID, tuple[str, str]]:
    """The first system that each is a part of."""
    related = related_by_entity(entities, ["partOf"], viewer=viewer)
    found = {}
    for entity in entities:
        systems = [end.entity for end in related[entity.pk] if end.entity and end.entity.kind == "System"]
        found[entity.uid] = (
            (systems[0].title or systems[0].name, systems[0].ref) if systems else (NONE["system"], "")
        )
    return found


GROUPINGS: dict[str, Callable[[Sequence[Entity], Principal], Mapping[UUID, tuple[str, str]]]] = {
    "component": _itself,
    "team": _owner,
    "system": _system,
}


def _titles(refs: set[str], viewer: Principal) -> dict[str, str]:
    """What owners are called: people and groups have a name of their own in their profile."""
    rows = find_entities(EntityQuery(), viewer=viewer).order_by().filter(ref__in=refs)
    profiles = {row: (row.content.get("spec") or {}).get("profile") or {} for row in rows}
    return {
        row.ref: row.title or str(profile.get("displayName") or row.name) for row, profile in profiles.items()
    }


def _days(month: str) -> tuple[date, date] | None:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return first, first.replace(day=monthrange(first.year, first.month)[1])
