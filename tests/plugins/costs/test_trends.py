"""What days tell: forecast, trend, days that stand out, budgets."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from plugins.costs.trends import anomalies, budget_of, forecast, last_month, month_to_date, trend
from portal.plugin_api.testing import entity

TODAY = date(2026, 4, 16)


def days(count=60, amount="10", **special):
    found = {TODAY - timedelta(days=back): Decimal(amount) for back in range(1, count + 1)}
    return found | {TODAY - timedelta(days=int(back[1:])): Decimal(value) for back, value in special.items()}


def group(budget):
    return entity({"kind": "Group", "metadata": {"name": "a", "annotations": {"portal/cost-budget": budget}}})


def test_a_month_is_what_it_cost_and_the_rest_at_the_pace_of_two_weeks():
    assert month_to_date(days(), TODAY) == 150
    assert last_month(days(), TODAY) == 310
    assert forecast(days(), TODAY) == 300
    assert forecast(days(count=3), TODAY) is None
    assert forecast(days(b1="24"), TODAY) == 164 + 15 * Decimal(11)
    assert forecast(days(), date(2026, 4, 1)) is not None


def test_a_trend_is_a_week_beside_the_week_before():
    assert trend(days(), TODAY) == 0
    assert trend(days(b1="80"), TODAY) == 1
    assert trend({}, TODAY) is None


@pytest.mark.parametrize(
    ("special", "found"),
    [
        ({}, []),
        ({"b3": "30"}, [3]),
        ({"b3": "12"}, []),
        ({"b3": "30", "b2": "31"}, [2, 3]),
        ({"b20": "90"}, []),
    ],
)
def test_days_stand_out_from_the_four_weeks_before_them(special, found):
    assert [(TODAY - each.day).days for each in anomalies(days(**special), TODAY)] == found


def test_unsteady_costs_need_more_to_stand_out():
    unsteady = {day: Decimal(10 + 10 * (day.toordinal() % 2)) for day in days()}
    assert anomalies(unsteady | {TODAY - timedelta(days=1): Decimal(35)}, TODAY) == ()
    assert len(anomalies(unsteady | {TODAY - timedelta(days=1): Decimal(95)}, TODAY)) == 1


@pytest.mark.parametrize(
    ("budget", "spent", "expected", "level"),
    [
        ("1000 EUR", "400", "800", "ok"), ("1000", "400", "1000.01", "warning"),
        ("1000.00 EUR", "1001", "1001", "error"), ("much", "1", "1", "unknown"),
        ("1000 USD", "1", "1", "unknown"),
    ],
)  # fmt: skip
def test_a_budget_warns_before_it_is_spent(budget, spent, expected, level):
    found = budget_of(group(budget), "EUR", Decimal(spent), Decimal(expected))
    assert (found.level, bool(found.problem)) == (level, level == "unknown")
