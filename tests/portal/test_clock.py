"""The clock wakes a worker only where something waits; a worker's connection outlives its tasks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery.signals import task_failure, task_prerun
from django.db import connection

from portal.celery import app
from portal.clock import Clock
from portal.extension.schedules import Schedule
from portal.extension_points import schedules


class Recorded(Clock):
    """The clock, with what it would send in a list; it needs no broker for that."""

    sent: list[str]
    producer = None  # type: ignore[assignment]

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **options: Any) -> Any:
        self.sent.append(entry.name)
        return type("Result", (), {"id": "1"})


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[Recorded]:
    found = Recorded(app, schedule_filename=str(tmp_path / "clock"), lazy=True)
    found.sent = []
    yield found


@pytest.mark.django_db
@pytest.mark.parametrize("waiting", ["something", "nothing", "unknown", "not asked"])
def test_a_worker_is_woken_unless_nothing_waits(clock: Recorded, waiting: str) -> None:
    ask = {"something": lambda: True, "nothing": lambda: False, "unknown": lambda: 1 / 0 > 1}.get(waiting)
    schedule = Schedule("tides", lambda: None, timedelta(minutes=1), waiting=ask)
    with schedules.temporarily(schedule, plugin="dummy"):
        clock.apply_entry(clock.Entry(name="dummy.tides", task="portal.run_scheduled", app=app))
    assert clock.sent == ([] if waiting == "nothing" else ["dummy.tides"])


def test_the_clock_rests_until_something_is_due_and_sends_it_then(clock: Recorded) -> None:
    clock.setup_schedule()
    minute: dict[str, Any] = {"task": "portal.run_scheduled", "app": app, "schedule": 60.0}
    now = datetime.now(UTC)
    clock.schedule = {"dummy.tides": clock.Entry(name="dummy.tides", last_run_at=now, **minute)}
    assert 0 < clock.tick() <= 60
    assert clock.sent == []
    earlier = now - timedelta(minutes=2)
    clock._heap = None  # type: ignore[attr-defined]
    clock.schedule = {"dummy.tides": clock.Entry(name="dummy.tides", last_run_at=earlier, **minute)}
    clock.tick()
    assert clock.sent == ["dummy.tides"]
    assert 0 < clock.tick() <= 60


@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_connection_until_the_database_closes_it() -> None:
    first = backend()
    task_prerun.send(sender=None)
    assert backend() == first
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    task_prerun.send(sender=None)
    assert backend() != first


@pytest.mark.django_db(transaction=True)
def test_what_an_interrupted_task_left_open_goes_with_its_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7)")
    task_failure.send(sender=None)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '60s'")
        cursor.execute("SELECT pg_advisory_lock(7), pg_advisory_unlock(7)")  # waits until the server noticed


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    return int(pid)
