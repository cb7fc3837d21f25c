"""Conditions on the values that entities have under a key, and their order, whatever the key is.

The index finds the entities that have the key; their terms are looked through.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains
from django.db.models.sql.compiler import SQLCompiler

from catalog.entities.terms import fold


def term_begins(key: str, text: str) -> Q:
    """Entities with a value under a folded `key` that begins with a folded `text`."""
    return _term_like(key, f"{escape_like(text)}%")


def term_contains(key: str, text: str) -> Q:
    """Entities with a value under a folded `key` that holds `text`; a scan of those that have the key.

    Names and titles are columns, too, and those are in the row: an entity's terms are stored apart.
    """
    wanted = fold(text)
    if key == "metadata.name" and "\x00" not in wanted:
        return Q(Contains(Lower("name"), wanted))
    holds = _term_like(key, f"%{escape_like(wanted)}%")
    return ~Q(title="") & holds if key == "metadata.title" else holds


class _HasTermLike(Func):
    """Whether one of an array of terms is like a pattern."""

    template = "EXISTS (SELECT 1 FROM unnest(%(expressions)s)"
    arg_joiner = ") term WHERE term LIKE "
    output_field = BooleanField()
    conditional = True


def _term_like(key: str, pattern: str) -> Q:
    if "\x00" in pattern:
        return Q(pk__in=[])
    return Q(terms__contains=[key]) & Q(_HasTermLike(F("terms"), Value(f"{escape_like(key)}={pattern}")))


def term_compares(key: str, operator: str, bound: Decimal | datetime) -> Q:
    """Entities with a number or a point in time under a folded `key` that is gt, gte, lt or lte a bound.

    Values that are neither are passed over; a date is its first moment in UTC.
    """
    if isinstance(bound, datetime):
        read, given = INSTANT, bound.astimezone(UTC).replace(tzinfo=None).isoformat()
    else:
        read, given = NUMBER, str(bound)
    start = len(key) + 2
    found = _HasTermThat(
        F("terms"), Value(f"{key}="), Value(given), read=read % start, operator=OPERATORS[operator]
    )
    return Q(terms__contains=[key]) & Q(found)


OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

# Each reads a value that starts at a position of `term`, as null where it is not one; nothing here can fail.
NUMBER = """(SELECT CASE WHEN v ~ '^[-+]?[0-9]{1,30}([.][0-9]{1,30})?$' THEN v::numeric END
    FROM substr(term, %d) v)"""
INSTANT = """(SELECT CASE WHEN v ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(t.*)?$'
      AND (length(v) = 10 OR substr(v, 11) ~
        '^t([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$')
    THEN (make_date(left(v, 4)::int, substr(v, 6, 2)::int, 1) + (substr(v, 9, 2)::int - 1))::timestamp
      + coalesce(substring(v from 't([0-9:.]+)'), '0')::interval
      - coalesce(substring(v from '[-+][0-9]{2}:[0-9]{2}$'), '0')::interval END
    FROM substr(term, %d) v)"""


class _HasTermThat(Func):
    """Whether one of the terms under a key, read in some way, compares to a bound."""

    output_field = BooleanField()
    conditional = True

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> Any:
        terms, key, bound = (compiler.compile(each) for each in self.source_expressions)
        sql = (
            f"EXISTS (SELECT 1 FROM unnest({terms[0]}) term WHERE starts_with(term, {key[0]}) "  # noqa: S608 - values are parameters
            f"AND {self.extra['read']} {self.extra['operator']} {bound[0]})"
        )
        return sql, [*terms[1], *key[1], *bound[1]]


def first_term(key: str, *, descending: bool) -> Func:
    """The smallest value under a folded key, the largest where the order is descending; null for none."""
    first = "max" if descending else "min"
    return FirstTerm(F("terms"), Value(f"{key}="), first=first, start=len(key) + 2)


class FirstTerm(Func):
    """The first (`min`) or last (`max`) value of one key among the terms of an entity; null for none."""

    template = '(SELECT %(first)s(substr(term, %(start)s)) FROM unnest(%(expressions)s)) COLLATE "C"'
    arg_joiner = ") term WHERE starts_with(term, "
    output_field = TextField()


def escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
