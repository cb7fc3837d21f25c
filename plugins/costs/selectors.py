"""Reading costs: always for a viewer, always for many entities at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils import timezone

from portal.plugin_api import Principal
from portal.plugin_api.catalog import Entity, owned_uids_by_team, related_by_entity
from portal.plugin_api.prepared import Parameter, Prepared
from portal.plugin_api.snapshots import Taken, snapshots_by_target

from .models import MonthlyCost
from .settings import current_settings
from .trends import (
    Anomaly,
    Budget,
    anomalies,
    budget_of,
    forecast,
    last_month,
    month_to_date,
    since_for_forecast,
    trend,
)

SOURCES = "costs.sources"
DAYS_SHOWN = 62
DEEPEST = 6
WITH_PARTS = ("System", "Domain")

BY_DAY = """
    SELECT wanted.root, cost.day, cost.currency, CASE WHEN cost.day >= %s THEN cost.part END, sum(cost.amount)
      FROM unnest(%s::bigint[], %s::uuid[]) AS wanted(root, uid)
      JOIN costs_cost AS cost ON cost.entity_uid = wanted.uid AND cost.day >= %s
     GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class CostOf:
    """What something costs, in the portal's currency. `parts` are this month's direct, idle and shared cost;
    `missing` are currencies that no rate is known for, whose amounts are left out."""

    currency: str
    month_to_date: Decimal
    last_month: Decimal
    forecast: Decimal | None
    trend: Decimal | None
    parts: Mapping[str, Decimal]
    days: Mapping[date, Decimal]
    anomalies: tuple[Anomaly, ...]
    budget: Budget | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spending:
    """This month so far, what it will come to, and its budget, in the portal's currency."""

    so_far: Decimal
    forecast: Decimal | None
    budget: Budget


def costs_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, CostOf]:
    """The costs of the entities that have any: of a component its own, of a system or domain those of its
    parts, of a group those of what it and the groups below it own. Each charge counts once for each of them.
    """
    today = timezone.now().date()
    rows = _days_by_entity(entities, viewer, today - timedelta(days=DAYS_SHOWN), today.replace(day=1))
    return {each.pk: _cost_of(each, rows[each.pk], today) for each in entities if _is_known(each, rows)}


def spending_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, Spending]:
    """How this month does beside its budget, of the entities that have one, in the same way."""
    today, settings = timezone.now().date(), current_settings()
    rates = settings.rate_of
    rows = _days_by_entity(entities, viewer, since_for_forecast(today), today)
    found = {}
    for each in entities:
        days: dict[date, Decimal] = defaultdict(Decimal)
        for day, currency, _, amount in rows[each.pk]:
            days[day] += amount * rates.get(currency, 0)
        spent, expected = month_to_date(days, today), forecast(days, today)
        budget = budget_of(each, settings.currency, spent, expected)
        if budget is not None:
            found[each.pk] = Spending(spent, expected, budget)
    return found


def members_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, frozenset[UUID]]:
    """By primary key the uids of what costs for the entity, each once, as far as the viewer may see."""
    found: dict[int, set[UUID]] = {entity.pk: {entity.uid} for entity in entities}
    groups = [entity for entity in entities if entity.kind == "Group"]
    if groups:
        for pk, owned in owned_uids_by_team(groups, viewer).items():
            found[pk] |= owned
    whole = [entity for entity in entities if entity.kind in WITH_PARTS]
    for pk, parts in _parts_of(whole, viewer).items():
        found[pk] |= parts
    return {pk: frozenset(uids) for pk, uids in found.items()}


def _of_month(column: str) -> Any:
    uids, month = Parameter("uids", "uuid[]"), Parameter("month", "date")
    return _by(MonthlyCost.objects.filter(entity_uid__among=uids, month=month), column)


AMOUNTS = {column: Prepared(partial(_of_month, column)) for column in ("entity_uid", "service", "cluster")}


def amounts_by(column: str, uids: Iterable[UUID]) -> dict[Any, Decimal]:
    """The sum of this month by `entity_uid`, `service` or `cluster`, in the portal's currency."""
    month = timezone.now().date().replace(day=1)
    return _added(AMOUNTS[column](uids=list(uids), month=month))


