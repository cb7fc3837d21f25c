"""The disk of the database is full: writing says so, reading goes on, what was acknowledged is there, and
all is well when there is room again; on disks of a few megabytes."""

import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.portal.database.running import Cluster, Portal, lower, wait_until

pytestmark = pytest.mark.system
FEW = "/api/catalog/entities?limit=5"


class SmallDisk:
    """A file system in memory, `size` megabytes large."""

    def __init__(self, folder: Path, size: int, owner: int | None) -> None:
        self.folder = folder
        self.folder.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "portal-tests", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.xfail(f"only root may mount a disk, and not in every container: {done.stderr.strip()}")
        if owner is not None:
            os.chown(folder, owner, -1)
        self.folder.chmod(0o700)
        self.filler = folder / "filler"

    def fill(self, leave: int = 0) -> None:
        """Take all the room but `leave` bytes."""
        free = shutil.disk_usage(self.folder).free - leave
        with self.filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(free, 1))

    def free(self) -> None:
        self.filler.unlink()

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="portal-disk-"))  # the socket's path must be short
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder, durable=True)
    yield made
    made.stop()
    shutil.rmtree(made.postgres.folder, ignore_errors=True)


def component(number: int) -> dict[str, Any]:
    return {
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": f"c{number}", "description": f"{number} " * 300},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
    }  # fmt: skip


def send(portal: Portal, method: str, path: str, body: Any) -> tuple[int, dict[str, str], Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{portal.port}{path}", method=method)
    request.add_header("Authorization", f"Bearer {portal.token}")
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, json.dumps(body).encode(), timeout=180) as answer:
            return answer.status, lower(answer.headers), json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, lower(error.headers), json.load(error)


def deliver(portal: Portal, source: str, key: str, numbers: range) -> tuple[int, dict[str, str], Any]:
    body = {"mode": "delta", "entities": [component(number) for number in numbers]}
    return send(portal, "PUT", f"/api/catalog/sources/{source}/deliveries/{key}", body)


def new_source(portal: Portal) -> str:
    status, _, answer = send(portal, "POST", "/api/catalog/locations", {"type": "push", "target": "ci"})
    assert status == 201, answer
    return str(answer["location"]["id"])


def test_a_full_table_space_refuses_writes_with_the_reason_and_recovers(
    cluster: Cluster, folder: Path, tmp_path: Path
) -> None:
    cluster.start()
    portal = Portal(cluster, tmp_path)
    disk = SmallDisk(Path(cluster.postgres.folder) / "small", 96, cluster.postgres.user)
    try:
        source = new_source(portal)
        assert deliver(portal, source, "first", range(20))[0] == 202
        wait_until(lambda: portal.count() == 20)
        with psycopg.connect(cluster.postgres.url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
            connection.execute("ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE small")
            connection.execute("ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE small")
        disk.fill()
        refused = [deliver(portal, source, f"full-{number}", range(20, 400)) for number in range(3)]
        status, headers, body = refused[-1]
        assert (status, body["error"]["code"]) == (503, "DATABASE_FULL")
        assert int(headers["retry-after"]) > 0
        assert "no room left" in body["error"]["message"]
        assert portal.get(FEW)[0] == 200
        assert portal.count() == 20
        disk.free()
        assert deliver(portal, source, "again", range(20, 400))[0] == 202
        wait_until(lambda: portal.count() == 400)
        assert "0 rows, 0 relation ends" in portal.run("catalog", "rebuild").stdout
    finally:
        portal.process.terminate()
        portal.process.wait(120)
        cluster.stop()
        disk.unmount()


def test_a_full_disk_of_the_log_stops_the_database_and_nothing_acknowledged_is_lost(
    cluster: Cluster, folder: Path, tmp_path: Path
) -> None:
    """PostgreSQL stops itself where it cannot write its log; the portal's processes stay, and come back."""
    log = Path(cluster.postgres.data) / "pg_wal"
    disk = SmallDisk(Path(cluster.postgres.folder) / "wal", 400, cluster.postgres.user)
    shutil.copytree(log, disk.folder / "pg_wal")
    for path in [disk.folder / "pg_wal", *(disk.folder / "pg_wal").rglob("*")]:
        if cluster.postgres.user is not None:
            os.chown(path, cluster.postgres.user, cluster.postgres.group or -1)
    shutil.rmtree(log)
    log.symlink_to(disk.folder / "pg_wal")
    if cluster.postgres.user is not None:
        os.lchown(log, cluster.postgres.user, cluster.postgres.group or -1)
    cluster.start()
    portal = Portal(cluster, tmp_path)
    try:
        source = new_source(portal)
        disk.fill()
        taken = 0
        for number in range(400):
            status = deliver(portal, source, f"d{number}", range(number * 20, number * 20 + 20))[0]
            if status != 202:
                break
            taken = number + 1
        assert 0 < taken < 400
        assert cluster.process
        wait_until(lambda: cluster.process.poll() is not None)
        status, headers, body = portal.get(FEW)
        assert (status, json.loads(body)["error"]["code"]) == (503, "DATABASE_UNAVAILABLE")
        assert int(headers["retry-after"]) > 0
        assert portal.process.poll() is None
        disk.free()
        cluster.start()
        wait_until(lambda: portal.get(FEW)[0] == 200)
        wait_until(lambda: portal.count() >= taken * 20)
        assert deliver(portal, source, "after", range(9000, 9010))[0] == 202
        wait_until(lambda: portal.count() >= taken * 20 + 10)
    finally:
        portal.process.terminate()
        portal.process.wait(120)
        cluster.stop()
        disk.unmount()
