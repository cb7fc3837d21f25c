"""Alerts: whom they concern, their beginning and their end, and what a team sees of what it owns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plugins.monitoring.models import Alert
from plugins.monitoring.settings import Server

BEGAN = "2026-01-02T03:04:05.678901234Z"


def fired(name, *, fingerprint="f1", state="active", **labels):
    """An alert as Alertmanager tells of it."""
    return {
        "fingerprint": fingerprint,
        "labels": {"alertname": name, **labels},
        "annotations": {"summary": f"{name} it is.", "runbook_url": "https://runbooks.example/x"},
        "startsAt": BEGAN,
        "endsAt": BEGAN,
        "generatorURL": "https://prometheus.example/graph",
        "status": {"state": state, "silencedBy": [], "inhibitedBy": []},
    }


@pytest.fixture
def north(server, configure, company):
    """One Prometheus with its Alertmanager, and the component engine of team-a."""
    configure(servers=(Server("north", server.url, server.url),))
    company.component("engine")
    company.register()
    return server


def test_an_alert_concerns_the_component_that_its_label_names(north, fetch, monitoring_of, company):
    company.component("pump")
    company.register()
    north.alerts = [
        fired("Down", severity="critical", service="engine"),
        fired("Odd", fingerprint="f2", severity="critical", service="nobody"),
    ]
    fetch("servers")
    assert monitoring_of("component:default/engine")["level"] == "error"
    assert monitoring_of("component:default/engine")["alerts"] == [
        {
            "name": "Down", "severity": "critical", "state": "firing", "level": "error",
            "summary": "Down it is.", "server": "north", "startedAt": "2026-01-02T03:04:05.678Z",
            "endedAt": None,
        }
    ]  # fmt: skip
    assert monitoring_of("component:default/pump") is None
    assert Alert.objects.count() == 2


@pytest.mark.parametrize(
    ("annotations", "concerned"),
    [
        ({"prometheus.io/alert": "Disk full,Down"}, True),
        ({"prometheus.io/alert": "all"}, True),
        ({"prometheus.io/alert": "all", "prometheus.io/labels": "zone=a"}, True),
        ({"prometheus.io/alert": "all", "prometheus.io/labels": "zone=b"}, False),
        ({"prometheus.io/alert": "Else"}, False),
        ({"portal/monitoring-name": "motor"}, True),
        ({}, False),
    ],
)
def test_an_alert_concerns_those_that_ask_for_it(
    north, fetch, company, monitoring_of, annotations, concerned
):
    company.component("pump", **annotations)
    company.register()
    north.alerts = [fired("Down", service="motor", zone="a")]
    fetch("servers")
    found = monitoring_of("component:default/pump")
    assert (found is not None and found["level"] == "warning") == concerned


def test_an_alert_that_is_gone_has_ended_and_stays_in_the_history(north, fetch, monitoring_of, panels_of):
    north.alerts = [fired("Down", severity="page", service="engine")]
    fetch("servers")
    north.alerts = []
    fetch("servers")
    monitoring = monitoring_of("component:default/engine")
    assert monitoring["level"] == "unknown"
    assert [(each["state"], each["endedAt"] is None) for each in monitoring["alerts"]] == [
        ("resolved", False)
    ]
    [timeline] = [
        block["moments"] for block in panels_of("component:default/engine")["monitoring"]
        if block["__typename"] == "TimelineBlock"
    ]  # fmt: skip
    assert [moment["title"] for moment in timeline] == ["Down ended", "Down began"]
    Alert.objects.update(ended_at=timezone.now() - timedelta(days=31))
    fetch("servers")
    assert Alert.objects.count() == 0


def test_a_server_that_fails_ends_no_alert(north, fetch, monitoring_of):
    north.alerts = [fired("Down", severity="page", service="engine")]
    fetch("servers")
    north.routes["/api/v2/alerts"] = (200, {}, b'[{"fingerprint": "f1"}]')
    fetch("servers")
    assert [each["state"] for each in monitoring_of("component:default/engine")["alerts"]] == ["firing"]


def test_a_server_that_is_taken_out_of_the_settings_takes_what_fires_with_it(
    north, fetch, configure, monitoring_of
):
    north.alerts = [fired("Down", severity="page", service="engine")]
    fetch("servers")
    north.alerts = []
    configure(servers=(Server("south", north.url, north.url),))
    fetch("servers")
    assert not Alert.objects.exists()
    assert monitoring_of("component:default/engine") is None


def test_silenced_alerts_are_shown_but_do_not_make_a_component_red(north, fetch, monitoring_of):
    north.alerts = [fired("Down", severity="page", state="suppressed", service="engine")]
    fetch("servers")
    found = monitoring_of("component:default/engine")
    assert (found["level"], found["alerts"][0]["state"]) == ("unknown", "silenced")


def test_without_an_alertmanager_prometheus_tells_what_fires(
    server, configure, company, fetch, monitoring_of
):
    configure(servers=(Server("north", server.url),))
    company.component("engine")
    company.register()
    alert = {"labels": {"alertname": "Slow", "service": "engine"}, "annotations": {}, "activeAt": BEGAN}
    server.rules = [
        {"name": "Slow", "type": "alerting", "health": "ok", "alerts": [{**alert, "state": "pending"}]},
        {"name": "Bad", "type": "alerting", "health": "err", "lastError": "no such metric", "alerts": []},
    ]
    fetch("servers")
    assert [each["state"] for each in monitoring_of("component:default/engine")["alerts"]] == ["pending"]
    server.rules[0]["alerts"][0]["state"] = "firing"
    fetch("servers")
    assert [each["state"] for each in monitoring_of("component:default/engine")["alerts"]] == ["firing"]
    server.rules = []
    fetch("servers")
    assert [each["state"] for each in monitoring_of("component:default/engine")["alerts"]] == ["resolved"]


def test_what_cannot_be_scraped_is_said_on_the_page_of_whom_it_is(north, fetch, panels_of):
    north.vectors = {'rate(http_requests_total{service=~"engine"}': {"engine": 1}}
    north.targets = [
        {
            "labels": {"service": "engine"},
            "scrapeUrl": "http://e:9/metrics",
            "health": "down",
            "lastError": "refused",
        },
        {
            "labels": {"service": "pump"},
            "scrapeUrl": "http://p:9/metrics",
            "health": "down",
            "lastError": "away",
        },
    ]
    fetch("servers", "signals")
    details = [block.get("detail") for block in panels_of("component:default/engine")["monitoring"]]
    assert "refused" in details
    assert "away" not in details


def test_a_team_sees_what_burns_in_what_it_owns(
    north, fetch, company, panels_of, monitoring_of, graphql, member
):
    company.component("pump")
    company.register()
    north.alerts = [
        fired("Down", severity="critical", service="engine"),
        fired("Hot", fingerprint="f2", service="pump"),
    ]
    fetch("servers")
    assert monitoring_of("group:default/team-a")["owned"] == [
        {"ref": "component:default/engine", "level": "error", "alerts": 1},
        {"ref": "component:default/pump", "level": "warning", "alerts": 1},
    ]
    assert [
        block["__typename"] for block in panels_of("group:default/team-a")["monitoring-team-burning"]
    ] == ["TableBlock"]
    home = """{ homePanels { id blocks { __typename } } }"""
    panels = {panel["id"]: panel["blocks"] for panel in graphql(member)(home)["homePanels"]}
    assert [block["__typename"] for block in panels["monitoring-burning"]] == ["TableBlock"]


def test_somebody_who_owns_nothing_has_no_panel(north, fetch, graphql, outsider):
    north.alerts = [fired("Down", severity="critical", service="engine")]
    fetch("servers")
    panels = graphql(outsider)("{ homePanels { id blocks { __typename } } }")["homePanels"]
    assert [panel["blocks"] for panel in panels if panel["id"] == "monitoring-burning"] in ([], [[]])
