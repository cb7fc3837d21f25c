"""Golden signals: fetched by label for many components at once, shown from what was kept."""

import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.monitoring.settings import MonitoringSettings, Server
from plugins.monitoring.watching import _queries as read_queries
from portal.snapshots.models import Snapshot

RATE = "sum by (service) (rate(http_requests_total{service"
ERRORS = 'code=~"5.."'
DURATION = "histogram_quantile"
SATURATION = "process_open_fds"
SIGNALS = {"rate", "errorRatio", "duration", "saturation"}


@pytest.fixture
def signals(server):
    """Figures of the component engine."""
    server.vectors = {
        f'{RATE}=~"engine|pump"}}': {"engine": 12.34567, "pump": 2, "other": 9},
        ERRORS: {"engine": 0.12345},
        DURATION: {"engine": 0.25, "pump": "NaN"},
        SATURATION: {"engine": 0.5},
    }
    return server


def test_each_signal_is_one_query_for_all_components(company, configure, fetch, signals, monitoring_of):
    configure(servers=(Server("north", signals.url),))
    company.component("engine")
    company.component("pump")
    company.register()
    fetch("signals")
    assert len(signals.queries) == 4
    assert all('service=~"engine|pump"' in query for query in signals.queries)
    [engine] = monitoring_of("component:default/engine")["signals"]
    assert {name: engine[name] for name in SIGNALS} == {
        "rate": 12.35, "errorRatio": pytest.approx(0.01, rel=0.01), "duration": 0.25, "saturation": 0.5,
    }  # fmt: skip
    [pump] = monitoring_of("component:default/pump")["signals"]
    assert {name: pump[name] for name in SIGNALS} == {
        "rate": 2, "errorRatio": 0, "duration": None, "saturation": None,
    }  # fmt: skip
    assert monitoring_of("component:default/engine")["level"] == "ok"


def test_the_page_shows_the_signals_and_never_asks_the_server(company, configure, fetch, signals, panels_of):
    configure(
        servers=(Server("north", signals.url),),
        dashboard="https://grafana.example/d/x?service=$name&at=$server",
    )
    company.component("engine")
    company.register()
    signals.vectors[f'{RATE}=~"engine"}}'] = {"engine": 12.34567}
    fetch("signals")
    asked = len(signals.seen)
    panels = panels_of("component:default/engine")
    assert len(signals.seen) == asked
    overview = panels["monitoring-health"]
    assert overview[0] == {"__typename": "StatusBlock", "label": "Healthy", "level": "ok", "detail": None}
    [table] = [block for block in overview if block["__typename"] == "TableBlock"]
    assert table["columns"] == ["Requests", "Errors", "p95", "Saturation"]
    assert [cell["text"] for cell in table["rows"][0]] == ["12.3 /s", "1 %", "250 ms", "50 %"]
    titles = [block["title"] for block in panels["monitoring"] if block["__typename"] == "SeriesBlock"]
    assert titles == ["Requests", "Errors", "Duration, 95 of 100 are faster", "Saturation, of 1"]
    [links] = [block["links"] for block in panels["monitoring"] if block["__typename"] == "LinksBlock"]
    assert links == [
        {"url": "https://grafana.example/d/x?service=engine&at=north", "title": "Dashboard in north"}
    ]


def test_a_list_of_fifty_costs_as_many_statements_as_one(company, configure, fetch, server, graphql, member):
    configure(servers=(Server("north", server.url),))
    for number in range(50):
        company.component(f"c-{number:02}")
    company.register()
    server.vectors = {RATE: {f"c-{number:02}": 1 for number in range(50)}}
    server.vectors = {"rate(http_requests_total{service=~": {f"c-{n:02}": 1 for n in range(50)}}
    fetch("signals")
    query = '{ entities(first: %d, filter: {kind: ["Component"]}) { nodes { monitoring { level } } } }'
    client = graphql(member)
    counts = []
    for size in (1, 50):
        client(query % size)
        with CaptureQueriesContext(connection) as asked:
            nodes = client(query % size)["entities"]["nodes"]
        counts.append(len(asked))
        assert [node["monitoring"]["level"] for node in nodes] == ["ok"] * size
    assert counts[0] == counts[1]


def test_an_entity_chooses_its_server_its_name_and_its_queries(
    company, configure, fetch, server, monitoring_of, panels_of
):
    configure(servers=(Server("north", server.url), Server("south", server.url)))
    company.component("engine", **{
        "prometheus.io/service-name": "south",
        "portal/monitoring-name": "engine.v2",
        "prometheus.io/rule": 'sum by (service) (mem{a="b,c"})|service,up',
    })  # fmt: skip
    company.register()
    server.vectors = {f'{RATE}=~"engine[.]v2"}}': {"engine.v2": 3}, "mem": {"engine.v2": 7}, "up": {}}
    fetch("signals")
    assert [
        (each["server"], each["rate"]) for each in monitoring_of("component:default/engine")["signals"]
    ] == [("south", 3)]
    blocks = panels_of("component:default/engine")["monitoring"]
    assert [block["lines"] for block in blocks if block.get("title", "").startswith("sum by")] == [
        [{"label": "engine.v2"}]
    ]
    assert [block["message"] for block in blocks if block.get("title") == "up"] == [
        "south knows no such series."
    ]


