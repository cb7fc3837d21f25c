"""Templates of our own in a folder, registered as a location; the git host and workspaces beside it."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache
from django.db.models import F

from catalog.models import Entity
from catalog.services import register_location
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.integrations.git import GitHost
from scaffolder.models import EffectRecord, Task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template
from tests.databases import database_url
from tests.scaffolder.github_api import FakeGitHub
from tests.scaffolder.gitlab_api import FakeGitLab
from tests.servers import free_ports

PARAMETERS = {
    "title": "What is it?",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"},
        "description": {"type": "string", "maxLength": 50},
        "port": {"type": "integer", "default": 8080},
    },
}
DESCRIPTOR = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${{ values.name }}
  {%- if values.description %}
  description: ${{ values.description | dump }}
  {%- endif %}
spec:
  type: service
  lifecycle: experimental
  owner: team-a
"""
PUBLISHING = [
    {
        "id": "fetch",
        "name": "Write the files",
        "action": "fetch:template",
        "input": {
            "url": "./skeleton",
            "values": {
                "name": "${{ parameters.name }}",
                "description": "${{ parameters.description }}",
                "port": "${{ parameters.port }}",
            },
        },
    },
    {
        "id": "publish",
        "name": "Create the repository",
        "action": "publish:git",
        "input": {"repoUrl": "portal?owner=default&repo=${{ parameters.name }}"},
    },
    {
        "id": "register",
        "name": "Register it",
        "action": "catalog:register",
        "input": {"repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}"},
    },
]
LOG = {
    "id": "log",
    "name": "Log",
    "action": "debug:log",
    "input": {"message": "Hello ${{ parameters.name }}"},
}
OUTPUT = {
    "links": [
        {"title": "Repository", "url": "${{ steps.publish.output.remoteUrl }}"},
        {"title": "Catalog", "icon": "catalog", "entityRef": "${{ steps.register.output.entityRef }}"},
    ]
}


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    settings.WORKSPACES = tmp_path / "workspaces"
    settings.GIT_ROOT = str(tmp_path / "git")
    settings.GIT_URL = "http://127.0.0.1:8500/git"


@pytest.fixture
def git_host(tmp_path: Path) -> GitHost:
    return GitHost(tmp_path / "git")


