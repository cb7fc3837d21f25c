"""Components, a server that speaks as Prometheus and Alertmanager do, and what a member sees of them."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.cache import cache
from django.utils import timezone

from catalog.models import Location
from catalog.services import refresh_location, register_location
from portal.accounts.principal import SYSTEM
from portal.extension import guard
from portal.plugin_api.testing import with_settings
from portal.snapshots.models import Snapshot
from portal.snapshots.services import refresh_due_snapshots
from tests.servers import HttpServer, Seen

COMPONENT = """\
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  labels: {labels}
  annotations: {annotations}
spec: {{type: service, lifecycle: production, owner: team-a}}
"""
PEOPLE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: [], members: [member]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: member}
spec: {memberOf: [team-a]}
"""
FIELD = """query ($ref: String!) { entity(ref: $ref) { monitoring { level mistake
    alerts { name severity state level summary server startedAt endedAt }
    signals { server rate errorRatio duration saturation stale problem }
    objectives { name title server level reason budgetLeft burnRates { window rate } }
    owned { ref level alerts } } } }"""


@pytest.fixture
def configure(settings: Any, transactional_db: None) -> Iterator[Callable[..., None]]:
    """Settings of the plugin, as if the portal had been started with them; loopback may be called."""
    cache.clear()
    with ExitStack() as stack:

        def change(**values: Any) -> None:
            stack.enter_context(with_settings("monitoring", **values))
            addresses = [
                url for each in values.get("servers", ()) for url in (each.prometheus, each.alertmanager)
            ]
            settings.OUTBOUND_PRIVATE = [url.rpartition("//")[2] for url in addresses]

        yield change


class Company:
    """Components of team-a in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.components: dict[str, str] = {}
        self.location: Location | None = None

    def component(self, name: str, *, labels: dict | None = None, **annotations: str) -> None:
        self.components[name] = COMPONENT.format(
            name=name, labels=json.dumps(labels or {}), annotations=json.dumps(annotations)
        )

    def register(self) -> None:
        self.path.write_text(PEOPLE + "".join(self.components.values()), encoding="utf-8")
        if self.location is None:
            self.location = register_location(f"file:{self.path}", actor=SYSTEM, trusted=True)
        else:
            refresh_location(self.location.uid, actor=SYSTEM)


@pytest.fixture
def company(tmp_path: Path, transactional_db: None) -> Company:
    """Plugins read on a connection of their own, so what they read must really be committed."""
    guard.shut_down()
    return Company(tmp_path / "company.yaml")


@pytest.fixture
def fetch() -> Callable[..., None]:
    """What the worker does in its turn: everything is due."""

    def run(*sources: str) -> None:
        for source in sources or ("servers", "signals", "objectives"):
            Snapshot.objects.filter(source=f"monitoring.{source}").update(due_at=timezone.now())
            refresh_due_snapshots(f"monitoring.{source}")

    return run


@pytest.fixture
def monitoring_of(graphql: Callable[..., Any], member: Any) -> Callable[[str], dict]:
    """The plugin's field of an entity as a member sees it."""
    return lambda ref: graphql(member)(FIELD, ref=ref)["entity"]["monitoring"]


@pytest.fixture
def panels_of(graphql: Callable[..., Any], member: Any) -> Callable[[str], dict[str, Any]]:
    """The blocks of the plugin's panels by id, as a member sees them."""
    query = """query ($ref: String!) { entity(ref: $ref) { panels { id failed asOf blocks { __typename
        ... on StatusBlock { label level detail } ... on StatBlock { label value }
        ... on TableBlock { columns rows { text } }
        ... on EmptyBlock { title message } ... on ErrorBlock { title message }
        ... on GaugeBlock { label amount level } ... on SeriesBlock { title lines { label } }
        ... on TimelineBlock { moments { title level } } ... on LinksBlock { links { url title } }
        } } } }"""

    def ask(ref: str) -> dict[str, Any]:
        panels = graphql(member)(query, ref=ref)["entity"]["panels"]
        assert [panel["failed"] for panel in panels if panel["failed"]] == []
        return {panel["id"]: panel["blocks"] for panel in panels if panel["id"].startswith("monitoring")}

    return ask


class Fake(HttpServer):
    """Answers queries by what they contain, rules and targets as Prometheus does, alerts as Alertmanager."""

    def __enter__(self) -> "Fake":
        super().__enter__()
        self.vectors: dict[str, dict[str, float]] = {}
        self.rules: list[dict] = []
        self.targets: list[dict] = []
        self.alerts: list[dict] = []
        self.routes["/api/v1/query"] = lambda seen: self.answer(self._query(seen, at_once=True))
        self.routes["/api/v1/query_range"] = lambda seen: self.answer(self._query(seen, at_once=False))
        self.routes["/api/v1/rules"] = lambda _: self.answer({"groups": [{"rules": self.rules}]})
        self.routes["/api/v1/targets"] = lambda _: self.answer({"activeTargets": self.targets})
        self.routes["/api/v2/alerts"] = lambda _: (200, {}, json.dumps(self.alerts).encode())
        return self

    @property
    def queries(self) -> list[str]:
        return [parse_qs(seen.body.decode())["query"][0] for seen in self.seen if seen.body]

    def answer(self, data: Any) -> tuple[int, dict, bytes]:
        return 200, {}, json.dumps({"status": "success", "data": data}).encode()

    def _query(self, seen: Seen, *, at_once: bool) -> dict:
        form = parse_qs(seen.body.decode())
        query = form["query"][0]
        [values] = [values for part, values in self.vectors.items() if part in query] or [{}]
        if at_once:
            result = [
                {"metric": {"service": name}, "value": [1, str(value)]} for name, value in values.items()
            ]
            return {"resultType": "vector", "result": result}
        at = float(form["end"][0])
        result = [
            {"metric": {"service": name}, "values": [[at, str(value)]]} for name, value in values.items()
        ]
        return {"resultType": "matrix", "result": result}


@pytest.fixture
def server() -> Iterator[Fake]:
    with Fake() as running:
        yield running
