"""The cost explorer: everything of a month by team, system, domain, component, cluster, service or day.

A row is in the report once: the sum of its rows is what the sources say, with what is nobody's. Costs of
entities that the viewer may not read are in no row and in no sum.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from portal.plugin_api import Principal
from portal.plugin_api.catalog import (
    EntityQuery,
    find_entities,
    get_entities_by_refs,
)

from .models import Cost
from .places import GROUPINGS, NONE, Place
from .selectors import in_our_currency, members_by_entity
from .settings import current_settings

UNALLOCATED = "unallocated"
OTHERS = "others"
COLUMNS = {"cluster": "cluster", "service": "service", "source": "source", "day": "day", "part": "part"}
MOST_LINES = 20

BY_PLACE = """
    SELECT wanted.place, cost.day, cost.currency, sum(cost.amount)
      FROM unnest(%s::int[], %s::uuid[]) AS wanted(place, uid)
      JOIN costs_cost AS cost ON cost.entity_uid = wanted.uid AND cost.day BETWEEN %s AND %s
     GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One amount and that of the month before; `ref` where it is an entity's."""

    label: str
    amount: Decimal
    ref: str = ""
    before: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Report:
    """Rows from the dearest down, and their sum, in the portal's currency; `before` is that of the month
    before. `missing` are currencies without a rate."""

    month: str
    by: str
    currency: str
    total: Decimal
    before: Decimal
    rows: tuple[Row, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A month and the one before by day; `unallocated` and `missing` are as of a report."""

    first: date
    days: Mapping[date, Decimal]
    unallocated: Decimal
    missing: tuple[str, ...]

    @property
    def total(self) -> Decimal:
        return sum((amount for day, amount in self.days.items() if day >= self.first), Decimal(0))

    @property
    def before(self) -> Decimal:
        """Of the month before."""
        return sum((amount for day, amount in self.days.items() if day < self.first), Decimal(0))


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a month, and a line of amounts, one for each day, for each of the dearest rows."""

    days: tuple[date, ...]
    lines: tuple[tuple[Place, tuple[Decimal, ...]], ...]


def months(viewer: Principal) -> list[str]:
    """The months that costs are known of, newest first."""
    return [f"{day:%Y-%m}" for day in Cost.objects.dates("day", "month", order="DESC")]


def report(viewer: Principal, month: str, by: str = "team", of: str = "") -> Report | None:
    """The costs of a month (`2026-01`), with `of` only those of a component, system, domain or group and
    everything in it; None where there is no such month or entity, or nothing to divide by."""
    found = _asked(viewer, month, by, of)
    if found is None:
        return None
    first, last, rows = found
    before = rows.filter(day__range=_month_before(first))
    missing: set[str] = set()
    # Days have none before them: they are other days.
    asked = [rows.filter(day__range=(first, last)), *([] if by == "day" else [before])]
    amounts, *rest = _amounts(asked, by, viewer, missing)
    [earlier] = rest or [{}]
    total_before = sum((earlier or in_our_currency(before.order_by(), "currency")).values(), Decimal(0))
    named = [
        Row(label, amounts.get((label, ref), Decimal(0)), ref, earlier.get((label, ref), Decimal(0)))
        for label, ref in {**amounts, **earlier}
    ]
    return Report(
        month=month,
        by=by,
        currency=current_settings().currency,
        total=sum(amounts.values(), Decimal(0)),
        before=total_before,
        rows=tuple(sorted(named, key=lambda row: (-row.amount, -row.before, row.label))),
        missing=tuple(sorted(missing)),
    )


def outline(viewer: Principal, month: str, of: str = "") -> Outline | None:
    """The month as a whole, in one statement; None where there is no such month or entity."""
    found = _asked(viewer, month, "day", of)
    if found is None:
        return None
    first, last, rows = found
    missing: set[str] = set()
    began, _ = _month_before(first)
    of_both = rows.filter(day__range=(began, last)).order_by().annotate(nobodys=Q(entity_uid=None))
    every: dict[date, Decimal] = defaultdict(Decimal)
    unallocated = Decimal(0)
    for (day, is_nobodys), amount in in_our_currency(of_both, "day", "nobodys", missing=missing).items():
        every[day] += amount
        unallocated += amount if is_nobodys and day >= first else 0
    return Outline(first, dict(every), unallocated, tuple(sorted(missing)))


def days(viewer: Principal, month: str, by: str = "team", of: str = "", first: int = 8) -> Days | None:
    """The same day by day for the dearest rows, and for all others together."""
    found = _asked(viewer, month, by, of)
    if found is None or by == "day":
        return None
    begin, end, rows = found
    every = tuple(begin + timedelta(days=number) for number in range((end - begin).days + 1))
    count = max(1, min(first, MOST_LINES))
    amounts = _amounts_by_day(rows.filter(day__range=(begin, end)), by, viewer, (begin, end), count)
    others = amounts.pop((OTHERS, ""), None)
    dearest = _dearest({place: sum(each.values(), Decimal(0)) for place, each in amounts.items()})
    shown = dearest[:count]
    lines = [(place, tuple(amounts[place].get(day, Decimal(0)) for day in every)) for place in shown]
    rest = [amounts[place] for place in dearest[count:]] + ([others] if others else [])
    if rest:
        sums = (sum((each.get(day, Decimal(0)) for each in rest), Decimal(0)) for day in every)
        lines.append(((OTHERS, ""), tuple(sums)))
    return Days(every, tuple(lines))


def _dearest(amounts: Mapping[Place, Decimal]) -> list[Place]:
    return sorted(amounts, key=lambda place: (-amounts[place], place))


def _asked(viewer: Principal, month: str, by: str, of: str) -> tuple[date, date, QuerySet[Cost]] | None:
    """First and last day of the month, and every cost that is asked about, of whatever day."""
    range_ = _days(month)
    if range_ is None or by not in {*COLUMNS, *GROUPINGS}:
        return None
    if not of:
        visible = find_entities(EntityQuery(), viewer=viewer).order_by().values("uid")
        return *range_, Cost.objects.filter(Q(entity_uid=None) | Q(entity_uid__in=visible))
    named = list(get_entities_by_refs([of], viewer).values())
    if not named:
        return None
    [members] = members_by_entity(named, viewer).values()
    return *range_, Cost.objects.filter(entity_uid__in=members)


def _amounts(
    many: Sequence[QuerySet[Cost]], by: str, viewer: Principal, missing: set[str]
) -> list[dict[Place, Decimal]]:
    """Of several months each by place; `missing` is filled with the currencies of the first."""
    column = COLUMNS.get(by, "entity_uid")
    nowhere: set[str] = set()
    sums = [
        in_our_currency(rows.order_by(), column, missing=nowhere if number else missing)
        for number, rows in enumerate(many)
    ]
    if by in COLUMNS:
        return [{(str(key) or NONE.get(by, ""), ""): amount for key, amount in each.items()} for each in sums]
    place_of = GROUPINGS[by]({uid for each in sums for uid in each if uid}, viewer)
    return [_grouped(each, place_of) for each in sums]


def _grouped(amounts: Mapping[UUID | None, Decimal], place_of: Mapping[UUID, Place]) -> dict[Place, Decimal]:
    grouped: dict[Place, Decimal] = defaultdict(Decimal)
    for uid, amount in amounts.items():
        if uid is None or uid in place_of:
            grouped[place_of[uid] if uid else (UNALLOCATED, "")] += amount
    return {place: amount for place, amount in grouped.items() if amount or place[0] != UNALLOCATED}


def _amounts_by_day(
    rows: QuerySet[Cost], by: str, viewer: Principal, between: tuple[date, date], count: int
) -> dict[Place, dict[date, Decimal]]:
    """Of each place by day; of entities' places only the `count` dearest, with all others under OTHERS."""
    found: dict[Place, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    if by in COLUMNS:
        for (key, day), amount in in_our_currency(rows.order_by(), COLUMNS[by], "day").items():
            found[str(key) or NONE.get(by, ""), ""][day] += amount
        return found
    rates = current_settings().rate_of
    sums = in_our_currency(rows.order_by(), "entity_uid")
    place_of = GROUPINGS[by]([uid for uid in sums if uid], viewer)
    places = [*_dearest(_grouped(sums, place_of))[:count], (OTHERS, "")]
    numbers = {place: number for number, place in enumerate(places)}
    with connection.cursor() as cursor:
        wanted = [numbers.get(place, len(places) - 1) for place in place_of.values()], list(place_of)
        cursor.execute(BY_PLACE, [*wanted, *between])
        for number, day, currency, amount in cursor.fetchall():
            found[places[number]][day] += amount * rates.get(currency, 0)
    nobodys = (UNALLOCATED, "") if (UNALLOCATED, "") in numbers else (OTHERS, "")
    for day, amount in in_our_currency(rows.order_by().filter(entity_uid=None), "day").items():
        found[nobodys][day] += amount
    return found


def _month_before(first: date) -> tuple[date, date]:
    ended = first - timedelta(days=1)
    return ended.replace(day=1), ended


def _days(month: str) -> tuple[date, date] | None:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return first, first.replace(day=monthrange(first.year, first.month)[1])
