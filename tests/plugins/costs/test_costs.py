"""Costs: every cent of a source is somewhere once, and is seen by whoever may see what it is for."""

import gzip
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.costs.charges import Part, divided
from plugins.costs.facts import costs_facts
from plugins.costs.models import Cost
from plugins.costs.settings import CostSource, CostsSettings
from portal.accounts.models import NamespaceGrant
from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import EntityQuery, find_entities
from tests.plugins.costs.conftest import YESTERDAY

REPORT = """query ($month: String!, $by: String) { costs { months sources { name total unallocated problem }
    report(month: $month, by: $by) { currency total missing rows { label ref amount } } } }"""


@pytest.fixture
def report(graphql, member, admin):
    def ask(by="team", account=None):
        answer = graphql(account or member)(REPORT, month=f"{YESTERDAY:%Y-%m}", by=by)["costs"]
        return answer["report"]["total"], {row["label"]: row["amount"] for row in answer["report"]["rows"]}

    return ask


def test_a_charge_belongs_to_the_component_of_its_name_and_rolls_up_once(
    company, focus, fetch, total_of, report
):
    company()
    focus.row("10.10", "engine")
    focus.row("5.05", "pump")
    focus.row("2.02", "bucket-1")
    focus.row("1.01", "nobody-knows")
    focus.row("0.5")
    assert fetch() == {}
    assert total_of("component:default/engine") == "10.10"
    assert total_of("component:default/pump") == "5.05"
    assert total_of("component:other/pump") == "0"
    assert total_of("resource:default/store") == "2.02"
    # The pump is a part of the engine and of the ships: it counts once.
    assert total_of("system:default/ships") == "15.15"
    assert total_of("domain:default/sea") == "15.15"
    # What the team below owns counts too.
    assert total_of("group:default/team-a") == "17.17"
    assert total_of("group:default/team-b") == "7.07"
    assert report("team") == ("18.68", {"team-a": "10.10", "team-b": "7.07", "unallocated": "1.51"})
    assert report("system") == ("18.68", {"ships": "15.15", "in no system": "2.02", "unallocated": "1.51"})
    assert report("cluster") == ("18.68", {"north": "18.68"})
    for by in ("component", "service", "source", "part", "day"):
        assert report(by)[0] == "18.68"


def test_the_explorer_divides_a_part_of_the_company_and_each_day_and_compares_with_the_month_before(
    company, focus, fetch, graphql, member
):
    company()
    earlier = YESTERDAY.replace(day=1) - timedelta(days=1)
    focus.row("10.10", "engine")
    focus.row("5.05", "pump")
    focus.row("2.02", "bucket-1")
    focus.row("1.01", "nobody-knows")
    focus.row("4.04", "pump", day=earlier)
    fetch()
    query = """query ($month: String!, $by: String, $of: String, $first: Int) { costs {
        report(month: $month, by: $by, of: $of) { total before rows { label amount before } }
        days(month: $month, by: $by, of: $of, first: $first) { days lines { label ref amounts } } } }"""

    def ask(**asked):
        return graphql(member)(query, month=f"{YESTERDAY:%Y-%m}", **asked)["costs"]

    def rows(**asked):
        report = ask(**asked)["report"]
        sums = report["total"], report["before"]
        return sums, [(row["label"], row["amount"], row["before"]) for row in report["rows"]]

    assert rows(by="domain") == (
        ("18.18", "4.04"),
        [("sea", "15.15", "4.04"), ("in no domain", "2.02", "0.00"), ("unallocated", "1.01", "0.00")],
    )
    # The pump is a part of the engine and of the ships: it is in the domain once.
    for whole in ("domain:default/sea", "system:default/ships"):
        assert rows(by="component", of=whole) == (
            ("15.15", "4.04"), [("engine", "10.10", "0.00"), ("pump", "5.05", "4.04")],
        )  # fmt: skip
    assert rows(by="team", of="group:default/team-a")[1] == [
        ("team-a", "10.10", "0.00"), ("team-b", "7.07", "4.04"),
    ]  # fmt: skip
    for by in ("team", "service"):
        days = ask(by=by, first=1)["days"]
        place = days["days"].index(str(YESTERDAY))
        spent = [(line["label"], line["amounts"][place]) for line in days["lines"]]
        assert spent == {"team": [("team-a", "10.10"), ("others", "8.08")]}.get(by, [("Compute", "18.18")])
        assert {len(line["amounts"]) for line in days["lines"]} == {len(days["days"])}
    for wrong in ({"of": "component:hidden/nothing"}, {"by": "colour"}):
        assert ask(**wrong) == {"report": None, "days": None}


