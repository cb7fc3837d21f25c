"""Keeps the charges of a source by day, and their sums by month: what costs what it did is left as it is."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db import connection

from .charges import Amounts, Whose
from .settings import CostSource

NAME, WORD = 300, 200
"""How long the columns are."""

REMEMBERED = 50_000
NULL = r"\N"
KEPT = "SELECT name, cluster, service, part, amount, currency FROM costs_cost WHERE source = %s AND day = %s"
FORGET_DAY = "DELETE FROM costs_cost WHERE source = %s AND day = %s"
FORGET_DAYS = "DELETE FROM costs_cost WHERE source = %s AND day BETWEEN %s AND %s AND NOT day = ANY (%s)"
ADD = "COPY costs_cost (source, day, name, entity_uid, cluster, service, part, currency, amount) FROM STDIN"
FORGET_MONTH = "DELETE FROM costs_monthlycost WHERE source = %s AND month = %s"
ADD_MONTH = """
    INSERT INTO costs_monthlycost
           (source, month, name, entity_uid, cluster, service, part, currency, amount)
    SELECT source, %s, name, entity_uid, cluster, service, part, currency, sum(amount)
      FROM costs_cost WHERE source = %s AND day BETWEEN %s AND %s
     GROUP BY source, name, entity_uid, cluster, service, part, currency
"""
# Two that keep the same source at once would each leave its own rows.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('costs'), hashtext(%s))"
# A month may have a million rows to be added up, and no request waits for it.
PATIENT = "SET LOCAL statement_timeout = '60s'"


def keep_day(source: CostSource, day: date, amounts: Amounts, meant: Mapping[str, UUID]) -> None:
    """Put these amounts in the place of what the source said of that day.

    `meant` has the entities that names mean. Whoever keeps days adds them up: `sum_months`.
    """
    cut = _as_kept(amounts)
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [source.name, day])
        rows = cursor.fetchall()
        kept = {tuple(whose): amount for *whose, amount, _ in rows}
        if kept == cut and all(currency == source.currency for *_, currency in rows):
            return
        cursor.execute(FORGET_DAY, [source.name, day])
        with cursor.copy(ADD) as copy:
            copy.write("".join(_lines(source, day, cut, meant)))


def begin_keeping(source: CostSource) -> None:
    """Wait for whoever keeps what this source says; until the end of the transaction others wait."""
    with connection.cursor() as cursor:
        cursor.execute(PATIENT)
        cursor.execute(ONE_AT_A_TIME, [source.name])


def sum_months(source: CostSource, first: date, last: date) -> None:
    """Add up what is kept of the source, of every month that one of these days is in."""
    with connection.cursor() as cursor:
        while (month := last.replace(day=1)) >= first.replace(day=1):
            cursor.execute(FORGET_MONTH, [source.name, month])
            cursor.execute(ADD_MONTH, [month, source.name, *month_of(month)])
            last = month - timedelta(days=1)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of its month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def forget_other_days(source: CostSource, first: date, last: date, days: Iterable[date]) -> None:
    """Of these days keep those that the source said something of."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_DAYS, [source.name, first, last, list(days)])


def _as_kept(amounts: Amounts) -> Amounts:
    """With names as long as the columns are."""
    if all(
        len(name) <= NAME and len(cluster) <= WORD and len(service) <= WORD
        for name, cluster, service, _ in amounts
    ):
        return amounts
    cut: dict[Whose, Decimal] = defaultdict(Decimal)
    for (name, cluster, service, part), amount in amounts.items():
        cut[name[:NAME], cluster[:WORD], service[:WORD], part] += amount
    return cut


def _lines(source: CostSource, day: date, amounts: Amounts, meant: Mapping[str, UUID]) -> Iterator[str]:
    """The rows as COPY reads them."""
    front = f"{_text(source.name)}\t{day}"
    for (name, cluster, service, part), amount in amounts.items():
        words = f"{_text(name)}\t{meant.get(name, NULL)}\t{_text(cluster)}\t{_text(service)}"
        yield f"{front}\t{words}\t{part}\t{source.currency}\t{amount:f}\n"


@lru_cache(REMEMBERED)
def _text(value: str) -> str:
    value = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\0", "")
    return value.replace("\n", "\\n").replace("\r", "\\r")
