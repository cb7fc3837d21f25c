"""The real Prometheus and Alertmanager, scraping a small exporter; an alert really fires and really ends."""

import contextlib
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from plugins.monitoring.prometheus import Prometheus
from plugins.monitoring.settings import Server
from portal.integrations.errors import IntegrationError
from tests.servers import HttpServer, free_ports

PROGRAMS = ("prometheus", "prometheus-alertmanager")
pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(
        not all(map(shutil.which, PROGRAMS)),
        reason="prometheus and prometheus-alertmanager are not installed",
    ),
]

METRICS = """\
# TYPE http_requests_total counter
http_requests_total{{code="200"}} {good}
http_requests_total{{code="500"}} {bad}
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{{le="0.1"}} {half}
http_request_duration_seconds_bucket{{le="0.3"}} {good}
http_request_duration_seconds_bucket{{le="+Inf"}} {all}
http_request_duration_seconds_sum {half}
http_request_duration_seconds_count {all}
# TYPE process_open_fds gauge
process_open_fds 30
# TYPE process_max_fds gauge
process_max_fds 120
"""
CONFIGURATION = """\
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting:
  alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]
scrape_configs:
  - job_name: components
    static_configs:
      - {{targets: ["{exporter}"], labels: {{service: engine}}}}
      - {{targets: ["127.0.0.1:9"], labels: {{service: pump}}}}
"""
RULES = """\
groups:
  - name: engine
    rules:
      - alert: TooManyErrors
        expr: sum by (service) (rate(http_requests_total{code="500"}[10s])) > 0.5
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.service }} fails"}
"""


class Exporter(HttpServer):
    """Counts ten good requests for each look at it, and as many bad ones as `bad_each` says."""

    def __enter__(self) -> "Exporter":
        super().__enter__()
        self.bad_each = 5
        self.good = self.bad = 0
        self.routes["/metrics"] = lambda _: self.count()
        return self

    def count(self) -> tuple[int, dict[str, str], bytes]:
        self.good, self.bad = self.good + 10, self.bad + self.bad_each
        text = METRICS.format(good=self.good, bad=self.bad, half=self.good / 2, all=self.good + self.bad)
        return 200, {"Content-Type": "text/plain; version=0.0.4"}, text.encode()


@contextlib.contextmanager
def running(folder: Path, *command: str, url: str) -> Iterator[None]:
    """A server from its first good answer to the end of the test."""
    with (folder / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        until(lambda: answers(f"{url}/-/ready"))
        yield
    finally:
        process.terminate()
        process.wait(60)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(question: Callable[[], object], seconds: float = 180) -> None:
    """Servers of others say nothing when they are done: ask again, up to a limit."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.25)


def free_address() -> str:
    [port] = free_ports(1)
    return f"127.0.0.1:{port}"


@pytest.fixture
def exporter(tmp_path, configure) -> Iterator[Exporter]:
    """The exporter, and the two servers that look at it."""
    prometheus, alertmanager = free_address(), free_address()
    with Exporter() as server:
        (tmp_path / "prometheus.yml").write_text(
            CONFIGURATION.format(alertmanager=alertmanager, exporter=server.host)
        )
        (tmp_path / "rules.yml").write_text(RULES)
        (tmp_path / "alertmanager.yml").write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        configure(servers=(Server("north", f"http://{prometheus}", f"http://{alertmanager}"),))
        looked_after = (
            "prometheus-alertmanager", "--config.file=alertmanager.yml", f"--storage.path={tmp_path}/am",
            f"--web.listen-address={alertmanager}", "--cluster.listen-address=",
        )  # fmt: skip
        looking = (
            "prometheus", "--config.file=prometheus.yml", f"--storage.tsdb.path={tmp_path}/tsdb",
            f"--web.listen-address={prometheus}",
        )  # fmt: skip
        with (
            running(tmp_path, *looked_after, url=f"http://{alertmanager}"),
            running(tmp_path, *looking, url=f"http://{prometheus}"),
        ):
            server.prometheus = Prometheus(f"http://{prometheus}")  # type: ignore[attr-defined]
            yield server


def test_an_alert_fires_is_shown_and_ends(exporter, company, fetch, monitoring_of, panels_of):
    company.component("engine", **{
        "portal/slo-availability": "99%",
        "portal/slo-latency": "90% under 300ms",
        "prometheus.io/rule": "sum by (code) (http_requests_total)|code",
    })  # fmt: skip
    company.component("pump")
    company.register()

    def state() -> list[str]:
        fetch("servers")
        found = monitoring_of("component:default/engine") or {"alerts": []}
        return [each["state"] for each in found["alerts"] if each["name"] == "TooManyErrors"]

    until(lambda: "firing" in state())
    until(
        lambda: exporter.prometheus.query(
            "histogram_quantile(0.5, rate(http_request_duration_seconds_bucket[1m])) > 0"
        )
    )
    fetch("signals", "objectives")
    engine = monitoring_of("component:default/engine")
    assert engine["level"] == "error"
    assert engine["alerts"][0]["summary"] == "engine fails"
    [signals] = engine["signals"]
    assert signals["rate"] > 0
    assert signals["errorRatio"] == pytest.approx(1 / 3, abs=0.1)
    assert 0.1 < signals["duration"] <= 0.3
    assert (signals["saturation"], signals["problem"]) == (0.25, "")
    availability, latency = engine["objectives"]
    assert (availability["level"], latency["level"]) == ("error", "error")
    assert availability["budgetLeft"] == pytest.approx(1 - 100 / 3, abs=8)
    blocks = panels_of("component:default/engine")["monitoring"]
    [own] = [block for block in blocks if block.get("title", "").startswith("sum by (code)")]
    assert own["lines"] == [{"label": "200"}, {"label": "500"}]
    down = [
        block for block in panels_of("component:default/pump").get("monitoring", ()) if block.get("detail")
    ]
    assert [block["label"] for block in down] in ([], ["north cannot scrape http://127.0.0.1:9/metrics"])

    exporter.bad_each = 0
    until(lambda: state() == ["resolved"], seconds=60)
    titles = [
        moment["title"] for block in panels_of("component:default/engine")["monitoring"]
        for moment in block.get("moments", ())
    ]  # fmt: skip
    assert titles == ["TooManyErrors ended", "TooManyErrors began"]


def test_what_prometheus_refuses_is_told_in_its_own_words(exporter):
    cache.clear()
    with pytest.raises(IntegrationError, match="refuses the query: invalid parameter"):
        exporter.prometheus.query("sum by (")
    until(lambda: {each.labels["service"] for each in exporter.prometheus.targets()} == {"engine", "pump"})
    assert [rule.name for rule in exporter.prometheus.alert_rules()] == ["TooManyErrors"]
