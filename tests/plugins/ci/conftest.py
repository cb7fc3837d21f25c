"""Components, a GitHub that answers with recorded runs, signed reports, and what a member sees of them."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Location
from catalog.services import refresh_location, register_location
from plugins.ci.settings import GitHub
from portal.accounts.principal import SYSTEM
from portal.extension import guard
from portal.plugin_admin.hooks import hand_over
from portal.plugin_api.testing import with_settings
from portal.snapshots.models import Snapshot
from portal.snapshots.services import refresh_due_snapshots
from tests.servers import HttpServer

SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "/api/hooks/plugins/ci/report"
RECORDED = json.loads((Path(__file__).parent / "workflow_runs.json").read_text())
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
COMPONENT = """\
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {name}, annotations: {annotations}}}
spec: {{type: service, lifecycle: production, owner: team-a}}
"""
FIELD = """query ($ref: String!) { entity(ref: $ref) { ci { lastStatus level lastRunAt repository problem
    pipelines { name status successRate medianSeconds lastRun { key status } }
    runs(first: 100) { key pipeline status branch commit title url startedAt finishedAt seconds reporter }
    } } }"""


class Company:
    """Components of team-a in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.components: dict[str, str] = {}
        self.location: Location | None = None

    def component(self, name: str, **annotations: str) -> None:
        self.components[name] = COMPONENT.format(name=name, annotations=json.dumps(annotations))

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


class Actions(HttpServer):
    """Answers what was recorded of GitHub for each slug, with an etag of its content."""

    runs: dict[str, list[dict[str, Any]]]

    def __enter__(self) -> "Actions":
        super().__enter__()
        self.runs = {}
        return self

    def set(self, slug: str, *runs: dict[str, Any]) -> None:
        self.runs[slug] = list(runs)
        self.routes[f"/repos/{slug}/actions/runs"] = lambda seen: self._answer(slug, seen)

    def _answer(self, slug: str, seen: Any) -> tuple[int, dict[str, str], bytes]:
        runs = self.runs[slug]
        body = json.dumps({"total_count": len(runs), "workflow_runs": runs}).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if seen.headers.get("if-none-match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"ETag": etag, "Content-Type": "application/json"}, body


@pytest.fixture
def actions(settings: Any, transactional_db: None) -> Iterator[Actions]:
    """The GitHub of the plugin's settings; loopback may be called."""
    cache.clear()
    with Actions() as server, ExitStack() as stack:
        settings.OUTBOUND_PRIVATE = [server.host]
        github = GitHub("github.com", server.url, "canary")
        stack.enter_context(with_settings("ci", githubs=(github,), report_secret=SECRET))
        yield server
    cache.clear()


@pytest.fixture
def fetch() -> Callable[[], None]:
    """What the worker does in its turn: everything is due."""

    def run() -> None:
        Snapshot.objects.filter(source="ci.runs").update(due_at=timezone.now())
        refresh_due_snapshots("ci.runs")

    return run


@pytest.fixture
def report(actions: Actions) -> Callable[..., int]:
    """Sends a report as a CI does and lets a worker take it; the status of the answer."""

    def send(body: Any, *, secret: str = SECRET, **headers: str) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        sent = {"X-Hub-Signature-256": f"sha256={digest}", **headers}
        answer = Client().post(URL, raw, content_type="application/json", headers=sent)
        hand_over()
        return int(answer.status_code)

    return send


@pytest.fixture
def ci_of(graphql: Callable[..., Any], member: Any) -> Callable[[str], Any]:
    """The plugin's field of an entity as a member sees it."""
    return lambda ref: graphql(member)(FIELD, ref=ref)["entity"]["ci"]


def run(number: int, conclusion: str | None = "success", **fields: Any) -> dict[str, Any]:
    """A run as it was recorded of GitHub, with another id and outcome."""
    recorded: dict[str, Any] = RECORDED["workflow_runs"][0]
    status = "completed" if conclusion else "in_progress"
    return {**recorded, "id": number, "status": status, "conclusion": conclusion, **fields}