def test_totals_equal_the_source_to_the_last_digit_however_it_is_divided():
    amounts = {
        (name, cluster, "", part): Decimal(amount)
        for name, amount, cluster, part in (
            ("a", "0.3333333333", "x", Part.DIRECT), ("b", "0.6666666667", "x", Part.DIRECT),
            ("c", "7", "y", Part.DIRECT), ("", "1", "x", Part.DIRECT), ("d", "-2.5", "y", Part.DIRECT),
            ("", "0.01", "x", Part.IDLE), ("", "100", "y", Part.IDLE), ("", "10.01", "z", Part.IDLE),
            ("", "3.3333333333", "", Part.SHARED),
        )
    }  # fmt: skip
    total = sum(amounts.values())
    for idle in (True, False):
        for shared in (True, False):
            assert sum(divided(amounts, idle=idle, shared=shared).values()) == total
    whole = divided(amounts, idle=True, shared=True)
    parts = {(name, part): amount for (name, _, _, part), amount in whole.items()}
    assert parts["c", Part.IDLE] == Decimal(100)
    assert parts["b", Part.IDLE] == Decimal("0.0033333333")
    nobodys = [amount for (name, *_), amount in whole.items() if not name]
    assert sum(nobodys) == 1 + Decimal("10.015") + Decimal("0.3703703704")
    assert ("d", Part.IDLE) not in parts


def test_idle_and_shared_costs_are_divided_by_what_each_costs_itself(company, focus, fetch, costs_of, report):
    company()
    focus.row("30", "engine")
    focus.row("10", "pump")
    focus.row("8", "everybody")
    focus.row("4", **{"portal/idle": "true"})
    fetch()
    rows = {row.part: row.amount for row in Cost.objects.filter(name="engine")}
    assert rows == {"direct": 30, "idle": 3, "shared": 6}
    assert report("component") == ("52.00", {"engine": "39.00", "pump": "13.00"})
    assert report("part") == ("52.00", {"direct": "40.00", "shared": "8.00", "idle": "4.00"})


def test_reading_again_replaces_days_and_a_source_that_fails_keeps_them(company, focus, fetch, total_of):
    company()
    focus.row("10", "engine")
    fetch()
    focus.row("1", "engine")
    fetch()
    assert total_of("component:default/engine") == "11.00"
    focus.row("many", "engine")
    assert fetch() == {"bills": "bills, line 4: BilledCost 'many' is no number."}
    assert total_of("component:default/engine") == "11.00"


def test_an_entity_that_comes_later_gets_what_was_nobodys(company, focus, fetch, total_of):
    focus.row("10", "engine")
    fetch()
    company()
    fetch()
    assert total_of("component:default/engine") == "10.00"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a,b\n1,2\n", "the file has no column BilledCost"),
        ("ChargePeriodStart,BilledCost,BillingCurrency\n2026-01-01,1,USD\n", "line 2: 'USD' is not EUR"),
        ("ChargePeriodStart,BilledCost,BillingCurrency\nnever,1,EUR\n", "line 2: Invalid isoformat"),
        ("ChargePeriodStart,BilledCost,BillingCurrency\n2026-01-01,NaN,EUR\n", "is no number"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"a" * 2 * 1024 * 1024, "line 1: it is too long"),
    ],
)
def test_what_is_no_focus_file_is_told_with_its_line(focus, fetch, content, reason):
    focus.path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert reason in fetch()["bills"]
    assert Cost.objects.count() == 0


def test_a_packed_file_that_unfolds_to_an_endless_line_is_refused(configure, fetch, tmp_path):
    (tmp_path / "bills.csv.gz").write_bytes(gzip.compress(b"a" * 100_000_000))
    configure(CostSource("bills", "focus", "bills.csv.gz", currency="EUR"))
    assert "line 1: it is too long" in fetch()["bills"]
    (tmp_path / "bills.csv.gz").write_bytes(b"\x1f\x8b broken")
    assert "cannot be read" in fetch()["bills"]


@pytest.mark.parametrize("address", ["../../etc/passwd", "/etc/passwd", "link.csv"])
def test_no_file_outside_of_the_folder_is_read(configure, fetch, tmp_path, address):
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    configure(CostSource("bills", "focus", address, currency="EUR"))
    assert fetch() == {"bills": f"bills: {address} is outside of PORTAL_COSTS_FOLDER."}
    configure(CostSource("bills", "focus", "x.csv", currency="EUR"), folder="")
    assert "set PORTAL_COSTS_FOLDER" in fetch()["bills"]


