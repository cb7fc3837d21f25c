"""OpenCost, from answers as its own code writes them: https://github.com/opencost/opencost."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import Sum
from django.utils import timezone

from plugins.costs.models import Cost
from plugins.costs.settings import CostSource
from portal.snapshots.models import Snapshot
from tests.plugins.costs.conftest import YESTERDAY
from tests.servers import Seen

RECORDED = (Path(__file__).parent / "opencost.json").read_text()
ANSWER = RECORDED.replace("DAY", str(YESTERDAY)).replace("NEXT", str(YESTERDAY + timedelta(days=1)))
LABEL = "app.kubernetes.io/name"
REFRESH = """mutation { refreshPanel(input: {ref: "component:default/engine", panel: "costs-monthly-cost"}) {
    requested problems { code } } }"""


def cents(**filters) -> str:
    amount = Cost.objects.filter(**filters).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return str(amount.quantize(Decimal("0.01")))


def test_opencost_is_asked_for_days_by_cluster_and_label(server, company, configure, fetch, total_of):
    company()
    server.routes["/allocation"] = (200, {}, ANSWER.encode())
    configure(
        CostSource(
            "cluster", "opencost", server.url, key="app.kubernetes.io/name", currency="EUR",
            shared=("kube-system",), token="canary-71",
        ),
        days=3,
    )  # fmt: skip
    assert fetch() == {}
    [asked] = server.seen
    assert asked.headers["authorization"] == "Bearer canary-71"
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
    first, today = YESTERDAY - timedelta(days=2), YESTERDAY + timedelta(days=1)
    assert query == {
        "window": f"{first}T00:00:00Z,{today}T00:00:00Z", "aggregate": "cluster,label:app_kubernetes_io_name",
        "step": "1d", "accumulate": "false", "includeIdle": "true", "shareIdle": "false",
    }  # fmt: skip
    assert cents() == "12.80"
    # Of 8.00 that ran, the engine was 6.00: so much of idle (4.00) and shared (0.80) is its own.
    assert (cents(name="engine", part="idle"), cents(name="engine", part="shared")) == ("3.00", "0.60")
    assert (cents(name=""), total_of("component:default/engine")) == ("3.20", "9.60")


def test_an_older_opencost_names_the_label_too(server, company, configure, fetch, total_of):
    company()
    text = ANSWER.replace("harbour/engine", "harbour/app_kubernetes_io_name=engine")
    assert text != ANSWER
    server.routes["/allocation"] = (200, {}, text.encode())
    configure(CostSource("cluster", "opencost", server.url, key="app.kubernetes.io/name", currency="EUR"))
    assert fetch() == {}
    assert set(Cost.objects.exclude(name="").values_list("name", flat=True)) >= {"engine"}
    assert not Cost.objects.filter(name__contains="=").exists()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, {}, b"<html>"), "does not answer as OpenCost does"),
        ((200, {}, b'{"code": 400, "message": "bad window"}'), "answers: bad window"),
        ((200, {}, b'{"code": 200, "data": [{"a/b": {"totalCost": 1}}]}'), "does not answer as OpenCost"),
        ((200, {}, ANSWER.replace("4.0", '"4"').encode()), "does not answer as OpenCost does"),
        ((502, {}, b""), "answered 502"),
    ],
)
def test_an_opencost_that_answers_nonsense_changes_nothing(server, configure, fetch, answer, reason):
    server.routes["/allocation"] = (200, {}, ANSWER.encode())
    configure(CostSource("cluster", "opencost", server.url, currency="EUR"))
    fetch()
    server.routes["/allocation"] = answer
    assert reason in fetch()["cluster"]
    assert cents() == "12.80"


def opencost(costs: Callable[[date], dict[str, Any]]) -> Callable[[Seen], tuple[int, dict, bytes]]:
    """A server that answers for each day of the window what `costs` says of it: totals by name."""

    def answer(seen: Seen) -> tuple[int, dict, bytes]:
        [window] = parse_qs(urlsplit(seen.path).query)["window"]
        first, end = (date.fromisoformat(each[:10]) for each in window.split(","))
        days = [first + timedelta(days=number) for number in range((end - first).days)]
        sets = [{name: allocation(name, day, total) for name, total in costs(day).items()} for day in days]
        return 200, {}, json.dumps({"code": 200, "data": sets}).encode()

    return answer


def allocation(name: str, day: date, total: float | None) -> dict[str, Any]:
    window = {"start": f"{day}T00:00:00Z", "end": f"{day + timedelta(days=1)}T00:00:00Z"}
    return {"name": name, "properties": {"cluster": "harbour"}, "window": window, "totalCost": total}


def windows(server) -> list[str]:
    return [parse_qs(urlsplit(seen.path).query)["window"][0] for seen in server.seen]


def test_what_nobody_used_has_no_cluster_in_its_name_and_is_divided_all_the_same(
    server, company, configure, fetch, total_of
):
    company()
    told = {"harbour/engine": 6.0, "harbour/__unallocated__": 2.0, "__idle__": 4.0}
    server.routes["/allocation"] = opencost(lambda day: told if day == YESTERDAY else {})
    configure(CostSource("cluster", "opencost", server.url, key=LABEL, currency="EUR"), days=1)
    assert fetch() == {}
    assert (cents(), cents(cluster="harbour"), total_of("component:default/engine")) == (
        "12.00",
        "12.00",
        "9.00",
    )


def test_what_nobody_used_of_several_clusters_is_divided_among_everything(server, configure, fetch):
    def answer(seen):
        some = {name: allocation(name, YESTERDAY, total) for name, total in told.items()}
        some["__idle__"]["properties"] = {}
        return 200, {}, json.dumps({"code": 200, "data": [some]}).encode()

    told = {"harbour/engine": 6.0, "island/pump": 2.0, "__idle__": 4.0}
    server.routes["/allocation"] = answer
    configure(CostSource("cluster", "opencost", server.url, key=LABEL, currency="EUR"), days=1)
    assert fetch() == {}
    assert (cents(name="engine"), cents(name="pump"), cents(name="")) == ("9.00", "3.00", "0.00")


def test_an_amount_that_opencost_could_not_compute_is_left_out_and_the_rest_is_read(
    server, configure, fetch, caplog
):
    server.routes["/allocation"] = opencost(lambda day: {"harbour/engine": 6.0, "__idle__": None})
    configure(CostSource("cluster", "opencost", server.url, key=LABEL, currency="EUR"), days=1)
    assert fetch() == {}
    assert cents() == "6.00"
    assert f"cluster has no amount for __idle__ on {YESTERDAY}" in caplog.text


def test_a_long_time_is_asked_for_a_week_at_a_time(server, configure, fetch):
    server.routes["/allocation"] = opencost(lambda day: {"harbour/engine": 1.0})
    configure(CostSource("cluster", "opencost", server.url, key=LABEL, currency="EUR"), days=10)
    assert fetch() == {}
    first, middle, today = (YESTERDAY + timedelta(days=each) for each in (-9, -2, 1))
    assert windows(server) == [
        f"{first}T00:00:00Z,{middle}T00:00:00Z", f"{middle}T00:00:00Z,{today}T00:00:00Z"
    ]  # fmt: skip
    assert cents() == "10.00"


def test_what_opencost_forgets_stays_and_only_its_last_days_are_read_again(server, configure, fetch):
    source = CostSource("cluster", "opencost", server.url, key=LABEL, currency="EUR")
    server.routes["/allocation"] = opencost(lambda day: {"harbour/engine": 1.0})
    configure(source, days=7)
    fetch()
    server.seen.clear()
    server.routes["/allocation"] = opencost(lambda day: {"harbour/engine": 2.0} if day == YESTERDAY else {})
    assert fetch() == {}
    since, today = YESTERDAY - timedelta(days=3), YESTERDAY + timedelta(days=1)
    assert windows(server) == [f"{since}T00:00:00Z,{today}T00:00:00Z"]
    assert (cents(), cents(day=YESTERDAY)) == ("8.00", "2.00")
    # Asked for another label, all that it still knows is read again.
    server.seen.clear()
    configure(CostSource("cluster", "opencost", server.url, key="team", currency="EUR"), days=7)
    assert fetch() == {}
    assert windows(server) == [f"{YESTERDAY - timedelta(days=6)}T00:00:00Z,{today}T00:00:00Z"]
    assert cents() == "8.00"


def test_costs_of_an_entity_are_fetched_again_when_somebody_asks(
    server, company, configure, fetch, graphql, member
):
    company()
    server.routes["/allocation"] = opencost(lambda day: {"harbour/engine": 1.0})
    configure(CostSource("cluster", "opencost", server.url, key=LABEL, currency="EUR"), days=1)
    fetch()
    Snapshot.objects.update(taken_at=timezone.now() - timedelta(hours=1))
    answer = graphql(member)(REFRESH)["refreshPanel"]
    assert answer == {"requested": 1, "problems": []}
    assert Snapshot.objects.get().due_at <= timezone.now()