def test_queries_of_an_entity_are_split_at_outer_commas_only():
    text = """memUsage|component, sum by (a, b) (x{l=~"p|q,r"})|a ,rate(y[5m])"""
    assert [(each.promql, each.dimension) for each in read_queries(text)] == [
        ("memUsage", "component"), ('sum by (a, b) (x{l=~"p|q,r"})', "a"), ("rate(y[5m])", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        ((200, {}, b"<html>Sign in</html>"), "does not answer as Prometheus does"),
        ((200, {}, b'{"status": "success", "data": {"result": [{"no": "metric"}]}}'), "does not answer as"),
        (
            (200, {}, b'{"status": "success", "data": {"result": [{"metric": {}, "values": [[1, "x"]]}]}}'),
            "does not",
        ),
        ((503, {}, b'{"status": "error", "error": "query timed out"}'), "refuses the query: query timed out"),
        ((401, {}, b""), "does not let us in (401)"),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), "answered 302"),
    ],
)
def test_a_wrong_answer_is_a_grey_badge_with_the_reason_and_the_last_figures_stay(
    company, configure, fetch, signals, monitoring_of, panels_of, route, reason
):
    configure(servers=(Server("north", signals.url),))
    company.component("engine")
    company.register()
    signals.vectors[f'{RATE}=~"engine"}}'] = {"engine": 5}
    fetch("signals")
    signals.routes["/api/v1/query_range"] = route
    fetch("signals")
    [engine] = monitoring_of("component:default/engine")["signals"]
    assert engine["rate"] == 5
    assert reason in engine["problem"]
    assert monitoring_of("component:default/engine")["level"] == "unknown"
    badges = [
        block
        for block in panels_of("component:default/engine")["monitoring"]
        if block.get("label") == "north"
    ]
    assert [(badge["level"], badge["detail"]) for badge in badges] == [("unknown", engine["problem"])]


def test_a_slow_server_is_given_up_at_the_deadline_and_then_left_alone(
    company, configure, fetch, server, panels_of
):
    configure(servers=(Server("north", server.url),), seconds=1)
    company.component("engine")
    company.register()
    server.raw["/api/v1/query_range"] = lambda handler: time.sleep(3)
    fetch("signals")
    assert "did not answer in time" in Snapshot.objects.get().error
    asked = len(server.seen)
    fetch("signals", "servers")
    assert len(server.seen) == asked == 1
    badge = panels_of("component:default/engine")["monitoring-health"][0]
    assert (badge["label"], badge["level"]) == ("Not known", "unknown")
    assert "north: " in badge["detail"]


def test_a_server_that_comes_back_is_asked_again(company, configure, fetch, signals, monitoring_of):
    configure(servers=(Server("north", signals.url),))
    company.component("engine")
    company.register()
    signals.vectors[f'{RATE}=~"engine"}}'] = {"engine": 5}
    route = signals.routes.pop("/api/v1/query_range")
    fetch("signals")
    signals.routes["/api/v1/query_range"] = route
    cache.clear()
    fetch("signals")
    [engine] = monitoring_of("component:default/engine")["signals"]
    assert (engine["rate"], engine["problem"]) == (5, "")


def test_one_server_that_is_down_leaves_the_others_as_they_are(
    company, configure, fetch, signals, monitoring_of
):
    configure(servers=(Server("dark", "http://127.0.0.1:9"), Server("north", signals.url)))
    company.component("engine")
    company.register()
    signals.vectors[f'{RATE}=~"engine"}}'] = {"engine": 5}
    fetch("signals")
    found = {each["server"]: each for each in monitoring_of("component:default/engine")["signals"]}
    assert (found["north"]["rate"], found["north"]["problem"]) == (5, "")
    assert "cannot be reached" in found["dark"]["problem"]


def test_an_address_of_a_private_network_is_refused_until_an_administrator_allows_it(
    company, configure, fetch, server, settings, monitoring_of
):
    configure(servers=(Server("north", server.url),))
    settings.OUTBOUND_PRIVATE = []
    company.component("engine")
    company.register()
    fetch("signals")
    assert server.seen == []
    assert "is refused" in monitoring_of("component:default/engine")["signals"][0]["problem"]


def test_without_a_server_there_is_nothing(company, configure, fetch, monitoring_of, panels_of):
    configure()
    company.component("engine")
    company.register()
    fetch()
    assert Snapshot.objects.count() == 0
    assert monitoring_of("component:default/engine") is None
    assert panels_of("component:default/engine") == {}


def test_settings_say_every_mistake_in_a_sentence():
    with pytest.raises(ValueError, match="no address") as raised:
        MonitoringSettings(
            servers=(
                Server("North", "ftp://x"),
                Server("a", "https://a.example"),
                Server("a", "https://b.example"),
            ),
            objectives=("1=101",),
        )
    assert len(str(raised.value).split(". ")) == 4


def test_a_token_is_sent_and_never_shown(company, configure, fetch, server, settings):
    configure(servers=(Server("north", server.url, token="canary-5812"),))
    company.component("engine")
    company.register()
    fetch("signals")
    assert {seen.headers["authorization"] for seen in server.seen} == {"Bearer canary-5812"}
    assert "canary" not in repr(Server("north", server.url, token="canary-5812"))
