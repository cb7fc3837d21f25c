"""The database goes away, cuts connections, has none left: clear answers meanwhile, and nothing is lost."""

import json
import random
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.portal.database.running import ROOT, Cluster, Portal, wait_until

pytestmark = pytest.mark.system
COUNT = 900
OTHERS = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: c{number}}}
spec: {{type: service, lifecycle: production, owner: team-a, dependsOn: ["component:c{other}"]}}
"""


@pytest.fixture
def file(empty: None, tmp_path: Path) -> Path:
    """A file of 900 components, each depending on another, in an empty catalog."""
    tmp_path.chmod(0o755)
    path = tmp_path / "all.yaml"
    numbers = range(COUNT)
    texts = [COMPONENT.format(number=number, other=(number * 7 + 1) % COUNT) for number in numbers]
    path.write_text("---\n".join(texts), encoding="utf-8")
    return path


@contextmanager
def reading(portal: Portal) -> Iterator[list[tuple[int, dict[str, str], bytes]]]:
    """The answers to a client that asks all the time."""
    answers: list[tuple[int, dict[str, str], bytes]] = []
    done = threading.Event()

    def read() -> None:
        while not done.wait(0.02):
            answers.append(portal.get("/api/catalog/entities?limit=5"))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield answers
    finally:
        done.set()
        thread.join()


def assert_clear(answers: list[tuple[int, dict[str, str], bytes]]) -> None:
    """Every answer is the list, or says that it will come: JSON, with the time to wait."""
    assert {status for status, _, _ in answers} <= {200, 503}
    for status, headers, body in answers:
        content = json.loads(body)
        if status == 503:
            assert content["error"]["code"] == "DATABASE_UNAVAILABLE"
            assert int(headers["retry-after"]) > 0


def assert_whole(portal: Portal) -> None:
    assert portal.count() == COUNT
    said = portal.run("catalog", "rebuild")
    assert said.returncode == 0, said.stderr
    nothing = "0 rows, 0 relation ends, 0 facet terms, 0 rendered relations were different"
    assert nothing in said.stdout


def test_a_database_that_restarts_in_the_middle_of_reading_a_source(
    portal: Portal, cluster: Cluster, file: Path
) -> None:
    writer = subprocess.Popen(
        portal.command("catalog", "add", str(file), "--trusted"),
        env=portal.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    writing = (
        "SELECT 1 FROM pg_stat_activity WHERE query ILIKE 'insert into%catalog_%' AND pid <> pg_backend_pid()"
    )
    wait_until(lambda: bool(cluster.execute(writing)) or writer.poll() is not None)
    with reading(portal) as answers:
        cluster.stop()
        wait_until(lambda: bool(answers) and answers[-1][0] == 503)
        cluster.start()
        wait_until(lambda: portal.get("/api/catalog/entities?limit=5")[0] == 200)

    assert_clear(answers)
    _, said = writer.communicate(timeout=180)
    assert "Traceback" not in said
    again = portal.run("catalog", "add", str(file), "--trusted")
    assert again.returncode == 0 or "already" in again.stderr, again.stderr
    if again.returncode:
        portal.run("catalog", "refresh", str(file))
    wait_until(lambda: portal.count() == COUNT)
    assert_whole(portal)


def test_connections_that_are_cut_at_random_leave_no_half_entity(
    portal: Portal, cluster: Cluster, file: Path
) -> None:
    draw = random.Random(7)
    done = threading.Event()

    def cut() -> None:
        while not done.wait(0.3):
            pids = [row[0] for row in cluster.execute(f"SELECT pid {OTHERS}")]
            if pids:
                cluster.execute(f"SELECT pg_terminate_backend({draw.choice(pids)})")

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        with reading(portal) as answers:
            for _ in range(4):
                added = portal.run("catalog", "add", str(file), "--trusted")
                assert "Traceback" not in added.stderr
    finally:
        done.set()
        thread.join()

    assert_clear(answers)
    added = portal.run("catalog", "add", str(file), "--trusted")
    assert added.returncode == 0 or "already" in added.stderr, added.stderr
    wait_until(lambda: portal.count() == COUNT)
    assert_whole(portal)


def test_no_connection_left_is_said_at_once_and_over_in_seconds(portal: Portal, cluster: Cluster) -> None:
    held = []
    cluster.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")
    with pytest.raises(psycopg.OperationalError, match="too many clients"):
        while True:
            held.append(psycopg.connect(cluster.postgres.url))
    try:
        wait_until(lambda: portal.get("/api/catalog/entities?limit=5")[0] == 503)
        status, headers, body = portal.get("/api/catalog/entities?limit=5")
    finally:
        for connection in held:
            connection.close()

    assert (status, json.loads(body)["error"]["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert int(headers["retry-after"]) > 0
    wait_until(lambda: portal.get("/api/catalog/entities?limit=5")[0] == 200)
