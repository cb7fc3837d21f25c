"""What checks may ask of an entity's costs: `costs.budgetUsed <= 1.0`."""

from collections.abc import Sequence
from typing import Any

from portal.plugin_api import SYSTEM, Fact, Facts, Known
from portal.plugin_api.catalog import Entity

from .selectors import CostOf, costs_by_entity, read_at

FACTS = (
    Fact("currency", str, "What amounts are in (ISO 4217)."),
    Fact("monthToDate", float, "What this month cost so far."),
    Fact("lastMonth", float, "What last month cost."),
    Fact("forecast", float, "What this month will come to."),
    Fact("trend", float, "The last seven days beside the seven before: 0.1 is ten percent more."),
    Fact("anomalies", int, "Days of the last two weeks that stand out."),
    Fact("budget", float, "What a month may cost."),
    Fact("budgetUsed", float, "The share of the budget that is spent: 1 is all of it."),
    Fact("withinBudget", bool, "Whether the forecast of this month is within its budget."),
)


def facts_by_entity(entities: Sequence[Entity]) -> dict[int, Known]:
    """What is known of the entities that cost something."""
    as_of = read_at()
    return {pk: Known(_values(cost), as_of) for pk, cost in costs_by_entity(entities, SYSTEM).items()}


def _values(cost: CostOf) -> dict[str, Any]:
    values: dict[str, Any] = {
        "currency": cost.currency,
        "monthToDate": float(cost.month_to_date),
        "lastMonth": float(cost.last_month),
        "anomalies": len(cost.anomalies),
    }
    if cost.forecast is not None:
        values["forecast"] = float(cost.forecast)
    if cost.trend is not None:
        values["trend"] = float(cost.trend)
    if cost.budget and cost.budget.amount:
        values["budget"] = float(cost.budget.amount)
        values["budgetUsed"] = float(cost.month_to_date / cost.budget.amount)
        values["withinBudget"] = cost.budget.level == "ok"
    return values


costs_facts = Facts(FACTS, facts_by_entity)
