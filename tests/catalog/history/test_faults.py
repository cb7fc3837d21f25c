"""Writers that are killed, cut off and set against each other: the catalog and its history stay whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test import Client

from catalog.ingestion.rebuild import rebuild
from catalog.models import Entity, Event, Location, Relation
from portal.accounts.models import Account
from tests.catalog.conftest import Folder
from tests.catalog.history.racer import FILES
from tests.databases import database_url

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[3]
COUNT = 300


def start(module: str, *arguments: str) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_CATALOG_STATEMENT_TIMEOUT_MS": "60000",
    }
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def stopped_in_the_middle(
    process: Callable[[], "subprocess.Popen[bytes]"],
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A writer that has written its entities and waits for the table of terms; and its backend's pid."""
    with psycopg.connect(database_url()) as holder:
        holder.execute("LOCK TABLE catalog_term IN ACCESS EXCLUSIVE MODE")
        writer = process()
        waiting = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE '%%catalog_term%%' AND pid <> pg_backend_pid()"
        )
        pid: list[int] = []

        def is_waiting() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(waiting)
                pid[:] = [row[0] for row in cursor.fetchall()]
            return bool(pid)

        wait_until(is_waiting)
        yield writer, pid[0]


def history() -> dict[str, int]:
    return {what: Event.objects.filter(what=what).count() for what in ("CREATED", "CHANGED", "RELATED")}


def assert_whole() -> None:
    """Every relation and rendered relation is what the documents say, and the history tells the same."""
    assert rebuild().differences == 0
    documents: dict[str, bool] = {}
    edges: set[tuple[str, str, str]] = set()
    for event in Event.objects.order_by("id"):
        edge = (str(event.uid), event.relation_type, event.other_ref)
        if event.what in ("CREATED", "RESTORED"):
            assert str(event.uid) not in documents
            documents[str(event.uid)] = True
        elif event.what == "DELETED":
            del documents[str(event.uid)]
        elif event.what == "RELATED":
            assert edge not in edges
            edges.add(edge)
        elif event.what == "UNRELATED":
            edges.remove(edge)
    assert set(documents) == {str(uid) for uid in Entity.objects.values_list("uid", flat=True)}
    rows = Relation.objects.values_list("source__uid", "type", "target_ref")
    assert edges == {(str(uid), kind, target) for uid, kind, target in rows}


def add(folder: Folder) -> Callable[[], "subprocess.Popen[bytes]"]:
    file = folder.components("all.yaml", *(f"c{i}" for i in range(COUNT)))
    return lambda: start("portal", "catalog", "add", str(file), "--trusted", "--root", str(folder.path))


def test_a_writer_killed_in_the_middle_leaves_nothing_behind_and_the_next_one_does_it_all(
    folder: Folder,
) -> None:
    with stopped_in_the_middle(add(folder)) as (writer, _):
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert not Entity.objects.exists()
    assert history() == {"CREATED": 0, "CHANGED": 0, "RELATED": 0}

    assert folder.refresh().exit_code == 0

    assert Entity.objects.count() == COUNT + 1
    assert history() == {"CREATED": COUNT + 1, "CHANGED": 0, "RELATED": COUNT}
    assert_whole()


def test_a_reader_sees_the_old_or_the_new_and_never_a_mix_while_writers_are_killed(
    folder: Folder, bearer: Callable[..., Client], member: Account
) -> None:
    file = folder.components("all.yaml", *(f"c{i}" for i in range(COUNT)))
    assert folder.add().exit_code == 0
    file.write_text(file.read_text().replace("team-a", "team-b"))
    client, seen = bearer(member, "read"), []

    def look() -> None:
        entities = client.get("/api/catalog/entities", {"filter": "kind=component", "limit": 1000}).json()
        owners = {entity["spec"]["owner"] for entity in entities}
        related = {
            relation["targetRef"].rpartition("/")[2]
            for entity in entities for relation in entity["relations"] if relation["type"] == "ownedBy"
        }  # fmt: skip
        seen.append((len(entities), owners, related))

    command = ("portal", "catalog", "refresh", str(file))
    with stopped_in_the_middle(lambda: start(*command)) as (writer, _):
        look()
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    look()
    writer = start(*command)
    while writer.poll() is None:
        look()
    look()
    assert writer.returncode == 0
    old, new = (COUNT, {"team-a"}, {"team-a"}), (COUNT, {"team-b"}, {"team-b"})
    assert [each for each in seen if each not in (old, new)] == []
    assert (seen[0], seen[1], seen[-1]) == (old, old, new)
    assert_whole()


def test_a_writer_whose_connection_is_cut_fails_in_one_sentence_and_can_be_repeated(folder: Folder) -> None:
    with stopped_in_the_middle(add(folder)) as (writer, pid):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        _, errors = writer.communicate(timeout=180)
    assert writer.returncode != 0
    assert b"Traceback" not in errors
    assert not Entity.objects.exists()
    assert not Event.objects.exists()

    assert folder.refresh().exit_code == 0

    assert history() == {"CREATED": COUNT + 1, "CHANGED": 0, "RELATED": COUNT}
    assert_whole()


def test_eight_processes_on_the_same_entities_neither_fail_nor_deadlock(folder: Folder) -> None:
    folder.components(FILES[0], *(f"c{i}" for i in range(50)))
    folder.components(FILES[1], *(f"c{i}" for i in range(25, 75)))
    before = deadlocks()
    racers = [start("tests.catalog.history.racer", str(folder.path), str(seed), "12") for seed in range(8)]
    outcomes = [(racer.communicate(timeout=300)[1], racer.returncode) for racer in racers]
    assert [(errors.decode()[-2000:], code) for errors, code in outcomes if code] == []
    assert deadlocks() == before
    assert_whole()
    for name in FILES:
        if Location.objects.filter(target=str(folder.path / name)).exists():
            assert folder.refresh(name).exit_code == 0
    assert_whole()


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database "
            "WHERE datname = current_database()"
        )
        return int(cursor.fetchone()[1])
