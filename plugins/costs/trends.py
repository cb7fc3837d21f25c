"""What days tell: the month so far, what it will come to, days that stand out, how a budget does."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Literal

from portal.plugin_api.catalog import Entity

Days = Mapping[date, Decimal]

BUDGET = "portal/cost-budget"
BUDGET_FORM = re.compile(r"(?P<amount>\d{1,12}(?:\.\d{1,2})?)\s*(?P<currency>[A-Z]{3})?")
BASE_DAYS, LEAST_DAYS = 28, 7
FORECAST_DAYS = 14
STANDS_OUT = Decimal("1.25")
# So many times the usual deviation; 1.4826 makes the median deviation comparable with the standard one.
DEVIATIONS = Decimal(5) * Decimal("1.4826")


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A day that cost more than the four weeks before it led to expect."""

    day: date
    amount: Decimal
    expected: Decimal


@dataclass(frozen=True, slots=True)
class Budget:
    """What a month may cost, and how that looks. `problem` is what is wrong with how it is written."""

    amount: Decimal
    level: Literal["ok", "warning", "error", "unknown"]
    reason: str
    problem: str = ""


def month_to_date(days: Days, today: date) -> Decimal:
    return sum((amount for day, amount in days.items() if _month(day) == _month(today)), Decimal(0))


def last_month(days: Days, today: date) -> Decimal:
    before = today.replace(day=1) - timedelta(days=1)
    return sum((amount for day, amount in days.items() if _month(day) == _month(before)), Decimal(0))


def forecast(days: Days, today: date) -> Decimal | None:
    """The month so far, its other days at the mean of two weeks; None where too little is known."""
    known = [days[day] for day in sorted(days) if today - timedelta(days=FORECAST_DAYS) <= day < today]
    if len(known) < LEAST_DAYS:
        return None
    counted = {day for day in days if _month(day) == _month(today)}
    missing = calendar.monthrange(today.year, today.month)[1] - len(counted)
    return month_to_date(days, today) + sum(known, Decimal(0)) / len(known) * missing


def since_for_forecast(today: date) -> date:
    """The first of the days that a forecast, and a trend, are made from."""
    return min(today.replace(day=1), today - timedelta(days=FORECAST_DAYS))


def trend(days: Days, today: date) -> Decimal | None:
    """The last seven days beside the seven before: 0.1 is ten percent more; None where there are none."""
    week = [days.get(today - timedelta(days=back), Decimal(0)) for back in range(1, 15)]
    before = sum(week[7:], Decimal(0))
    return (sum(week[:7], Decimal(0)) - before) / before if before > 0 else None


def anomalies(days: Days, today: date) -> tuple[Anomaly, ...]:
    """Days of the last two weeks far above the median of the four weeks before, newest first."""
    found = []
    known = {day.toordinal(): amount for day, amount in days.items()}
    for number in range(today.toordinal() - 1, today.toordinal() - FORECAST_DAYS - 1, -1):
        base = [known[each] for each in range(number - BASE_DAYS, number) if each in known]
        if number not in known or len(base) < LEAST_DAYS:
            continue
        amount, middle = known[number], median(base)
        if amount <= middle * STANDS_OUT:
            continue
        if amount > middle + DEVIATIONS * median([abs(each - middle) for each in base]):
            found.append(Anomaly(date.fromordinal(number), amount, middle))
    return tuple(found)


def budget_of(entity: Entity, currency: str, spent: Decimal, expected: Decimal | None) -> Budget | None:
    """The budget that the entity's annotation names, beside what is spent and expected."""
    text = (entity.content["metadata"].get("annotations") or {}).get(BUDGET)
    if text is None:
        return None
    match = BUDGET_FORM.fullmatch(str(text).strip())
    if match is None or (match["currency"] or currency) != currency:
        example = f"{BUDGET}: {str(text)[:50]!r} is no budget; write '1200 {currency}'."
        return Budget(Decimal(0), "unknown", "", example)
    try:
        amount = Decimal(match["amount"])
    except InvalidOperation:
        amount = Decimal(0)
    if spent > amount:
        return Budget(amount, "error", "The budget of this month is spent.")
    if expected is not None and expected > amount:
        return Budget(amount, "warning", "The month will cost more than its budget.")
    return Budget(amount, "ok", "")


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
