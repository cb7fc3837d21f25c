"""What one hung plugin costs the others: `python -m bench.isolation --requests 60`.

Needs PostgreSQL in DATABASE_URL, on which a database may be made. Six plugins, each with a panel and a field
that read the database, are written to a folder and served by granian as `portal up` does it. The page, the
core query and the panels are asked for over and over: first with six healthy ones, then with one of them
hanging for a minute at every call. The page must be built (`make up` does it).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.database import own_database
from bench.servers import answers, running, wait_until

ROOT = Path(__file__).resolve().parent.parent
PORT = 18480
NAMES = ("amber", "birch", "coral", "delta", "ebony", "flint")
HUNG = NAMES[-1]
APPS = """
from portal.plugin_api import PluginConfig, entity_panels
class P(PluginConfig):
    name, label = "portal_{name}", "{name}"
    def register(self):
        from .panels import NumberPanel
        self.add(entity_panels, NumberPanel)
"""
PANELS = """
import time
from pathlib import Path
from portal.plugin_api import Panel, Stat
from portal.plugin_api.catalog import EntityQuery, find_entities
class NumberPanel(Panel):
    title = "Number"
    def blocks(self, entity, *, viewer):
        if Path(__file__).with_name("hangs").exists():
            time.sleep(60)
        yield Stat("Entities", str(find_entities(EntityQuery(), viewer=viewer).count()))
"""
QUERIES = {
    "core query": '{ entity(ref: "component:default/c-1") { name title relations { totalCount } } }',
    "panels": '{ entity(ref: "component:default/c-1") { panels { plugin failed blocks { __typename } } } }',
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=60)
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-isolation-")))
        environment = prepared(folder, stack.enter_context(own_database("isolation")))
        token = filled(folder, environment)
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads",
            "16", "--no-ws", "--log-level", "error", "--port", str(PORT), "portal.wsgi:application",
        ]  # fmt: skip
        log = folder / "web.log"
        process = stack.enter_context(running(command, environment, log, cwd=ROOT))
        wait_until(answers(f"http://127.0.0.1:{PORT}/healthz"), 120, process, log)
        healthy = measured(token, chosen.requests)
        (folder / f"portal_{HUNG}" / "hangs").touch()
        print(
            json.dumps({"healthy": healthy, "one of six hangs": measured(token, chosen.requests)}, indent=2)
        )


def prepared(folder: Path, database_url: str) -> dict[str, str]:
    """Six packages on the path, and the settings of a portal with them."""
    for name in NAMES:
        package, info = folder / f"portal_{name}", folder / f"portal_{name}-1.0.dist-info"
        package.mkdir()
        info.mkdir()
        (package / "__init__.py").write_text('"""A number."""\n')
        (package / "apps.py").write_text(APPS.format(name=name))
        (package / "panels.py").write_text(PANELS)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: portal-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[portal.plugins]\n{name} = portal_{name}.apps:P\n")
    return os.environ | {
        "DATABASE_URL": database_url, "PORTAL_PLUGINS": ",".join(NAMES), "PORTAL_CLAIMS_ACCEPTED": "all",
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]), "PORTAL_HOME": str(folder / "home"),
        "DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_LOG_LEVEL": "ERROR",
        "PORTAL_CATALOG_ROOTS": str(folder),
    }  # fmt: skip


def filled(folder: Path, environment: dict[str, str]) -> str:
    """A catalog of a hundred components and an API token."""
    (folder / "all.yaml").write_text(
        "\n---\n".join(
            f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: c-{number}}}\n"
            "spec: {type: service, lifecycle: production, owner: team-a}"
            for number in range(100)
        )
    )

    def say(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=environment, cwd=ROOT, text=True, check=True, capture_output=True
        )
        return done.stdout

    say("manage.py", "migrate", "-v", "0")
    say("-m", "portal", "catalog", "add", "--trusted", str(folder / "all.yaml"))
    say("-m", "portal", "account", "create", "bench", "--password", "quiet-engine-27-bench", "--admin")
    printed = say("-m", "portal", "token", "create", "bench", "--account", "bench", "--scope", "read")
    return max(printed.split(), key=len)


def measured(token: str, requests: int) -> dict[str, Any]:
    """Milliseconds to the page's first byte and to each answer; how often the five panels were there."""
    times: dict[str, list[float]] = {"page, first byte": [], **{name: [] for name in QUERIES}}
    whole = hung = 0
    for _ in range(requests):
        times["page, first byte"].append(_page())
        for name, query in QUERIES.items():
            took, data = _ask(token, query)
            times[name].append(took)
            if name == "panels":
                panels = {panel["plugin"]: panel for panel in data["entity"]["panels"]}
                whole += all(panels[each]["failed"] is None and panels[each]["blocks"] for each in NAMES[:-1])
                hung += panels[HUNG]["failed"] is not None
    return {
        **{name: _shown(each) for name, each in times.items()},
        "answers with all five panels whole": f"{whole} of {requests}",
        "answers in which the sixth says why not": f"{hung} of {requests}",
    }


def _page() -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/sign-in", timeout=60) as answer:
        answer.read(1)
        return 1000 * (time.perf_counter() - began)


def _ask(token: str, query: str) -> tuple[float, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/graphql", json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )  # fmt: skip
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = answer.read()
    return 1000 * (time.perf_counter() - began), json.loads(content)["data"]


def _shown(times: list[float]) -> str:
    ordered = sorted(times)
    slow = ordered[int(0.95 * (len(ordered) - 1))]
    return f"median {statistics.median(ordered):.0f} ms, p95 {slow:.0f} ms, most {ordered[-1]:.0f} ms"


if __name__ == "__main__":
    main()
