"""Snapshots of monitoring for a whole company: `python -m bench.monitoring --components 10000`.

Needs PostgreSQL in DATABASE_URL, on which a database may be made, and the program `prometheus`. A real
Prometheus scrapes an exporter with eight series for each component; then a process of its own, as a worker
is, fetches the golden signals of all of them and says how long it took and how much memory it had at most.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.database import own_database

PROMETHEUS = "127.0.0.1:18490"
SCRAPE = """\
global: {{scrape_interval: 5s, scrape_timeout: 5s}}
scrape_configs:
  - {{job_name: company, static_configs: [{{targets: ["{exporter}"]}}]}}
"""
COMPONENT = """\
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: c-{number:05}}}
spec: {{type: service, lifecycle: production, owner: team-{team:03}}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, default=10_000)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if chosen.child:
        refresh()
    else:
        measure(chosen.components)


def measure(components: int) -> None:
    """Set everything up, then let a fresh process refresh three times: first, changed, and once more."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-monitoring-")))
        os.environ.update(
            DATABASE_URL=stack.enter_context(own_database("monitoring")),
            PORTAL_HOME=str(folder),
            PORTAL_PLUGINS="docs,monitoring",
            PORTAL_MONITORING_SERVERS=json.dumps([{"name": "n", "prometheus": f"http://{PROMETHEUS}"}]),
            PORTAL_OUTBOUND_PRIVATE=PROMETHEUS,
            PORTAL_STATEMENT_TIMEOUT_MS="0",
            PORTAL_BROKER_URL="redis://127.0.0.1:1/0",
            PORTAL_LOG_LEVEL="ERROR",
        )
        exporter = stack.enter_context(exporting(components))
        stack.enter_context(scraping(folder, exporter))
        ingest(folder, components)
        for name in ("first", "again", "once more"):
            done = subprocess.run(
                [sys.executable, "-m", "bench.monitoring", "--child"],
                check=True,
                capture_output=True,
                text=True,
            )
            print(f"{name}: {done.stdout.strip()}", flush=True)


def refresh() -> None:
    """What a worker does when every snapshot is due."""
    import django

    django.setup()
    from django.utils import timezone

    from portal.snapshots.models import Snapshot
    from portal.snapshots.services import refresh_due_snapshots

    Snapshot.objects.update(due_at=timezone.now())
    before, began, cpu = peak_mb(), time.monotonic(), time.process_time()
    count = refresh_due_snapshots("monitoring.signals")
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    known = Snapshot.objects.filter(data__has_key="rate").count()
    failing = Snapshot.objects.filter(failures__gt=0).count()
    print(
        f"{count} snapshots in {seconds:.1f} s ({cpu:.1f} s of CPU), {known} with a rate, {failing} failing, "
        f"at most {peak_mb():.0f} MB ({before:.0f} MB before)"
    )


def peak_mb() -> float:
    [line] = [each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) / 1000


def ingest(folder: Path, components: int) -> None:
    """Put the components into the catalog."""
    import django

    django.setup()
    from django.core.management import call_command

    from catalog.services import register_location
    from portal.accounts.principal import SYSTEM

    call_command("migrate", verbosity=0)
    files = []
    for start in range(0, components, 500):
        path = folder / f"catalog-{start:06}.yaml"
        numbers = range(start, min(start + 500, components))
        path.write_text("".join(COMPONENT.format(number=n, team=n % 300) for n in numbers))
        files.append(f"./{path.name}")
    front = {"apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": {"name": "all"}}
    (folder / "all.yaml").write_text(json.dumps({**front, "spec": {"targets": files}}))
    register_location(f"file:{folder}/all.yaml", actor=SYSTEM, trusted=True)


@contextmanager
def exporting(components: int) -> Iterator[str]:
    """An exporter of eight series for each component, all of which grow."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = metrics(components, int(time.time())).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def metrics(components: int, now: int) -> str:
    lines = []
    for number in range(components):
        label, total = f'service="c-{number:05}"', (now % 100_000) * (1 + number % 90)
        lines.append(
            f'http_requests_total{{{label},code="200"}} {total}\n'
            f'http_requests_total{{{label},code="500"}} {total // 100}\n'
            f'http_request_duration_seconds_bucket{{{label},le="0.1"}} {total // 2}\n'
            f'http_request_duration_seconds_bucket{{{label},le="0.3"}} {total}\n'
            f'http_request_duration_seconds_bucket{{{label},le="+Inf"}} {total}\n'
            f"http_request_duration_seconds_count{{{label}}} {total}\n"
            f"process_open_fds{{{label}}} {number % 100}\nprocess_max_fds{{{label}}} 100\n"
        )
    return "".join(lines)


@contextmanager
def scraping(folder: Path, exporter: str) -> Iterator[None]:
    """A Prometheus that has scraped the exporter a few times."""
    (folder / "prometheus.yml").write_text(SCRAPE.format(exporter=exporter))
    command = (
        "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
        f"--web.listen-address={PROMETHEUS}",
    )  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until_counted(time.monotonic() + 120)
        yield
    finally:
        process.terminate()
        process.wait(30)


def until_counted(deadline: float) -> None:
    query = "count(rate(http_requests_total%5B5m%5D))"
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(
                f"http://{PROMETHEUS}/api/v1/query?query={query}", timeout=5
            ) as answer:
                if json.load(answer)["data"]["result"]:
                    return
        except OSError:
            pass
        time.sleep(1)
    raise SystemExit("Prometheus has counted nothing within two minutes.")


if __name__ == "__main__":
    main()
