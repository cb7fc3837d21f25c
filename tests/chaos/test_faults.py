"""Workers die, freeze and stop in the worst moments: every task ends once, every effect happens once."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.extension_points import actions
from scaffolder.models import Task
from scaffolder.running.lifecycle import cancel_task, undo_task
from scaffolder.running.worker import remove_ended_workspaces
from scaffolder.services import run_template
from tests.chaos.actions import ACTIONS
from tests.chaos.provider import Provider
from tests.chaos.rig import Workers, broken_promises, have_ended, wait_until
from tests.databases import database_url
from tests.scaffolder.conftest import LOG, _no_broker, _own_folders, make_template  # noqa: F401 - fixtures

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]

CREATE = {"id": "create", "action": "chaos:create", "input": {"name": "${{ parameters.name }}"}}
WAIT = {"id": "wait", "action": "chaos:wait", "input": {"seconds": 60}}
LAST = {"id": "last", "action": "chaos:create", "input": {"name": "${{ parameters.name }}-last"}}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture
def workers(provider: Provider, settings: Any) -> Iterator[Workers]:
    environment = {
        "DATABASE_URL": database_url(),
        "PORTAL_GIT_ROOT": settings.GIT_ROOT,
        "PORTAL_HOME": str(settings.WORKSPACES.parent),
        "PORTAL_TASK_LEASE_SECONDS": "3",
        "PORTAL_TASK_HEARTBEAT_SECONDS": "1",
        "PORTAL_TASKS_RUNNING_PER_ACCOUNT": "100",
    }
    workers = Workers(environment, provider)
    yield workers
    workers.stop()


@pytest.fixture
def start(make_template: Callable[..., Entity], member: Account) -> Iterator[Callable[..., Task]]:  # noqa: F811
    """Submit a task with these steps; the template is made with the first."""

    def submit(*steps: dict[str, Any], name: str = "a", **more: Any) -> Task:
        if not Entity.objects.filter(ref="template:default/service").exists():
            make_template(*steps)
        actor = Principal(account=member)
        return run_template("template:default/service", {"name": name}, actor=actor, **more)

    with actions.temporarily(*ACTIONS):
        yield submit


@pytest.fixture(autouse=True)
def _promises(provider: Provider, settings: Any) -> Iterator[None]:
    """Whatever a test does, this holds at its end."""
    yield
    remove_ended_workspaces()
    assert broken_promises(provider, settings.WORKSPACES) == []


def is_at(task: Task, step: str) -> Callable[[], bool]:
    return lambda: task.steps.filter(step_id=step, status="processing").exists()


def ended(task: Task) -> Task:
    wait_until(have_ended)
    task.refresh_from_db()
    return task


def test_another_worker_goes_on_at_the_step_that_was_running(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    task = start(CREATE, LOG, {**WAIT, "input": {"seconds": 3}}, LAST)
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
    assert first.wait(30) == -signal.SIGKILL
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
    task = start({**WAIT, "input": {"seconds": 1, "deaf": True}}, CREATE)
    zombie = workers.start()
    wait_until(is_at(task, "wait"))
    os.killpg(zombie.pid, signal.SIGSTOP)
    second = workers.start()
    assert ended(task).status == "completed"
    before = list(task.log_lines.values_list("pk", flat=True))
    workers.kill(second)
    os.killpg(zombie.pid, signal.SIGCONT)
    time.sleep(3)
    assert zombie.poll() is None
    task.refresh_from_db()
    assert (task.status, task.fence) == ("completed", 2)
    assert list(task.log_lines.values_list("pk", flat=True)) == before
    assert len(provider.created()) == 1


def test_workers_that_race_claim_each_task_once(
    start: Callable[..., Task], workers: Workers, provider: Provider, settings: Any
) -> None:
    settings.TASKS_QUEUED_PER_ACCOUNT = 200
    tasks = [start(CREATE, name=f"n{number}") for number in range(60)]
    for _ in range(6):
        workers.start()
    wait_until(have_ended, seconds=120)
    assert {task.fence for task in Task.objects.all()} == {1}
    assert sorted(call.name for call in provider.created()) == sorted(f"n{n}" for n in range(len(tasks)))


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


def test_cancelling_at_any_moment_gives_one_end_that_agrees_with_the_effects(
    start: Callable[..., Task], workers: Workers, provider: Provider, member: Account
) -> None:
    chance, actor = random.Random(12), Principal(account=member)
    for _ in range(3):
        workers.start()
    tasks = []
    for number in range(30):
        task = start(CREATE, {**WAIT, "input": {"seconds": 0.1}}, LAST, name=f"n{number}")
        tasks.append(task)
        time.sleep(chance.random() * 0.3)
        cancel_task(task.uid, actor=actor)
    wait_until(have_ended, seconds=120)
    made = len(provider.ledger)
    time.sleep(1)
    assert len(provider.ledger) == made
    for task in Task.objects.all():
        effects = set(task.effects.exclude(state="intended").values_list("target", flat=True))
        names = {f"thing {call.name}" for call in provider.created() if str(task.uid) in call.key}
        assert effects == names
        if task.status == "completed":
            assert len(names) == 2
        else:
            said = [line.message for line in task.log_lines.filter(message__startswith="Left behind")]
            assert bool(said) == bool(names)


def test_a_worker_that_is_told_to_stop_hands_its_task_over(
    start: Callable[..., Task], workers: Workers, provider: Provider
) -> None:
    task = start({**WAIT, "input": {"seconds": 1}}, CREATE, LAST)
    first = workers.start()
    wait_until(is_at(task, "wait"))
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
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
    workers.start()
    wait_until(is_at(task, "wait"))
    workers.start(PYTHONPATH=str(Path(__file__).parent / "skewed"))
    assert ended(task).status == "completed"
    assert task.fence == 1
    assert len(provider.created()) == 1


def test_what_could_not_be_cleaned_up_is_named_until_it_is(
    start: Callable[..., Task], workers: Workers, provider: Provider, member: Account
) -> None:
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    task = start(CREATE, LAST, fail)
    workers.start()
    assert ended(task).status == "failed"
    provider.refused_deletions = 3
    actor = Principal(account=member)
    for left in (
        "Clean-up needed: create thing a-last (the provider answers 500); "
        "create thing a (the provider answers 500)",
        "Clean-up needed: create thing a-last (the provider answers 500)",
    ):
        undo_task(task.uid, actor=actor)
        task = ended(task)
        assert (task.status, task.error) == ("failed", left)
    undo_task(task.uid, actor=actor)
    task = ended(task)
    assert (task.status, task.error, provider.things) == ("cancelled", "", {})
    assert [call.verb for call in provider.ledger] == ["create", "create", "delete", "delete"]


@pytest.mark.parametrize("deaf", [False, True])
def test_a_step_that_is_cancelled_ends_within_ten_seconds(
    start: Callable[..., Task], workers: Workers, provider: Provider, member: Account, deaf: bool
) -> None:
    task = start(CREATE, {**WAIT, "input": {"seconds": 60, "deaf": deaf}}, LAST)
    workers.start()
    wait_until(is_at(task, "wait"))
    cancel_task(task.uid, actor=Principal(account=member))
    wait_until(have_ended, seconds=10)
    task.refresh_from_db()
    assert task.status == "cancelled"
    assert [call.name for call in provider.created()] == ["a"]
    assert "Left behind: create thing a." in task.log_lines.order_by("-id")[1].message


def test_a_cancelled_call_outside_is_listed_whether_or_not_it_happened(
    start: Callable[..., Task], workers: Workers, provider: Provider, member: Account
) -> None:
    task = start(CREATE, LAST)
    provider.pause = 20
    workers.start()
    wait_until(lambda: bool(provider.created()))
    cancel_task(task.uid, actor=Principal(account=member))
    wait_until(have_ended, seconds=10)
    task.refresh_from_db()
    assert (task.status, task.effects.get().state) == ("cancelled", "intended")
    assert [call.name for call in provider.created()] == ["a"]


def test_a_step_that_takes_too_long_ends_its_task(start: Callable[..., Task], workers: Workers) -> None:
    task = start({**WAIT, "timeout": 1, "input": {"seconds": 60, "deaf": True}})
    workers.start()
    assert ended(task).status == "failed"
    assert task.error == "Step wait: it took longer than the 1 s that it may take."


def test_tasks_that_are_hurt_at_random_all_end_with_each_effect_once(
    start: Callable[..., Task], workers: Workers, provider: Provider, settings: Any
) -> None:
    """The short form of bench/scaffolder_kill.py."""
    settings.TASKS_QUEUED_PER_ACCOUNT = 100
    for number in range(30):
        start(CREATE, {**WAIT, "input": {"seconds": 0.2}}, LAST, name=f"n{number}")
    chance = random.Random(7)
    for _ in range(3):
        workers.start()
    for _ in range(6):
        time.sleep(1)
        workers.kill_one(chance)
        workers.start()
    wait_until(have_ended, seconds=120)
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