def test_who_may_not_read_an_entity_sees_nothing_of_its_costs(company, focus, fetch, report, member, admin):
    company()
    NamespaceGrant.objects.create(namespace="hidden", subject="group:default/none", role="reader")
    focus.row("10", "engine")
    focus.row("90", "component:hidden/safe")
    fetch()
    assert report("component") == ("10.00", {"engine": "10.00"})
    assert report("service")[0] == "10.00"
    assert report("component", admin) == ("100.00", {"safe": "90.00", "engine": "10.00"})


def test_other_currencies_are_converted_or_left_out_and_named(company, configure, fetch, tmp_path, costs_of):
    from tests.plugins.costs.conftest import Focus

    company()
    sources = (CostSource("eu", "focus", "eu.csv", currency="EUR"), CostSource("us", "focus", "us.csv"))
    Focus(tmp_path / "eu.csv").row("10", "engine")
    Focus(tmp_path / "us.csv").row("10", "engine", currency="USD")
    configure(*sources, rates=("USD=0.9",))
    fetch()
    assert costs_of("component:default/engine")["days"] == [{"day": str(YESTERDAY), "amount": "19.00"}]
    configure(*sources, rates=())
    assert costs_of("component:default/engine")["days"] == [{"day": str(YESTERDAY), "amount": "10.00"}]


def test_a_list_costs_as_many_statements_as_one(company, focus, fetch, graphql, member):
    company()
    focus.row("10", "engine")
    fetch()
    query = """{ entities(first: %d, filter: {kind: ["Component", "Resource"]}) {
        nodes { costs { monthToDate } } } }"""
    counts = []
    for size in (1, 4):
        graphql(member)(query % size)
        with CaptureQueriesContext(connection) as asked:
            graphql(member)(query % size)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_panels_of_entity_team_and_home_show_amounts(company, focus, fetch, graphql, member):
    company(budget="5 EUR")
    focus.row("10", "engine", day=YESTERDAY)
    fetch()
    blocks = """{ id failed blocks { __typename ... on StatBlock { label value } ... on GaugeBlock { level }
        ... on BarsBlock { title bars { label text url } } } }"""
    client = graphql(member)
    team = client(f"""{{ entity(ref: "group:default/team-a") {{ panels {blocks} }} }}""")["entity"]["panels"]
    entity = client(f"""{{ entity(ref: "component:default/engine") {{ panels {blocks} }} }}""")["entity"][
        "panels"
    ]
    home = client(f"{{ homePanels {blocks} }}")["homePanels"]
    shown = {panel["id"]: panel for panel in (*team, *entity, *home) if panel["id"].startswith("costs")}
    assert sorted(shown) == ["costs", "costs-cost-explorer", "costs-monthly-cost", "costs-team-cost"]
    assert [panel["failed"] for panel in shown.values()] == [None] * 4
    [bars] = [
        block for block in shown["costs-team-cost"]["blocks"] if block["__typename"] == "BarsBlock"
    ] or [None]
    assert bars is None or bars["bars"][0]["url"] == "/catalog/default/component/engine"


def test_settings_say_every_mistake_in_a_sentence():
    with pytest.raises(ValueError, match="write opencost") as raised:
        CostsSettings(
            sources=(CostSource("a", "azure"), CostSource("a", "aws", currency="euro")),
            currency="Euro", rates=("USD=many",),
        )  # fmt: skip
    assert len(str(raised.value).split(". ")) == 5


def test_secrets_of_sources_are_not_part_of_a_repr():
    assert "canary" not in repr(CostSource("a", "aws", secret_key="canary", token="canary"))


def test_costs_of_sources_that_are_gone_and_of_long_ago_are_forgotten(company, focus, fetch, configure):
    focus.row("10", "engine")
    fetch()
    Cost.objects.create(
        source="bills", day=YESTERDAY - timedelta(days=900), part="direct", amount=1, currency="EUR"
    )
    Cost.objects.create(source="gone", day=YESTERDAY, part="direct", amount=1, currency="EUR")
    fetch()
    assert Cost.objects.count() == 1


def test_checks_may_ask_for_facts(company, focus, fetch):
    company(budget="400 EUR")
    for back in range(40):
        focus.row("10", "engine", day=YESTERDAY - timedelta(days=back))
    fetch()
    entities = list(find_entities(EntityQuery(), viewer=SYSTEM))
    facts = {
        entity.ref: known.values
        for entity in entities
        if (known := costs_facts.load(entities).get(entity.pk))
    }
    team = facts["group:default/team-a"]
    spent = 10 * ((YESTERDAY + timedelta(days=1)).day - 1)
    assert (team["currency"], team["monthToDate"], team["trend"], team["anomalies"]) == ("EUR", spent, 0, 0)
    assert (team["budget"], team["budgetUsed"], team["withinBudget"]) == (400, spent / 400, True)
    assert "budget" not in facts["component:default/engine"]
    assert "resource:default/store" not in facts
