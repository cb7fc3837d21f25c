"""A newer version is put in while the portal is used: nobody waits for it, and no request is lost."""

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.portal.database.running import ROOT, Cluster, Portal, wait_until

pytestmark = pytest.mark.system

READ = "/api/catalog/entities?limit=5"
COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: team-a}
"""
NEXT = '''"""What the next version adds."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "%s")]
    operations = [
        migrations.RunSQL("ALTER TABLE catalog_entity ADD COLUMN next_note text NOT NULL DEFAULT ''"),
        migrations.RunSQL("ALTER TABLE catalog_location ADD COLUMN next_note text NOT NULL DEFAULT ''"),
    ]
'''
IS_WAITING = (
    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE catalog%'"
)


@pytest.fixture
def catalog(portal: Portal, empty: None, tmp_path: Path) -> Path:
    """With a component in it."""
    tmp_path.chmod(0o755)
    (tmp_path / "all.yaml").write_text(COMPONENT)
    said = portal.run("catalog", "add", str(tmp_path / "all.yaml"), "--trusted")
    assert said.returncode == 0, said.stderr
    return tmp_path


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The next version of the portal: a checkout of its own, whose catalog has one migration more."""
    folder = tmp_path / "newer"
    leave_out = shutil.ignore_patterns("__pycache__", "node_modules", "company")
    for name in ("portal", "catalog", "scaffolder", "plugins"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
    migrations = folder / "catalog" / "migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    (migrations / "9999_next.py").write_text(NEXT % last)
    return folder


@contextmanager
def in_use(portal: Portal) -> Iterator[list[int]]:
    """Readers and a writer who never stop; the statuses of all answers, 0 for none."""
    statuses: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.wait(0.02):
            statuses.append(portal.get(READ)[0])

    def write() -> None:
        while not done.wait(0.2):
            statuses.append(portal.push("acme/nothing", str(uuid4()))[0])

    threads = [threading.Thread(target=work) for work in (read, read, write)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        done.set()
        for thread in threads:
            thread.join()


def migrate(newer: Path, portal: Portal, *command: str) -> "subprocess.Popen[str]":
    environment = portal.environment | {"PYTHONPATH": str(newer), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment["PORTAL_HOME"] = str(newer / "home")
    words = command or ("-m", "django", "migrate", "--no-input")
    return subprocess.Popen(
        [sys.executable, *words],
        env=environment,
        cwd=newer,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_the_tables_change_while_the_old_version_serves(
    portal: Portal, cluster: Cluster, catalog: Path, newer: Path
) -> None:
    """Somebody holds the table for long: the migration gives way again and again, and is killed once."""
    check = ("-m", "portal.stack.prepare", "--check")
    assert "1 migrations are waiting" in migrate(newer, portal, *check).communicate(timeout=300)[0]
    holder = psycopg.connect(cluster.postgres.url)
    holder.execute("SELECT count(*) FROM catalog_entity")
    with in_use(portal) as statuses:
        killed = migrate(newer, portal)
        waited_by(cluster, times=1)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        again = migrate(newer, portal)
        waited_by(cluster, times=2)
        holder.close()
        said, _ = again.communicate(timeout=300)
    assert again.returncode == 0, said
    assert "A table is in use; it is tried again." in said
    assert set(statuses) == {200, 202}
    assert cluster.execute("SELECT DISTINCT next_note FROM catalog_entity") == [("",)]
    assert portal.get("/readyz")[0] == 200


def waited_by(cluster: Cluster, *, times: int) -> None:
    """Until a migration has waited for the table so often, and given way in between."""
    for _ in range(times):
        wait_until(lambda: bool(cluster.execute(IS_WAITING)))
        wait_until(lambda: not cluster.execute(IS_WAITING))
