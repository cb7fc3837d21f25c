"""Sums by month: whatever becomes of the days, a month is their sum, and reports are what the source says."""

import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from catalog.services import register_location
from plugins.costs.models import Cost, MonthlyCost
from plugins.costs.settings import CostSource
from portal.accounts.principal import SYSTEM
from tests.plugins.costs.conftest import YESTERDAY, Focus
from tests.plugins.costs.test_keeping import COMPONENT

MONTH = YESTERDAY.replace(day=1)
EARLIER = MONTH - timedelta(days=1)
DIVISIONS = ("team", "system", "domain", "component", "cluster", "service", "source", "part", "day")
NAMES = ("engine", "pump", "bucket-1", "bucket-2", "nobody-knows", "everybody", "")
REPORT = """query ($month: String!, $by: String!, $of: String) { costs { months
    report(month: $month, by: $by, of: $of) { total before rows { label amount before } } } }"""


@pytest.fixture
def report(graphql, member):
    def ask(by="component", month=MONTH, of=""):
        answer = graphql(member)(REPORT, month=f"{month:%Y-%m}", by=by, of=of)["costs"]
        found = answer["report"]
        return found["total"], found["before"], {row["label"]: row["amount"] for row in found["rows"]}

    return ask


@pytest.fixture
def months(graphql, member):
    query = "{ costs { months } }"
    return lambda: graphql(member)(query)["costs"]["months"]


def sums(rows, when):
    found = defaultdict(Decimal)
    columns = ("source", "name", "entity_uid", "cluster", "service", "part", "currency")
    for day, amount, *whose in rows.values_list(when, "amount", *columns):
        found[day.replace(day=1), *whose] += amount
    return dict(found)


def assert_months_are_the_sum_of_their_days():
    assert sums(MonthlyCost.objects, "month") == sums(Cost.objects, "day")
    assert MonthlyCost.objects.count() == len(sums(Cost.objects, "day"))


def without(focus, text):
    lines = focus.path.read_text().splitlines(keepends=True)
    focus.path.write_text("".join(line for line in lines if text not in line))


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_months_are_the_sum_of_their_days_and_reports_that_of_the_source(
    company, configure, fetch, report, tmp_path, seed
):
    chance = random.Random(seed)
    company()
    files = {name: tmp_path / f"{name}.csv" for name in ("one", "two")}
    for idle in (True, False):
        sources = [
            CostSource(name, "focus", path.name, currency="EUR", shared=("everybody",))
            for name, path in files.items()
        ]
        configure(*sources, split_idle=idle, split_shared=not idle)
        for _ in range(3):
            paid = defaultdict(Decimal)
            for path in files.values():
                focus = Focus(path)
                for _ in range(chance.randrange(12)):
                    amount = Decimal(chance.randrange(-200, 2000)) / 100
                    day = YESTERDAY - timedelta(days=chance.randrange(60))
                    tags = {"portal/idle": "true"} if chance.random() < 0.2 else {}
                    focus.row(str(amount), chance.choice(NAMES), day=day, **tags)
                    paid[day.replace(day=1)] += amount
            assert fetch() == {}
            assert_months_are_the_sum_of_their_days()
            for by in DIVISIONS:
                total, before, rows = report(by)
                assert (Decimal(total), Decimal(before)) == (paid[MONTH], paid[EARLIER.replace(day=1)])
                assert abs(sum(map(Decimal, rows.values())) - paid[MONTH]) <= Decimal("0.005") * len(rows)


def test_what_changes_moves_to_another_month_or_goes_is_so_in_the_sums(company, focus, fetch, report, months):
    company()
    focus.row("10", "engine")
    focus.row("3", "pump", day=EARLIER)
    fetch()
    assert report()[:2] == ("10.00", "3.00")
    without(focus, ",10,")
    focus.row("12.50", "engine")
    fetch()
    assert report() == ("12.50", "3.00", {"engine": "12.50", "pump": "0.00"})
    without(focus, ",12.50,")
    focus.row("12.50", "engine", day=EARLIER)
    fetch()
    assert report() == ("0.00", "15.50", {"engine": "0.00", "pump": "0.00"})
    assert months() == [f"{EARLIER:%Y-%m}"]
    without(focus, "pump")
    fetch()
    assert report(month=EARLIER) == ("12.50", "0.00", {"engine": "12.50"})
    assert_months_are_the_sum_of_their_days()


def test_a_source_that_is_gone_is_in_no_sum(company, configure, fetch, report, tmp_path, months):
    company()
    sources = [CostSource(name, "focus", f"{name}.csv", currency="EUR") for name in ("one", "two")]
    Focus(tmp_path / "one.csv").row("10", "engine")
    Focus(tmp_path / "two.csv").row("5", "engine")
    configure(*sources)
    fetch()
    assert report("source")[::2] == ("15.00", {"one": "10.00", "two": "5.00"})
    configure(sources[0])
    fetch()
    assert report("source")[::2] == ("10.00", {"one": "10.00"})
    assert_months_are_the_sum_of_their_days()


