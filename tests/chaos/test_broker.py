"""A real broker that is killed, real Celery workers that are told to stop: nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from portal.stack.errors import StackError
from portal.stack.valkey import EmbeddedValkey, wheel_program
from scaffolder import tasks as celery_side
from scaffolder.models import Task
from scaffolder.running import wake
from tests.chaos.actions import PROVIDER
from tests.chaos.conftest import LEASE_SECONDS
from tests.chaos.provider import Provider
from tests.chaos.rig import CREATE, LAST, ROOT, WAIT, have_ended, is_at, wait_until
from tests.databases import database_url

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("promises"),
]

Process = subprocess.Popen[bytes]


@pytest.fixture
def valkey(tmp_path: Path) -> EmbeddedValkey:
    try:
        program = wheel_program()
    except StackError as error:
        pytest.skip(str(error))
    folder = Path(f"/tmp/portal-chaos-{os.getpid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    return EmbeddedValkey(program, folder, tmp_path / "broker.log")


@pytest.fixture
def broker(valkey: EmbeddedValkey) -> Iterator[Callable[[], Process]]:
    """Starts the broker, empty."""
    started: list[Process] = []

    def run() -> Process:
        command = valkey.service().command
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        wait_until(valkey.is_ready)
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()
    valkey.socket_file.unlink(missing_ok=True)
    valkey.sockets.rmdir()


@pytest.fixture
def celery(
    valkey: EmbeddedValkey,
    provider: Provider,
    settings: Any,
    tmp_path: Path,
) -> Iterator[Callable[[], Process]]:
    """Starts a Celery worker with its beat, in a process group of its own."""
    started: list[Process] = []
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": database_url(),
        "PORTAL_BROKER_URL": valkey.url,
        "PORTAL_GIT_ROOT": settings.GIT_ROOT,
        "PORTAL_HOME": str(settings.WORKSPACES.parent),
        "PORTAL_TASK_LEASE_SECONDS": LEASE_SECONDS,
        "PORTAL_TASK_HEARTBEAT_SECONDS": "1",
        "PORTAL_TASK_RECONCILE_SECONDS": "1",
        PROVIDER: provider.address,
    }

    def run() -> Process:
        command = [sys.executable, "-m", "celery", "-A", "tests.chaos.celery_app", "worker", "-B", "-c", "2"]
        command += ["-s", str(tmp_path / f"beat-{len(started)}"), "--loglevel", "ERROR"]
        command += ["--without-gossip", "--without-mingle"]
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(autouse=True)
def _real_messages(valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch) -> None:
    """Submitting wakes workers through the broker, as the portal does."""
    app = celery_side.wake.app
    monkeypatch.setattr(app.conf, "broker_url", valkey.url)
    app.pool.force_close_all()
    app.__dict__.pop("pool", None)
    monkeypatch.setattr(wake, "_wake", [lambda: celery_side.wake.apply_async(retry=False)])


def test_tasks_are_accepted_while_the_broker_is_dead_and_run_when_it_is_back(
    broker: Callable[[], Process],
    celery: Callable[[], Process],
    start: Callable[..., Task],
    provider: Provider,
) -> None:
    first = broker()
    celery()
    start(CREATE, name="before")
    wait_until(have_ended)
    first.kill()
    first.wait()
    for number in range(10):
        assert start(CREATE, name=f"n{number}").status == "open"
    broker()
    wait_until(have_ended)
    assert set(Task.objects.values_list("status", flat=True)) == {"completed"}
    assert len(provider.created()) == 11


def test_what_passes_through_the_broker_has_no_word_of_a_task_or_its_secrets(
    broker: Callable[[], Process],
    celery: Callable[[], Process],
    valkey: EmbeddedValkey,
    start: Callable[..., Task],
) -> None:
    broker()
    celery()
    client = redis.Redis(unix_socket_path=str(valkey.socket_file))
    with client.monitor() as monitor:
        task = start(CREATE, name="canary-of-a-name", secrets={"TOKEN": "canary-of-a-secret"})
        wait_until(have_ended)
        client.echo("the last")
        traffic = []
        while "the last" not in (said := monitor.next_command()["command"]):
            traffic.append(said)
    messages = [said for said in traffic if "scaffolder.wake" in said]
    kept = [str(client.dump(key)) for key in client.scan_iter()]
    task.refresh_from_db()
    assert (task.status, len(messages) > 0) == ("completed", True)
    assert "canary" not in f"{traffic}{kept}"


def test_a_celery_worker_that_is_told_to_stop_hands_its_tasks_over(
    broker: Callable[[], Process],
    celery: Callable[[], Process],
    start: Callable[..., Task],
    provider: Provider,
) -> None:
    broker()
    first = celery()
    wait = {**WAIT, "input": {"seconds": 10}}
    tasks = [start(wait, CREATE, LAST, name=f"n{number}") for number in range(2)]
    wait_until(lambda: all(is_at(task, "wait")() for task in tasks))
    first.send_signal(signal.SIGTERM)
    assert first.wait(300) == 0
    assert {task.status for task in Task.objects.all()} == {"open"}
    assert not provider.created()
    celery()
    wait_until(have_ended)
    assert {(task.status, task.fence) for task in Task.objects.all()} == {("completed", 2)}
    lines = [line.message for task in tasks for line in task.log_lines.all()]
    assert lines.count("Beginning step chaos:wait") == 2
    assert len(provider.created()) == 4
