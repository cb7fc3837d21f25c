"""An entity's page with the panels of all six plugins: `python -m bench.panels --entities 10000`.

Needs PostgreSQL in DATABASE_URL, on which a database may be made. The plugins have what their invented
upstreams say, of the components that are asked for. A reader asks as the page does: the core query, then all
panels of the overview in one request, then each of those that were not ready by itself. There is a reader for
each of `--connections` connections. Afterwards the same with the panels of all tabs on the overview.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.connection import Client, Connection
from bench.database import own_database
from bench.processes import cpu_seconds
from bench.servers import answers, running, wait_until
from portal.stack.up import GRANIAN, WEB

ROOT = Path(__file__).resolve().parent.parent
PORT = 18470
URL = f"http://127.0.0.1:{PORT}"
ACCOUNT, PASSWORD = "bench", "quiet-engine-27-bench"
ASKED = 50
PATIENCE = 400  # as in frontend/src/blocks/arriving.ts
DOCUMENTED = 5  # of those that are asked for; their pages are what is measured
DEMO = {
    "PORTAL_CI_GITHUBS": [{"host": "github.com", "api": "demo:"}],
    "PORTAL_MONITORING_SERVERS": [{"name": "demo", "prometheus": "demo:"}],
    "PORTAL_COSTS_SOURCES": [{"name": "demo", "kind": "focus", "address": "demo:", "currency": "EUR"}],
}
CLUSTER = """\
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: prod-north}
spec: {type: kubernetes-cluster, owner: team-000}
"""
PLAIN = """\
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {{name: r-{number:05}}}
spec: {{type: database, owner: team-{team:03}}}
"""
COMPONENT = """\
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: c-{number:05}
  annotations:
    backstage.io/kubernetes-id: c-{number:05}
    github.com/project-slug: example/c-{number:05}{documented}
spec: {{type: service, lifecycle: production, owner: team-{team:03}}}
"""
DOCS = "\n    backstage.io/techdocs-ref: 'dir:.'"
LIST = """{ entities(filter: {kind: ["Component"]}, first: 50) { nodes {
    name ci { lastStatus } costs { monthToDate } docs { siteName } kubernetes { pods }
    monitoring { level } } } }"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=300, help="pages that are asked for")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if chosen.child:
        fill_and_count()
    else:
        measure(chosen)


def measure(chosen: argparse.Namespace) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-panels-")))
        environment = os.environ | {
            "DATABASE_URL": stack.enter_context(own_database("panels")), "PORTAL_HOME": str(folder),
            "PORTAL_BASE_URL": URL, "PORTAL_LOG_LEVEL": "ERROR", "PORTAL_CATALOG_ROOTS": str(folder),
            "PORTAL_KUBERNETES_DEMO": "prod-north", "PORTAL_BROKER_URL": "redis://127.0.0.1:1/0",
            **{name: json.dumps(value) for name, value in DEMO.items()},
        }  # fmt: skip
        write(folder, chosen.entities)
        token = filled(folder, environment)
        command = [
            sys.executable, "-m", "granian", *GRANIAN, *WEB, "--port", str(PORT), "portal.wsgi:application",
        ]  # fmt: skip
        log = folder / "web.log"
        process = stack.enter_context(running(command, environment, log, cwd=ROOT))
        wait_until(answers(f"{URL}/healthz"), 120, process, log)
        readers = Readers(token)
        readers.ask(40, 16)
        for tabs in (False, True):
            before = cpu_seconds(process.pid)
            print(json.dumps(readers.ask(chosen.pages, chosen.connections, tabs=tabs), indent=2))
            used = 1000 * (cpu_seconds(process.pid) - before) / chosen.pages
            print(f"{used:.0f} ms of the server's CPU for a page; load {os.getloadavg()[0]:.1f}")


def write(folder: Path, entities: int) -> None:
    """The descriptors: the components that are asked for, and everything else."""
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# Engine\n\nHow it runs.\n\n[gone](gone.md)\n")
    (folder / "mkdocs.yml").write_text("site_name: Engine\n")
    (folder / "asked.yaml").write_text(
        CLUSTER
        + "".join(
            COMPONENT.format(number=number, team=number % 30, documented=DOCS * (number < DOCUMENTED))
            for number in range(ASKED)
        )
    )
    files = ["./asked.yaml"]
    for start in range(0, entities - ASKED, 500):
        numbers = range(start, min(start + 500, entities - ASKED))
        (folder / f"r-{start:06}.yaml").write_text(
            "".join(PLAIN.format(number=number, team=number % 300) for number in numbers)
        )
        files.append(f"./r-{start:06}.yaml")
    front = {"apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": {"name": "all"}}
    (folder / "all.yaml").write_text(json.dumps({**front, "spec": {"targets": files}}))


