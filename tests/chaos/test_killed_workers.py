"""Workers die, freeze and stop in the worst moments: every task ends once, every effect happens once."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from scaffolder.models import Task
from tests.chaos.provider import Provider
from tests.chaos.rig import CREATE, LAST, WAIT, Workers, ended, have_ended, is_at, wait_until
from tests.scaffolder.conftest import LOG

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("promises"),
]


def test_another_worker_goes_on_at_the_step_that_was_running(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    task = start(CREATE, LOG, {**WAIT, "input": {"seconds": 5}}, LAST)
    first = workers.start()
    wait_until(is_at(task, "wait"))
    workers.kill(first)
    workers.start()
    assert ended(task).status == "completed"
    lines = [line.message for line in task.log_lines.all()]
    assert lines.count("Beginning step chaos:create") == 2  # create and last, once each
    assert lines.count("Beginning step chaos:wait") == 2
    assert [call.name for call in provider.created()] == ["a", "a-last"]


def test_a_worker_that_died_after_the_effect_finds_its_own(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    task = start(CREATE)
    provider.assassinations, provider.is_idempotent = 1, False
    first = workers.start()
    assert first.wait(300) == -signal.SIGKILL
    assert task.effects.get().state == "intended"
    workers.start()
    assert ended(task).status == "completed"
    assert (len(provider.created()), task.effects.get().state) == (1, "done")


def test_a_worker_that_died_before_the_step_was_recorded(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    task = start(CREATE)
    provider.is_idempotent = False
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN IF NEW.status = 'completed' THEN PERFORM pg_sleep(3); END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER slow BEFORE UPDATE ON scaffolder_step FOR EACH ROW EXECUTE FUNCTION slow()"
        )
    try:
        first = workers.start()
        wait_until(lambda: of_sleeping("pid") != [])
        workers.kill(first)
        assert of_sleeping("pg_terminate_backend(pid)") == [(True,)]  # nor does its server finish it
        wait_until(lambda: of_sleeping("pid") == [])
        task.refresh_from_db()
        assert task.status == "processing"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER slow ON scaffolder_step; DROP FUNCTION slow()")
    workers.start()
    assert ended(task).status == "completed"
    assert len(provider.created()) == 1


def of_sleeping(what: str) -> list[Any]:
    """Something of each connection to this database that is inside of pg_sleep."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {what} FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event = 'PgSleep'"
        )
        return cursor.fetchall()


def test_a_frozen_worker_wakes_too_late_and_changes_nothing(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    task = start({**WAIT, "input": {"seconds": 5, "deaf": True}}, CREATE)
    zombie = workers.start()
    wait_until(is_at(task, "wait"))
    os.killpg(zombie.pid, signal.SIGSTOP)
    second = workers.start()
    assert ended(task).status == "completed"
    before = list(task.log_lines.values_list("pk", flat=True))
    workers.kill(second)
    os.killpg(zombie.pid, signal.SIGCONT)
    assert ended(start(name="b")).status == "completed"  # by the zombie, once it is back from its step
    assert zombie.poll() is None
    task.refresh_from_db()
    assert (task.status, task.fence) == ("completed", 2)
    assert list(task.log_lines.values_list("pk", flat=True)) == before
    assert [call.name for call in provider.created()] == ["a", "b"]


def test_a_call_of_a_frozen_worker_comes_too_late_and_makes_nothing(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    """It has written its intent and wakes after another one has done it: its call carries the same key."""
    task = start({**CREATE, "input": {"name": "a", "hesitate": 5}}, LAST)
    zombie = workers.start()
    wait_until(lambda: task.effects.filter(state="intended").exists())
    os.killpg(zombie.pid, signal.SIGSTOP)
    second = workers.start()
    assert ended(task).status == "completed"
    workers.kill(second)
    os.killpg(zombie.pid, signal.SIGCONT)
    wait_until(lambda: bool(provider.repeated))
    assert provider.repeated == [provider.created("a")[0].key]
    assert [call.name for call in provider.created()] == ["a", "a-last"]
    task.refresh_from_db()
    assert (task.status, task.fence) == ("completed", 2)


@pytest.mark.parametrize("poison", ["die", "devour"])
def test_a_poisonous_task_ends_and_the_queue_moves_on(
    start: Callable[..., Task], workers: Workers, provider: Provider, poison: str
) -> None:
    bad = start({**CREATE, "if": "${{ parameters.name != 'bad' }}"},
                {"id": "p", "action": f"chaos:{poison}", "if": "${{ parameters.name == 'bad' }}"},
                name="bad")  # fmt: skip
    good = start(name="good")
    died = 0
    process = workers.start()
    while not have_ended():
        if process.poll() is not None:
            died += 1
            process = workers.start()
        time.sleep(0.05)
        assert died <= 3
    bad.refresh_from_db()
    good.refresh_from_db()
    assert good.status == "completed"
    assert bad.status == "failed"
    if poison == "die":
        assert (died, bad.error) == (3, "worker lost 3 times in a row")
    else:
        assert (died, bad.fence) == (0, 1)
        assert "failed unexpectedly" in bad.error


def test_a_worker_that_is_told_to_stop_hands_its_task_over(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    task = start({**WAIT, "input": {"seconds": 5}}, CREATE, LAST)
    first = workers.start()
    wait_until(is_at(task, "wait"))
    first.send_signal(signal.SIGTERM)
    assert first.wait(300) == 0
    task.refresh_from_db()
    assert (task.status, task.lease_until, task.attempts) == ("open", None, 0)
    workers.start()
    assert ended(task).status == "completed"
    assert [line.message for line in task.log_lines.all()].count("Beginning step chaos:wait") == 1
    assert len(provider.created()) == 2


def test_a_worker_with_a_wrong_clock_takes_nobody_s_task(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    task = start({**WAIT, "input": {"seconds": 5}}, CREATE)
    workers.start(PORTAL_TASK_LEASE_SECONDS="120")
    wait_until(is_at(task, "wait"))
    workers.start(PYTHONPATH=str(Path(__file__).parent / "skewed"))
    assert ended(task).status == "completed"
    assert task.fence == 1
    assert len(provider.created()) == 1


def test_tasks_that_are_hurt_at_random_all_end_with_each_effect_once(
    start: Callable[..., Task], workers: Workers, provider: Provider, settings: Any
) -> None:
    """The short form of bench/scaffolder_kill.py."""
    settings.TASKS_QUEUED_PER_ACCOUNT = 100
    never_given_up = {"PORTAL_TASK_ATTEMPTS": "10"}  # chance may hit one of them three times in a row
    for number in range(30):
        start(CREATE, {**WAIT, "input": {"seconds": 0.2}}, LAST, name=f"n{number}")
    chance = random.Random(7)
    for _ in range(3):
        workers.start(**never_given_up)
    for _ in range(6):
        time.sleep(1)
        workers.kill_one(chance)
        workers.start(**never_given_up)
    wait_until(have_ended)
    assert set(Task.objects.values_list("status", flat=True)) == {"completed"}
    assert len(provider.created()) == 60


def test_without_a_broker_tasks_are_accepted_and_run(
    start: Callable[..., Task], workers: Workers, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message that wakes workers goes to an address where nobody listens."""
    from scaffolder import tasks as celery_side
    from scaffolder.running import wake

    monkeypatch.setattr(celery_side.wake.app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(wake, "_wake", [lambda: celery_side.wake.apply_async(retry=False)])
    task = start(CREATE)
    assert task.status == "open"
    workers.start()
    assert ended(task).status == "completed"
