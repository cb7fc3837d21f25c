"""A worker's whole process is killed in the middle of a task; another one takes over."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.integrations.git import GitHost
from scaffolder.models import Task
from scaffolder.services import run_template
from tests.databases import database_url
from tests.scaffolder.conftest import DESCRIPTOR, PUBLISHING

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start_worker(settings: Any) -> Callable[[], "subprocess.Popen[bytes]"]:
    """A process that works on what waits, with short leases."""
    address = database_url()
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "PORTAL_GIT_ROOT": settings.GIT_ROOT,
        "PORTAL_HOME": str(settings.WORKSPACES.parent),
        "PORTAL_TASK_LEASE_SECONDS": "2",
        "PORTAL_TASK_HEARTBEAT_SECONDS": "1",
    }
    command = [sys.executable, "-m", "portal", "task", "work"]
    return lambda: subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.system
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_s_task_goes_on_where_it_was(
    make_template: Callable[..., Entity],
    member: Account,
    git_host: GitHost,
    log: Callable[[Task], list[str]],
    start_worker: Callable[[], "subprocess.Popen[bytes]"],
) -> None:
    long = {
        "id": "long",
        "action": "debug:log",
        "each": "${{ range(1000) | list }}",
        "input": {"message": "${{ each.value }}"},
    }
    fetch, publish, register = PUBLISHING
    make_template(fetch, publish, long, register, files={"skeleton/catalog-info.yaml": DESCRIPTOR})
    task = run_template("template:default/service", {"name": "cart"}, actor=Principal(account=member))

    first = start_worker()
    wait_until(lambda: task.steps.filter(step_id="long", status="processing").exists())
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    commit = git_host.head("default", "cart")
    task.refresh_from_db()
    assert task.status == "processing"

    wait_until(lambda: start_worker().wait() == 0 and Task.objects.filter(status="completed").exists())

    task.refresh_from_db()
    assert (task.fence, task.error) == (2, "")
    lines = log(task)
    assert lines.count("Finished step Create the repository") == 1
    assert lines.count("Beginning step debug:log") == 2
    assert git_host.head("default", "cart") == commit
    assert Entity.objects.filter(ref="component:default/cart").count() == 1
    assert not (git_host.root.parent / "workspaces" / str(task.uid)).exists()