def filled(folder: Path, environment: dict[str, str]) -> str:
    """Catalog, snapshots, costs, documentation and verdicts; an API token of an administrator."""
    patient = environment | {"PORTAL_STATEMENT_TIMEOUT_MS": "0"}

    def say(*words: str) -> str:
        print(f"{' '.join(words)} …", flush=True)
        done = subprocess.run(
            [sys.executable, *words], env=patient, cwd=ROOT, text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    say("manage.py", "migrate", "-v", "0")
    say("-m", "portal", "catalog", "add", "--trusted", str(folder / "all.yaml"))
    say("-m", "portal", "account", "create", ACCOUNT, "--password", PASSWORD, "--admin")
    printed = say("-m", "portal", "token", "create", "bench", "--account", ACCOUNT, "--scope", "read")
    patient["BENCH_TOKEN"] = token = max(printed.split(), key=len)
    print(say("-m", "bench.panels", "--child").strip())
    return token


def fill_and_count() -> None:
    """In a process of its own: what workers do, and the statements of a list of 50 components."""
    import django

    django.setup()
    from plugins.docs.tasks import refresh
    from plugins.scorecards.judging import judge_everything
    from portal.extension.acceptance import acting
    from portal.snapshots.services import refresh_due_snapshots
    from portal.snapshots.sources import sources

    for source in sources():
        began = time.monotonic()
        print(f"{source}: {refresh_due_snapshots(source)} in {time.monotonic() - began:.1f} s", flush=True)
    with acting("docs"):
        refresh()
    with acting("scorecards"):
        judge_everything()
    print(f"statements of a list of 50 components with a field of five plugins: {_count_statements()}")


def _count_statements() -> int:
    """Of all threads, the second time: the first fills what a process remembers."""
    from django.db import connections
    from django.db.backends.signals import connection_created
    from django.test import Client

    said: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        said.append(sql)
        return execute(sql, *rest)

    def watch(connection: Any, **_: Any) -> None:
        if note not in connection.execute_wrappers:
            connection.execute_wrappers.append(note)

    connections.close_all()
    connection_created.connect(watch, weak=False)
    headers = {"Authorization": f"Bearer {os.environ['BENCH_TOKEN']}", "Host": "127.0.0.1"}
    for _ in range(2):
        said.clear()
        answer = Client().post("/graphql", {"query": LIST}, "application/json", headers=headers).json()
    nodes = answer["data"]["entities"]["nodes"]
    assert len(nodes) == 50 and "errors" not in answer, answer
    assert all(node[name] for node in nodes for name in ("ci", "costs", "kubernetes", "monitoring"))
    assert all(node["docs"] for node in nodes[:DOCUMENTED])
    return len(said)


class Readers:
    """What the page asks: the core query, the panels together, what was not ready by itself."""

    def __init__(self, token: str) -> None:
        self.client = Client(URL, token, zipped=False)
        self.core = _operation("entity.ts", "EntityPage")
        self.panel = _operation("panel.ts", "EntityPanels")
        self.panels = self.pending = 0
        self.tabs = False
        self._times: dict[str, list[float]] = {}
        self._failed: set[str] = set()

    def ask(self, pages: int, connections: int, *, tabs: bool = False) -> dict[str, Any]:
        """Milliseconds, median and p95, of the core query and to the last panel after it.

        With `tabs` those of all tabs are panels of the page too.
        """
        self.panels = self.pending = 0
        self.tabs = tabs
        self._times = {"core query": [], "last panel": [], "whole page": []}
        asyncio.run(self._read(pages, connections))
        return {
            "panels of a page": self.panels,
            "panels that were not ready in time": self.pending,
            "panels that failed": sorted(self._failed),
            **{name: _shown(each) for name, each in self._times.items()},
        }

    async def _read(self, pages: int, connections: int) -> None:
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        for _ in range(connections):
            self._free.put_nowait(await self.client.connect())
        waiting = iter(range(pages))

        async def reader() -> None:
            for number in waiting:
                await self._page(f"component:default/c-{number % DOCUMENTED:05}")

        await asyncio.gather(*(reader() for _ in range(connections)))
        while not self._free.empty():
            self._free.get_nowait().transport.abort()

    async def _page(self, ref: str) -> None:
        began = time.perf_counter()
        places = (await self._query(self.core, {"ref": ref}))["entity"]["panelPlaces"]
        core = time.perf_counter()
        ids = [place["id"] for place in places if self.tabs or place["slot"] != "TAB"]
        found = await self._panels(ref, ids, PATIENCE)
        late = [panel["id"] for panel in found if panel["pending"]]
        for alone in await asyncio.gather(*(self._panels(ref, [one], None) for one in late)):
            found += alone
        last = time.perf_counter()
        self.panels = max(self.panels, len(ids))
        self.pending += len(late)
        self._failed |= {f"{panel['id']}: {panel['failed']}" for panel in found if panel["failed"]}
        self._times["core query"].append(1000 * (core - began))
        self._times["last panel"].append(1000 * (last - core))
        self._times["whole page"].append(1000 * (last - began))

    async def _panels(self, ref: str, ids: list[str], within: int | None) -> list[dict[str, Any]]:
        answer = await self._query(self.panel, {"ref": ref, "ids": ids, "within": within})
        panels: list[dict[str, Any]] = answer["entity"]["panels"]
        return panels

    async def _query(self, query: str, variables: dict[str, Any]) -> Any:
        request = self.client.encode("POST", "/graphql", {"query": query, "variables": variables})
        connection = await self._free.get()
        try:
            await connection.send(request, keep=True)
            return json.loads(connection.text())["data"]
        finally:
            self._free.put_nowait(connection)


def _operation(file: str, name: str) -> str:
    """The text of a query as the page has it."""
    text = (ROOT / "frontend" / "src" / "gql" / file).read_text()
    found = re.search(rf"\('{name}', `(.*?)`", text, re.DOTALL)
    assert found, name
    return found[1]


def _shown(times: list[float]) -> str:
    ordered = sorted(times)
    slow = ordered[int(0.95 * (len(ordered) - 1))]
    return f"median {statistics.median(ordered):.0f} ms, p95 {slow:.0f} ms"


if __name__ == "__main__":
    main()