@pytest.fixture
def make_template(db: None, tmp_path: Path) -> Callable[..., Entity]:
    """Write a template with these steps and files beside it, and register it."""

    def make(
        *steps: dict[str, Any],
        parameters: Any = PARAMETERS,
        files: Mapping[str, str | bytes] | None = None,
        output: Any = None,
        name: str = "service",
        namespace: str = "default",
        spec: Mapping[str, Any] | None = None,
    ) -> Entity:
        folder = tmp_path / "templates" / name
        folder.mkdir(parents=True)
        usual = {"type": "service", "parameters": parameters, "steps": list(steps), "output": output or {}}
        document = {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": {"name": name, "title": f"The {name}", "namespace": namespace},
            "spec": {**usual, **(spec or {})},
        }
        (folder / "template.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
        for path, content in (files or {}).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        location = register_location(f"file:{folder}/template.yaml", actor=SYSTEM, trusted=True)
        assert [str(problem) for problem in location.problems.all()] == []
        return Entity.objects.get(ref=f"template:{namespace}/{name}")

    return make


@pytest.fixture
def publishing_template(make_template: Callable[..., Entity]) -> Entity:
    """fetch:template, publish:git, catalog:register: what most templates are."""
    files = {"skeleton/catalog-info.yaml": DESCRIPTOR, "skeleton/README.md": "# ${{ values.name | upper }}\n"}
    return make_template(*PUBLISHING, files=files, output=OUTPUT)


@pytest.fixture
def run(member: Account) -> Callable[..., Task]:
    """Run a template as `member` to its end, in this process."""

    def run(ref: str = "template:default/service", account: Account | None = None, **parameters: Any) -> Task:
        task = run_template(ref, parameters, actor=Principal(account=account or member))
        run_pending_tasks()
        task.refresh_from_db()
        return task

    return run


@pytest.fixture
def log() -> Callable[[Task], list[str]]:
    return lambda task: [line.message for line in task.log_lines.all()]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run the worker's function themselves; messages would go nowhere."""
    monkeypatch.setattr("scaffolder.running.wake._wake", [])


@pytest.fixture(scope="module")
def shared_streams_server(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The process that serves streams and git, started on the test database; and where it looks for git."""
    folder = tmp_path_factory.mktemp("streams")
    [port] = free_ports(1)
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "PORTAL_GIT_ROOT": str(folder / "git"),
        "PORTAL_HOME": str(folder / "home"),
        "PORTAL_STREAMS_PER_ACCOUNT": "2",
    }
    granian = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port)]
    process = subprocess.Popen(
        [*granian, "portal.asgi:application"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_answers(port, process)
        yield f"http://127.0.0.1:{port}", folder / "git"
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def streams_server(
    transactional_db: None, shared_streams_server: tuple[str, Path], tmp_path: Path
) -> Iterator[str]:
    """The address of that process, which finds the repositories of this test."""
    address, git = shared_streams_server
    git.symlink_to(tmp_path / "git")
    yield address
    git.unlink()


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=120):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


@pytest.fixture
def simple(make_template: Callable[..., Entity]) -> Entity:
    return make_template(LOG)


@pytest.fixture
def submit(member: Account) -> Callable[..., Task]:
    def submit(account: Account | None = None, key: str | None = None, **parameters: Any) -> Task:
        actor = Principal(account=account or member)
        return run_template("template:default/service", parameters, actor=actor, idempotency_key=key)

    return submit


@pytest.fixture
def github(settings: Any, tmp_path: Path, db: None) -> Iterator[FakeGitHub]:
    """A GitHub with `acme/web`, which has a commit, and `acme/empty`, which has none."""
    (tmp_path / "github").mkdir()
    with FakeGitHub(tmp_path / "github") as server:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, server.host]
        settings.CREDENTIALS = json.dumps([server.entry()])
        server.make_repository("acme/web", {"README.md": "# Web\n"})
        server.make_repository("acme/empty")
        yield server
    cache.clear()


@pytest.fixture
def gitlab(settings: Any, tmp_path: Path, db: None) -> Iterator[FakeGitLab]:
    """A GitLab with `acme/web`, which has a commit."""
    (tmp_path / "gitlab").mkdir()
    with FakeGitLab(tmp_path / "gitlab") as server:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, server.host]
        known = json.loads(settings.CREDENTIALS or "[]")
        settings.CREDENTIALS = json.dumps([*known, server.entry()])
        server.make_project("acme/web", {"README.md": "# Web\n"})
        yield server


WORKSPACE = {"before/README.md": "# Cart\n", "before/bin/run": b"\x7fELF\xff\x00", "before/docs/a.md": "a\n"}
FETCH = {"id": "before", "action": "fetch:plain", "input": {"url": "./before"}}
Steps = Callable[..., Task]


@pytest.fixture
def run_steps(make_template: Callable[..., Entity], member: Account) -> Steps:
    """Run a template of the workspace's files and these steps to its end."""

    def run(*steps: dict[str, Any], secrets: Any = None, plan: bool = False, **template: Any) -> Task:
        if secrets:
            properties = {name: {"type": "string"} for name in secrets}
            template["spec"] = {"secrets": {"schema": {"type": "object", "properties": properties}}}
        make_template(FETCH, *steps, files=WORKSPACE, parameters={"properties": {}}, **template)
        actor = Principal(account=member)
        ref = "template:default/service"
        task = run_template(ref, {}, actor=actor, secrets=secrets or {}, plan_first=plan)
        return ended(task)

    return run


def ended(task: Task) -> Task:
    run_pending_tasks()
    task.refresh_from_db()
    return task


def let_time_pass(task: Task, **columns: timedelta) -> None:
    """As if so much time had gone by since."""
    Task.objects.filter(pk=task.pk).update(**{name: F(name) - passed for name, passed in columns.items()})


def effects(task: Task) -> list[str]:
    """What a task has done outside, and how it ended."""
    return [f"{record.state} {record}" for record in EffectRecord.objects.filter(task=task).order_by("id")]
