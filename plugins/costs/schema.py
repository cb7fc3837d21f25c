"""`entity { costs { … } }` and `costs { … }`: what an entity costs, and the cost explorer."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from portal.plugin_api import EntityField, PluginQuery, Principal, QueryValue
from portal.plugin_api.catalog import Entity
from portal.plugin_api.graphql import DateTime, Field, Float, Int, List, NonNull, ObjectType, String

from .explorer import days, months, report
from .selectors import CostOf, costs_by_entity, source_states
from .settings import current_settings
from .wording import cents


class CostDay(ObjectType):
    """What a day cost."""

    day = String(required=True, description="2026-01-31, in UTC.")
    amount = String(required=True)


class CostAnomaly(ObjectType):
    """A day that cost more than was to be expected."""

    day = String(required=True)
    amount = String(required=True)
    expected = String(required=True)


class CostBudget(ObjectType):
    """What a month may cost."""

    amount = String(required=True)
    level = String(
        required=True, description="ok, warning where the forecast is above it, error where it is spent."
    )
    reason = String(required=True)
    problem = String(required=True, description="What is wrong with the annotation; empty if nothing.")


class EntityCosts(ObjectType):
    """Of a component its own costs, of a system or domain its parts', of a group those of what it owns.

    Amounts are decimal numbers as text, rounded to the cent, half a cent up.
    """

    currency = String(required=True)
    month_to_date = String(required=True)
    last_month = String(required=True)
    forecast = String(description="What the month will come to at the pace of the last two weeks.")
    trend = Float(description="The last seven days beside the seven before: 0.1 is ten percent more.")
    direct = String(required=True, description="Of this month, what it costs by itself.")
    idle = String(required=True, description="Of this month, its part of what nobody used.")
    shared = String(required=True, description="Of this month, its part of what everything uses.")
    days = List(NonNull(CostDay), required=True)
    anomalies = List(NonNull(CostAnomaly), required=True)
    budget = Field(CostBudget)


class CostRow(ObjectType):
    """One line of a report."""

    label = String(required=True)
    ref = String(required=True, description="Of the entity it is about; empty if it is about none.")
    amount = String(required=True)
    before = String(required=True, description="Of the month before.")


class CostReport(ObjectType):
    """A month, divided; every charge is in one row."""

    month = String(required=True)
    by = String(required=True)
    currency = String(required=True)
    total = String(
        required=True, description="The sum of the rows: what the sources say, where one sees everything."
    )
    before = String(required=True, description="The sum of the month before.")
    rows = List(
        NonNull(CostRow), required=True, description="From the dearest down; beyond 500 the others together."
    )
    missing = List(
        NonNull(String), required=True, description="Currencies without a rate, which are left out."
    )


class CostLine(ObjectType):
    """One row of a report day by day."""

    label = String(required=True)
    ref = String(required=True)
    amounts = List(NonNull(String), required=True, description="One for each day.")


class CostDays(ObjectType):
    """A month, divided and day by day."""

    days = List(NonNull(String), required=True, description="2026-01-31, in UTC.")
    lines = List(NonNull(CostLine), required=True, description="From the dearest down, others at last.")


class CostSourceState(ObjectType):
    """Where costs come from."""

    name = String(required=True)
    currency = String(required=True)
    total = String(description="Of the days that were read last, in its currency.")
    unallocated = String(description="Of that, what names nobody.")
    as_of = DateTime()
    problem = String(required=True)


def report_shown(viewer: Principal, month: str, by: str = "team", of: str = "") -> dict[str, Any] | None:
    """The report with its amounts to the cent."""
    found = report(viewer, month, by, of)
    if found is None:
        return None
    rows = [
        {"label": row.label, "ref": row.ref, "amount": _cents(row.amount), "before": _cents(row.before)}
        for row in found.rows
    ]
    return {
        "month": found.month, "by": found.by, "currency": found.currency, "total": _cents(found.total),
        "before": _cents(found.before), "rows": rows, "missing": list(found.missing),
    }  # fmt: skip


def days_shown(viewer: Principal, month: str, **asked: Any) -> dict[str, Any] | None:
    """The lines with their amounts to the cent."""
    found = days(viewer, month, **asked)
    if found is None:
        return None
    return {
        "days": [str(day) for day in found.days],
        "lines": [
            {"label": label, "ref": ref, "amounts": [_cents(amount) for amount in amounts]}
            for (label, ref), amounts in found.lines
        ],
    }


def sources_shown(viewer: Principal) -> list[dict[str, Any]]:
    """Every source with what was read of it last."""
    states = source_states()
    found = []
    for source in current_settings().sources:
        taken = states.get(source.name)
        data = (taken.data or {}) if taken else {}
        found.append(
            {
                "name": source.name,
                "currency": source.currency,
                "total": _cents(Decimal(data["total"])) if data else None,
                "unallocated": _cents(Decimal(data["unallocated"])) if data else None,
                "as_of": taken.as_of if taken else None,
                "problem": taken.error if taken else "",
            }
        )
    return found


class Costs(ObjectType):
    """The cost explorer."""

    months = QueryValue(List(NonNull(String), required=True), load=months)
    sources = QueryValue(List(NonNull(CostSourceState), required=True), load=sources_shown)
    report = QueryValue(
        CostReport,
        load=report_shown,
        month=String(required=True),
        by=String(description="team, system, domain, component, cluster, service, source, part or day."),
        of=String(description="Only of this component, system, domain or group, with all that is in it."),
    )
    days = QueryValue(
        CostDays,
        load=days_shown,
        month=String(required=True),
        by=String(description="As of report, but not day."),
        of=String(),
        first=Int(description="So many lines, 8 if left out; all others are one more."),
    )


def costs_values(entities: Sequence[Entity], viewer: Principal) -> dict[int, dict[str, Any]]:
    """The values of the field for many entities."""
    return {pk: _shown(cost) for pk, cost in costs_by_entity(entities, viewer).items()}


def _shown(cost: CostOf) -> dict[str, Any]:
    budget = cost.budget
    return {
        "currency": cost.currency,
        "month_to_date": _cents(cost.month_to_date),
        "last_month": _cents(cost.last_month),
        "forecast": None if cost.forecast is None else _cents(cost.forecast),
        "trend": None if cost.trend is None else round(float(cost.trend), 4),
        **{part: _cents(cost.parts.get(part, Decimal(0))) for part in ("direct", "idle", "shared")},
        "days": [{"day": str(day), "amount": _cents(cost.days[day])} for day in sorted(cost.days)],
        "anomalies": [
            {"day": str(each.day), "amount": _cents(each.amount), "expected": _cents(each.expected)}
            for each in cost.anomalies
        ],
        "budget": budget
        and {
            "amount": _cents(budget.amount), "level": budget.level, "reason": budget.reason,
            "problem": budget.problem,
        },
    }  # fmt: skip


def _cents(amount: Decimal) -> str:
    return str(cents(amount))


entity_costs = EntityField(EntityCosts, load=costs_values, description="What the entity costs.")
costs_query = PluginQuery(Costs, description="The cost explorer.")
