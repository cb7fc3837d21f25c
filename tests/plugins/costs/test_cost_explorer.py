"""AWS Cost Explorer, as moto emulates it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import requests
from django.db.models import Sum
from moto.server import ThreadedMotoServer

from plugins.costs.models import Cost
from plugins.costs.settings import CostSource
from tests.plugins.costs.conftest import YESTERDAY


def cents(**filters) -> str:
    amount = Cost.objects.filter(**filters).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return str(amount.quantize(Decimal("0.01")))


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
        f"{moto}/moto-api/static/ce/cost-and-usage-results", json={"results": [result]}, timeout=120
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
