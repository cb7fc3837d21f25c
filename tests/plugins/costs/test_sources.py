"""OpenCost, from an answer as its documentation describes it, and AWS Cost Explorer, as moto emulates it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.db.models import Sum
from moto.server import ThreadedMotoServer

from plugins.costs.models import Cost
from plugins.costs.settings import CostSource
from tests.plugins.costs.conftest import YESTERDAY
from tests.servers import HttpServer

RECORDED = (Path(__file__).parent / "opencost.json").read_text()
ANSWER = RECORDED.replace("DAY", str(YESTERDAY)).replace("NEXT", str(YESTERDAY + timedelta(days=1)))


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with HttpServer() as running:
        yield running


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


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    try:
        yield "http://{}:{}".format(*running.get_host_and_port())
    finally:
        running.stop()


def group(tag: str, service: str, amount: str) -> dict:
    return {
        "Keys": [f"component${tag}", service],
        "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}},
    }


def test_cost_explorer_is_read_by_tag_and_service(moto, company, configure, fetch, total_of):
    company()
    result = {
        "ResultsByTime": [
            {
                "TimePeriod": {"Start": str(YESTERDAY), "End": str(YESTERDAY + timedelta(days=1))},
                "Total": {}, "Estimated": True,
                "Groups": [
                    group("engine", "Amazon Relational Database Service", "10.0000000001"),
                    group("engine", "AmazonCloudWatch", "0.005"),
                    group("", "AWS Support (Business)", "3.3333333333"),
                    group("engine", "Refund", "-1.1"),
                ],
            }
        ]
    }  # fmt: skip
    queued = requests.post(
        f"{moto}/moto-api/static/ce/cost-and-usage-results", json={"results": [result]}, timeout=10
    )
    assert queued.status_code == 201
    configure(CostSource("aws", "aws", moto, access_key="AKIA1", secret_key="canary-93"), rates=("USD=1",))
    assert fetch() == {}
    assert cents() == "12.24"
    assert total_of("component:default/engine") == "8.91"
    assert cents(name="", service="AWS Support (Business)") == "3.33"


def test_cost_explorer_gets_a_signature_and_every_page_is_read(server, configure, fetch):
    pages = [
        {"ResultsByTime": [], "NextPageToken": "more"},
        {
            "ResultsByTime": [
                {"TimePeriod": {"Start": str(YESTERDAY), "End": "x"}, "Groups": [group("a", "S", "1.5")]}
            ]
        },
    ]
    server.routes["/"] = lambda seen: (200, {}, json.dumps(pages[len(server.seen) - 1]).encode())
    configure(CostSource("aws", "aws", server.url, access_key="AKIA1", secret_key="canary-93"))
    assert fetch() == {}
    assert [json.loads(seen.body).get("NextPageToken") for seen in server.seen] == [None, "more"]
    for seen in server.seen:
        assert seen.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIA1/")
        assert "canary-93" not in str(seen)
        assert seen.headers["x-amz-target"] == "AWSInsightsIndexService.GetCostAndUsage"
    assert cents() == "1.50"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((400, {}, b'{"__type": "UnrecognizedClientException", "message": "The security token is invalid."}'),
         "aws refuses: The security token is invalid."),
        ((200, {}, b"<xml>"), "does not answer as Cost Explorer does"),
        ((200, {}, b'{"ResultsByTime": [{}]}'), "does not answer as Cost Explorer does"),
    ],
)  # fmt: skip
def test_a_cost_explorer_that_refuses_is_told_in_its_words(server, configure, fetch, answer, reason):
    server.routes["/"] = answer
    configure(CostSource("aws", "aws", server.url, access_key="AKIA1", secret_key="canary-93"))
    said = fetch()["aws"]
    assert reason in said
    assert "canary-93" not in said
