"""The page of costs: a month divided as its address says, for each viewer."""

import calendar
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from plugins.costs.wording import percent
from tests.plugins.costs.conftest import YESTERDAY

PAGE = """query ($given: JSON) { pluginPage(id: "costs", given: $given) { failed
    parameters { name value choices { value } }
    panels { id failed blocks { ... on StatBlock { label value } ... on KeyValueBlock { items { key value } }
        ... on SeriesBlock { lines { label } } ... on TableBlock { columns file rows { text url level } }
        ... on BarsBlock { bars { label value } } } } } }"""


def asked(graphql, account, **given):
    page = graphql(account)(PAGE, given=given)["pluginPage"]
    assert page["failed"] is None
    assert [panel["failed"] for panel in page["panels"] if panel["failed"]] == []
    return page["parameters"], {panel["id"]: panel["blocks"] for panel in page["panels"]}


def rows(table):
    return [[cell["text"] for cell in row] for row in table["rows"]]


def test_a_month_is_divided_to_the_cent_with_what_is_nobodys(company, focus, fetch, graphql, member):
    company()
    focus.row("10.25", "engine")
    focus.row("5.50", "pump")
    focus.row("1.25")
    assert fetch() == {}
    month = f"{YESTERDAY:%Y-%m}"
    parameters, panels = asked(graphql, member, month=month)
    assert [(each["name"], each["value"]) for each in parameters] == [
        ("by", "team"), ("month", month), ("of", ""),
    ]  # fmt: skip
    assert panels["costs-month"][0] == {"label": "Altogether", "value": "17.00 EUR"}
    assert {"key": "Unallocated", "value": "1.25 EUR, 7 % of it"} in panels["costs-month"][1]["items"]
    _, table = panels["costs-divided"]
    assert (table["columns"][0], table["file"]) == ("Team", f"costs-{month}-by-team")
    assert rows(table) == [
        ["team-a", "10.25 EUR", "60 %", "", ""],
        ["team-b", "5.50 EUR", "32 %", "", ""],
        ["unallocated", "1.25 EUR", "7 %", "", ""],
    ]
    [budget] = rows(panels["costs-budgets"][0])
    assert (budget[0], budget[3], budget[5]) == ("team-a", "1,000.00 EUR", "within")

    _, panels = asked(graphql, member, month=month, by="component", of="group:default/team-b")
    assert rows(panels["costs-divided"][1]) == [["pump", "5.50 EUR", "100 %", "", ""]]


def test_a_running_month_is_told_by_what_it_will_come_to_and_not_as_a_change(
    company, focus, fetch, graphql, member
):
    """Some days beside a whole month are no change."""
    company()
    for back in range(62):
        focus.row("10", "engine", day=YESTERDAY - timedelta(days=back))
    assert fetch() == {}

    def told(day):
        [_, facts] = asked(graphql, member, month=f"{day:%Y-%m}")[1]["costs-month"]
        return {item["key"]: item["value"] for item in facts["items"]}

    def changes(day, **given):
        table = asked(graphql, member, month=f"{day:%Y-%m}", **given)[1]["costs-divided"][1]
        return {row[0]: row[4] for row in rows(table)}

    today = timezone.now().date()
    last = today.replace(day=1) - timedelta(days=1)
    ended = told(last)
    assert "Change" in ended and "It will come to" not in ended
    assert changes(last)["team-a"] == ended["Change"]
    if today == last + timedelta(days=1):
        return  # nothing is known of the running month yet, and it is not offered
    length = calendar.monthrange(today.year, today.month)[1]
    change = percent(Decimal(length - last.day) / last.day, signed=True)
    assert told(today) == {
        "The month before": f"{last.day * 10}.00 EUR",
        "Unallocated": "0.00 EUR, 0 % of it",
        "It will come to": f"{length * 10}.00 EUR, {change} to the month before",
        "Last seven days": "+0 % to the seven before",
    }
    # Every division is compared in the same way.
    for by, label in (("team", "team-a"), ("component", "engine"), ("system", "ships"), ("cluster", "north")):
        assert changes(today, by=by) == {label: change}
    assert changes(today, by="component", of="group:default/team-a") == {"engine": change}