def in_our_currency(rows: Any, *columns: str, missing: set[str] | None = None) -> dict[Any, Decimal]:
    """Sums of cost rows by a column, or by several as tuples; currencies without a rate are left out, and
    put into `missing`."""
    return _added(_by(rows, *columns), missing)


def _by(rows: QuerySet[Any], *columns: str) -> Any:
    return rows.values_list(*columns, "currency").annotate(total=Sum("amount"))


def _added(sums: Iterable[tuple[Any, ...]], missing: set[str] | None = None) -> dict[Any, Decimal]:
    rates = current_settings().rate_of
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for *key, currency, amount in sums:
        if currency in rates:
            found[key[0] if len(key) == 1 else tuple(key)] += amount * rates[currency]
        elif missing is not None:
            missing.add(currency)
    return dict(found)


def source_states() -> dict[str, Taken]:
    """What was read of each source lately, by name; one statement."""
    return snapshots_by_target(SOURCES, [source.name for source in current_settings().sources])


def readings() -> list[tuple[str, str]]:
    """The snapshots that everything about costs is made from."""
    return [(SOURCES, source.name) for source in current_settings().sources]


def read_at() -> datetime | None:
    """When the source that was read longest ago was read."""
    return min((taken.as_of for taken in source_states().values() if taken.as_of), default=None)


def _parts_of(entities: Sequence[Entity], viewer: Principal) -> dict[int, set[UUID]]:
    """The uids of all parts, of parts of parts and so on; two statements for each level."""
    found: dict[int, set[UUID]] = {entity.pk: set() for entity in entities}
    level = {entity.pk: (entity, {entity.pk}) for entity in entities}
    for _ in range(DEEPEST):
        if not level:
            break
        related = related_by_entity([entity for entity, _ in level.values()], ["hasPart"], viewer=viewer)
        following: dict[int, tuple[Entity, set[int]]] = {}
        for pk, ends in related.items():
            for part in (end.entity for end in ends if end.entity is not None):
                fresh = {root for root in level[pk][1] if part.uid not in found[root]}
                for root in fresh:
                    found[root].add(part.uid)
                if fresh:
                    following.setdefault(part.pk, (part, set()))[1].update(fresh)
        level = following
    return found


def _days_by_entity(
    entities: Sequence[Entity], viewer: Principal, since: date, parts_since: date
) -> dict[int, list[tuple[date, str, str | None, Decimal]]]:
    """Day, currency, part (of days since that one) and amount of what costs for each entity."""
    members = members_by_entity(entities, viewer)
    pairs = [(pk, uid) for pk, uids in members.items() for uid in uids]
    rows: dict[int, list[tuple[date, str, str | None, Decimal]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, [parts_since, [pk for pk, _ in pairs], [uid for _, uid in pairs], since])
        for pk, *row in cursor.fetchall():
            rows[pk].append(tuple(row))
    return rows


def _is_known(entity: Entity, rows: Mapping[int, object]) -> bool:
    return bool(rows.get(entity.pk)) or budget_of(entity, "", Decimal(0), None) is not None


def _cost_of(entity: Entity, rows: Iterable[tuple[date, str, str | None, Decimal]], today: date) -> CostOf:
    settings = current_settings()
    rates = settings.rate_of
    days: dict[date, Decimal] = defaultdict(Decimal)
    parts: dict[str, Decimal] = defaultdict(Decimal)
    missing = set()
    for day, currency, part, amount in rows:
        if currency not in rates:
            missing.add(currency)
            continue
        ours = amount * rates[currency]
        days[day] += ours
        if part is not None:
            parts[part] += ours
    spent, expected = month_to_date(days, today), forecast(days, today)
    return CostOf(
        currency=settings.currency,
        month_to_date=spent,
        last_month=last_month(days, today),
        forecast=expected,
        trend=trend(days, today),
        parts=dict(parts),
        days=dict(days),
        anomalies=anomalies(days, today),
        budget=budget_of(entity, settings.currency, spent, expected),
        missing=tuple(sorted(missing)),
    )
