"""Hosts to read from, which the operator allowed; and what a poll does when everything is due."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.utils import timezone

from catalog.commands import catalog
from catalog.models import Entity, Location
from catalog.refresh.polling import poll_due
from tests.catalog.conftest import found_by_reading
from tests.fakes.github import FakeGitHub
from tests.servers import GitServer, HttpServer

COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s}
spec:
  type: service
  lifecycle: production
  owner: team-a
"""


def components(*names: str) -> str:
    return "---\n".join(COMPONENT % name for name in names)


@pytest.fixture
def web(settings: Any, db: None) -> Iterator[HttpServer]:
    with HttpServer() as server:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, server.host]
        yield server
    cache.clear()


@pytest.fixture
def git(settings: Any, db: None, tmp_path: Path) -> Iterator[GitServer]:
    settings.GIT_CACHE = tmp_path / "cache"
    with GitServer(tmp_path / "served") as server:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, server.host]
        yield server
    cache.clear()


@pytest.fixture(autouse=True)
def _no_rest(settings: Any) -> None:
    """A source is asked as often as a test asks for it."""
    settings.CATALOG_REFRESH_SECONDS = 0


@pytest.fixture
def add() -> Callable[..., str]:
    """Runs `portal catalog add` and returns what it printed."""

    def run(target: str, *arguments: str) -> str:
        return CliRunner().invoke(catalog, ["add", target, *arguments], catch_exceptions=False).output

    return run


@pytest.fixture
def poll() -> Callable[[], Location]:
    """Looks at every remote source as if its time had come; the first location as it is then."""

    def run() -> Location:
        Location.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())
        cache.clear()
        poll_due()
        return Location.objects.order_by("id")[0]

    return run


@pytest.fixture
def names() -> Callable[[], list[str]]:
    """The components of the catalog."""
    return lambda: list(
        Entity.objects.filter(kind="Component").order_by("ref").values_list("name", flat=True)
    )


@pytest.fixture
def problems() -> Callable[..., list[str]]:
    """One field of the problems that reading found: `problems("path")`."""

    def find(field: str = "code") -> list[str]:
        return list(found_by_reading().order_by("path").values_list(field, flat=True))

    return find


@pytest.fixture
def github(settings: Any, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """An organisation of four repositories, three of which have a descriptor."""
    monkeypatch.setattr("portal.integrations.github.PAGE", 2)
    with FakeGitHub() as fake:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, fake.host]
        entry = {"url": f"{fake.url}/acme/", "kind": "github", "token": "canary", "webhookSecret": "s"}
        settings.CREDENTIALS = json.dumps([entry])
        for name in ("api", "docs", "web"):
            fake.push(name, components(name))
        fake.push("empty", None)
        yield fake
    cache.clear()
