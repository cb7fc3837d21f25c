"""Objectives: read from the entity or its tier, measured over windows, burning as the workbook says."""

import pytest

from plugins.monitoring.facts import monitoring_facts
from plugins.monitoring.settings import MonitoringSettings, Server
from plugins.monitoring.slo import Objective, UnreadableObjective, burn_of, objectives_of
from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import EntityQuery, find_entities
from portal.plugin_api.testing import entity

THREE_NINES = Objective("availability", 0.999)


def component(labels=None, **annotations):
    metadata = {"name": "engine", "labels": labels or {}, "annotations": annotations}
    return entity({"kind": "Component", "metadata": metadata})


@pytest.mark.parametrize(
    ("bad", "level", "left"),
    [
        ({}, "unknown", None),
        ({"5m": 0, "1h": 0, "period": 0.0005}, "ok", 0.5),
        ({"5m": 0.0145, "1h": 0.0145, "period": 0.0005}, "error", 0.5),
        ({"5m": 0.0, "1h": 0.0145, "period": 0.0005}, "ok", 0.5),
        ({"5m": 0.0145, "1h": 0.0143, "period": 0.0005}, "ok", 0.5),
        ({"30m": 0.0061, "6h": 0.0061}, "error", None),
        ({"6h": 0.0011, "3d": 0.0011}, "warning", None),
        ({"5m": 0, "1h": 0, "period": 0.002}, "error", -1),
    ],
)
def test_burn_rates_alert_over_two_windows_as_the_workbook_says(bad, level, left):
    burn = burn_of(THREE_NINES, bad)
    assert (burn.level, burn.budget_left) == (level, pytest.approx(left) if left is not None else None)


def test_objectives_are_written_in_annotations_or_come_from_the_tier():
    settings = MonitoringSettings(objectives=("1=99.95", "*=99"))
    written = component(
        **{"portal/slo-availability": "99.9% over 28d", "portal/slo-latency": "95 under 300 ms"}
    )
    assert objectives_of(written, settings) == (
        Objective("availability", 0.999, 28), Objective("latency", 0.95, 30, 0.3),
    )  # fmt: skip
    assert objectives_of(component({"portal/tier": "1"}), settings) == (Objective("availability", 0.9995),)
    assert objectives_of(component(), settings) == (Objective("availability", 0.99),)
    assert objectives_of(component(), MonitoringSettings()) == ()
    assert [each.title for each in objectives_of(written, settings)] == [
        "99.9 % over 28 days", "95 % under 300 ms over 30 days",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["always", "100%", "9.9%", "99.9% over 400d", "99%; drop"])
def test_what_is_no_objective_is_refused_with_an_example(value):
    with pytest.raises(UnreadableObjective, match=r"write '99\.9% over 30d'"):
        objectives_of(component(**{"portal/slo-availability": value}), MonitoringSettings())


def test_objectives_are_measured_for_many_at_once(
    company, configure, fetch, server, monitoring_of, panels_of
):
    configure(servers=(Server("north", server.url),), objectives=("1=99.9",))
    company.component("engine", labels={"portal/tier": "1"}, **{"portal/slo-latency": "90% under 300ms"})
    company.component("pump", labels={"portal/tier": "1"})
    company.component("spare")
    company.component("wrong", **{"portal/slo-availability": "mostly"})
    company.register()
    server.vectors = {
        'rate(http_requests_total{service=~"engine|pump"}': {"engine": 100, "pump": 10},
        'code=~"5.."': {"engine": 2},
        'http_request_duration_seconds_bucket{service=~"engine",le="0.3"}': {"engine": 95},
        'http_request_duration_seconds_count{service=~"engine"}': {"engine": 100},
    }
    fetch("objectives")
    assert len(server.queries) == 24
    found = monitoring_of("component:default/engine")
    assert (found["level"], found["mistake"]) == ("error", "")
    availability, latency = found["objectives"]
    assert availability["budgetLeft"] == pytest.approx(-19)
    assert {each["window"]: round(each["rate"], 3) for each in availability["burnRates"]} == dict.fromkeys(
        ("5m", "30m", "1h", "6h", "3d", "period"), 20.0
    )
    assert availability["reason"] == "The budget burns 20.0 times too fast, over 1h and 5m."
    assert (latency["level"], latency["budgetLeft"]) == ("ok", pytest.approx(0.5))
    [pump] = monitoring_of("component:default/pump")["objectives"]
    assert (pump["level"], pump["budgetLeft"]) == ("ok", 1)
    assert monitoring_of("component:default/spare") is None
    assert monitoring_of("component:default/wrong")["mistake"].startswith("portal/slo-availability: 'mostly'")
    gauges = [
        block
        for block in panels_of("component:default/engine")["monitoring"]
        if "Gauge" in block["__typename"]
    ]
    assert [(gauge["label"], gauge["amount"], gauge["level"]) for gauge in gauges] == [
        ("Error budget left: availability", 0.0, "error"), ("Error budget left: latency", 50.0, "ok"),
    ]  # fmt: skip


def test_checks_may_ask_for_facts(company, configure, fetch, server):
    configure(servers=(Server("north", server.url),))
    company.component("engine", **{"portal/slo-availability": "99.9%"})
    company.component("pump")
    company.register()
    server.vectors = {
        'rate(http_requests_total{service=~"engine"}': {"engine": 100},
        'rate(http_requests_total{service=~"engine|pump"}': {"engine": 100},
        'code=~"5.."': {"engine": 0.05},
    }
    fetch()
    entities = list(find_entities(EntityQuery(kind=("Component",)), viewer=SYSTEM))
    facts = {entity.name: monitoring_facts.load(entities)[entity.pk].values for entity in entities}
    assert facts["engine"] == {
        "objectives": 1, "level": "ok", "firing": 0, "critical": 0,
        "errorBudgetLeft": pytest.approx(0.5), "errorRatio": 0.0005,
    }  # fmt: skip
    assert facts["pump"] == {"objectives": 0}