def test_months_are_kept_and_forgotten_as_a_whole(company, focus, configure, fetch, report, months):
    company()
    oldest = (timezone.now().date() - timedelta(days=40)).replace(day=1)
    focus.row("1", "engine", day=oldest)
    focus.row("2", "engine", day=oldest + timedelta(days=27))
    focus.row("4", "engine")
    configure(CostSource("bills", "focus", "bills.csv", currency="EUR"), days=80)
    fetch()
    kept = {"days": 20, "keep_days": 40}
    configure(CostSource("bills", "focus", "bills.csv", currency="EUR"), **kept)
    fetch()
    assert report(month=oldest)[0] == "3.00"
    kept["keep_days"] = (timezone.now().date() - oldest).days - 31
    configure(CostSource("bills", "focus", "bills.csv", currency="EUR"), **kept)
    fetch()
    assert f"{oldest:%Y-%m}" not in months()
    assert_months_are_the_sum_of_their_days()


def test_an_entity_that_comes_later_gets_the_sums_of_long_ago_too(company, focus, configure, fetch, report):
    focus.row("10", "engine")
    focus.row("3", "engine", day=EARLIER)
    fetch()
    configure(CostSource("bills", "focus", "bills.csv", currency="EUR"), days=1)
    company()
    fetch()
    assert report() == ("10.00", "3.00", {"engine": "10.00"})
    assert report(of="system:default/ships") == ("10.00", "3.00", {"engine": "10.00"})
    assert_months_are_the_sum_of_their_days()


def test_half_a_cent_is_rounded_up_whoever_asks(company, focus, fetch, report, graphql, member, costs_of):
    company()
    focus.row("10.125", "engine")
    focus.row("-0.005", "pump")
    fetch()
    assert report() == ("10.12", "0.00", {"engine": "10.13", "pump": "-0.01"})
    assert costs_of("component:default/engine")["days"] == [{"day": str(YESTERDAY), "amount": "10.13"}]
    page = """query ($given: JSON) { pluginPage(id: "costs", given: $given) { panels { id blocks {
        ... on StatBlock { value } ... on TableBlock { rows { text } } } } } }"""
    panels = graphql(member)(page, given={"month": f"{MONTH:%Y-%m}", "by": "component"})["pluginPage"]
    shown = {panel["id"]: panel["blocks"] for panel in panels["panels"]}
    assert shown["costs-month"][0] == {"value": "10.12 EUR"}
    assert [row[1]["text"] for row in shown["costs-divided"][1]["rows"]] == ["10.13 EUR", "-0.01 EUR"]


def test_more_things_than_a_page_can_show_are_shown_together_at_last(company, focus, fetch, report, tmp_path):
    names = [f"many-{number:03}" for number in range(510)]
    for number, name in enumerate(names):
        focus.row(str(1000 + number), name)
    path = tmp_path / "many.yaml"
    path.write_text("---\n".join(COMPONENT.format(name=name) for name in names))
    company()
    register_location(f"file:{path}", actor=SYSTEM, trusted=True)
    focus.row("0.07")
    assert fetch() == {}
    total, _, rows = report()
    everything = sum(range(1000, 1510))
    assert (total, len(rows), rows["unallocated"]) == (f"{everything}.07", 502, "0.07")
    assert (next(iter(rows)), list(rows)[-1]) == ("many-509", "others")
    assert rows["others"] == f"{sum(range(1000, 1010))}.00"


def test_what_was_kept_before_there_were_sums_is_added_up(company, focus, fetch, report, graphql, member):
    from importlib import import_module

    from django.apps import apps

    company()
    focus.row("10", "engine")
    focus.row("1.5", "engine", day=MONTH)
    focus.row("3", "pump", day=EARLIER)
    fetch()
    before = report()
    MonthlyCost.objects.all().delete()
    assert report()[:2] == ("0.00", "0.00")
    migration = import_module("plugins.costs.migrations.0002_sums_by_month")
    with connection.schema_editor() as editor:
        migration.add_up(apps, editor)
    assert report() == before
    assert_months_are_the_sum_of_their_days()


def test_the_first_day_of_a_month_and_the_last_are_in_it(company, focus, fetch, report):
    company()
    last = MONTH - timedelta(days=1)
    for day, amount in ((MONTH, "1"), (last, "2"), (last.replace(day=1), "4")):
        focus.row(amount, "engine", day=day)
    fetch()
    assert report()[:2] == ("1.00", "6.00")
