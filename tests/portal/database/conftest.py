"""A PostgreSQL that tests may stop, a git host, and a portal that runs on them; one for all tests."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.database.running import HOOK_SECRET, Cluster, Portal
from tests.servers import GitServer


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="portal-faults-"))  # its socket's path must be short
    made = Cluster(folder)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(made.postgres.folder, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with GitServer(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(scope="session")
def portal(cluster: Cluster, git: GitServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """May call that git host, and takes its webhooks."""
    entry = {"url": git.url, "kind": "github", "webhookSecret": HOOK_SECRET}
    settings = {"PORTAL_OUTBOUND_PRIVATE": git.host, "PORTAL_CREDENTIALS": json.dumps([entry])}
    made = Portal(cluster, tmp_path_factory.mktemp("faults"), **settings)
    made.git_url = git.url
    yield made
    made.process.terminate()
    made.process.wait(120)


@pytest.fixture
def empty(cluster: Cluster, portal: Portal) -> None:
    """The portal with nothing in its catalog."""
    cluster.execute("TRUNCATE catalog_location, catalog_entity CASCADE")
