"""The cost explorer: everything of a month by team, system, domain, component, cluster, service or day.

A row is in the report once: the sum of its rows is what the sources say, with what is nobody's. Costs of
entities that the viewer may not read are in no row and in no sum. Whole months are read from sums by month.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.plugin_api import Principal
from portal.plugin_api.catalog import EntityQuery, find_entities, get_entities_by_refs

from .keeping import month_of
from .models import Cost, MonthlyCost
from .places import GROUPINGS, NONE, OTHERS, UNALLOCATED, Place, named, sums_by_place
from .selectors import in_our_currency, members_by_entity
from .settings import current_settings
from .trends import forecast, since_for_forecast, trend

COLUMNS = ("cluster", "service", "source", "part", "day")
MOST_LINES, FORETOLD, MOST_ROWS = 20, 100, 500

Amounts = dict[Place, dict[date, Decimal]]
"""Of each place by day, or by month."""


@dataclass(frozen=True, slots=True)
class Row:
    """One amount and that of the month before; `ref` where it is an entity's."""

    label: str
    amount: Decimal
    ref: str = ""
    before: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Report:
    """Rows from the dearest down, at last the others where they are more than MOST_ROWS, and their sum, in
    the portal's currency; `before` is that of the month before. `missing` are currencies without a rate."""

    month: str
    by: str
    currency: str
    total: Decimal
    before: Decimal
    rows: tuple[Row, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A month and the one before; `unallocated` and `missing` are as of a report. Of a running month what it
    will come to, and its last seven days beside the seven before."""

    total: Decimal
    before: Decimal
    unallocated: Decimal
    missing: tuple[str, ...]
    expected: Decimal | None = None
    pace: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a month, and a line of amounts, one for each day, for each of the dearest rows."""

    days: tuple[date, ...]
    lines: tuple[tuple[Place, tuple[Decimal, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The month, and of which entities: a subquery of all that the viewer sees, or what is in something."""

    viewer: Principal
    month: str
    by: str
    first: date
    last: date
    uids: Any
    is_part: bool

    @property
    def before(self) -> date:
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    def months(self) -> QuerySet[MonthlyCost]:
        """Of this month and the one before."""
        return self._of(MonthlyCost.objects.filter(month__in=(self.before, self.first)))

    def days(self, since: date) -> QuerySet[Cost]:
        return self._of(Cost.objects.filter(day__range=(since, self.last)))

    def _of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.is_part:
            return rows.filter(entity_uid__among=self.uids)
        # Places know what the viewer sees.
        return rows if self.by in GROUPINGS else rows.filter(Q(entity_uid=None) | Q(entity_uid__in=self.uids))


def is_running(month: str) -> bool:
    """Whether it is the month of today: it is compared by what it will come to."""
    return month == f"{timezone.now():%Y-%m}"


def months(viewer: Principal) -> list[str]:
    """The months that costs are known of, newest first."""
    return [f"{day:%Y-%m}" for day in MonthlyCost.objects.dates("month", "month", order="DESC")]


def report(viewer: Principal, month: str, by: str = "team", of: str = "") -> Report | None:
    """The costs of a month (`2026-01`), with `of` only those of a component, system, domain or group and
    everything in it; None where there is no such month or entity, or nothing to divide by."""
    asked = _asked(viewer, month, by, of)
    return _report(asked) if asked else None


def _report(asked: _Asked) -> Report:
    missing: set[str] = set()
    if asked.by == "day":  # Days have none before them: they are other days.
        known = in_our_currency(asked.days(asked.first), "day", missing=missing)
        amounts: Amounts = {(str(day), ""): {day: amount} for day, amount in known.items()}
        before = sum(in_our_currency(asked.months().filter(month=asked.before), "month").values(), Decimal(0))
    else:
        amounts = _amounts(asked, asked.months(), "month", missing=missing)
        before = sum((each.get(asked.before, Decimal(0)) for each in amounts.values()), Decimal(0))
    rows = [
        Row(label, _sum(each, asked.first), ref, each.get(asked.before, Decimal(0)))
        for (label, ref), each in amounts.items()
    ]
    return Report(
        month=asked.month,
        by=asked.by,
        currency=current_settings().currency,
        total=sum((row.amount for row in rows), Decimal(0)),
        before=before,
        rows=tuple(sorted(rows, key=_order)),
        missing=tuple(sorted(missing)),
    )


def forecasts(viewer: Principal, found: Report, of: str) -> dict[Place, Decimal]:
    """What the dearest rows of a report on the running month will come to, where enough is known."""
    asked = _asked(viewer, found.month, found.by, of)
    if asked is None or found.by == "day":
        return {}
    today = timezone.now().date()
    shown = [(row.label, row.ref) for row in found.rows[:FORETOLD]]
    amounts = _amounts(asked, asked.days(since_for_forecast(today)), "day", shown=shown)
    expected = {place: forecast(amounts[place], today) for place in shown if place in amounts}
    return {place: amount for place, amount in expected.items() if amount is not None}


def outline(viewer: Principal, month: str, of: str = "") -> Outline | None:
    """The month as a whole; None where there is no such month or entity."""
    asked = _asked(viewer, month, "day", of)
    if asked is None:
        return None
    missing: set[str] = set()
    rows = asked.months().annotate(nobodys=Q(entity_uid=None))
    sums = in_our_currency(rows, "month", "nobodys", missing=missing)
    nobodys, total = (sums.get((asked.first, is_nobodys), Decimal(0)) for is_nobodys in (True, False))
    before = sum((sums.get((asked.before, each), Decimal(0)) for each in (True, False)), Decimal(0))
    expected = pace = None
    if is_running(month):
        today = timezone.now().date()
        known = in_our_currency(asked.days(since_for_forecast(today)), "day")
        expected, pace = forecast(known, today), trend(known, today)
    return Outline(total + nobodys, before, nobodys, tuple(sorted(missing)), expected, pace)


def days(viewer: Principal, month: str, by: str = "team", of: str = "", first: int = 8) -> Days | None:
    """The same day by day for the dearest rows, and for all others together."""
    asked = _asked(viewer, month, by, of)
    if asked is None or by == "day":
        return None
    shown = [(row.label, row.ref) for row in _report(asked).rows[: max(1, min(first, MOST_LINES))]]
    amounts = _amounts(asked, asked.days(asked.first), "day", shown=shown)
    every = tuple(asked.first + timedelta(days=number) for number in range(asked.last.day))
    lines = [
        (place, tuple(amounts[place].get(day, Decimal(0)) for day in every))
        for place in (*shown, (OTHERS, ""))
        if place in amounts
    ]
    return Days(every, tuple(lines))


def _asked(viewer: Principal, month: str, by: str, of: str) -> _Asked | None:
    try:
        first, last = month_of(date.fromisoformat(f"{month}-01"))
    except ValueError:
        return None
    if by not in {*COLUMNS, *GROUPINGS}:
        return None
    if not of:
        visible = find_entities(EntityQuery(), viewer=viewer).order_by().values("uid")
        return _Asked(viewer, month, by, first, last, visible, is_part=False)
    whole = list(get_entities_by_refs([of], viewer).values())
    if not whole:
        return None
    [members] = members_by_entity(whole, viewer).values()
    return _Asked(viewer, month, by, first, last, list(members), is_part=True)


def _amounts(
    asked: _Asked,
    rows: QuerySet[Any],
    at: str,
    *,
    shown: Collection[Place] | None = None,
    missing: set[str] | None = None,
) -> Amounts:
    """Of each place by the column `at`; with `shown` of these places, and of all others as OTHERS."""
    found: dict[Any, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    by, viewer = asked.by, asked.viewer
    if by in GROUPINGS:
        rates = current_settings().rate_of
        for key, when, currency, amount in sums_by_place(rows, at, by, viewer, shown):
            if currency in rates:
                found[key][when] += amount * rates[currency]
            elif missing is not None:
                missing.add(currency)
        dearest = sorted(found.keys() - {UNALLOCATED}, key=lambda key: (-sum(found[key].values()), key))
        for key in dearest[MOST_ROWS:]:
            for when, amount in found.pop(key).items():
                found[OTHERS][when] += amount
        places = named(found, by, viewer)
        return {places[key]: amounts for key, amounts in found.items()}
    for (key, when), amount in in_our_currency(rows, by, at, missing=missing).items():
        place = (str(key) or NONE.get(by, ""), "")
        found[place if shown is None or place in shown else (OTHERS, "")][when] += amount
    return found


def _order(row: Row) -> tuple[bool, Decimal, Decimal, str]:
    return row.label == OTHERS and not row.ref, -row.amount, -row.before, row.label


def _sum(amounts: Mapping[date, Decimal], since: date) -> Decimal:
    return sum((amount for when, amount in amounts.items() if when >= since), Decimal(0))
