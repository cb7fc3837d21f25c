"""Twenty processes race for a thousand tasks: each is claimed once, and every account has its turn."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.models import Task
from scaffolder.services import run_template
from tests.chaos.rig import ROOT
from tests.databases import database_url
from tests.scaffolder.conftest import LOG

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]

PROCESSES, TASKS, ACCOUNTS = 20, 1000, 4


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database"
            " WHERE datname = current_database()"
        )
        return int(cursor.fetchone()[1])


@pytest.fixture
def waiting(make_template: Callable[..., Entity], make_account: Callable[..., Account]) -> None:
    """A queue in which everything of one account comes before everything of the next."""
    make_template(LOG)
    for number in range(ACCOUNTS):
        account = make_account(f"racer-{number}")
        task = run_template("template:default/service", {"name": "a"}, actor=Principal(account=account))
        for _ in range(TASKS // ACCOUNTS - 1):
            task.pk, task.uid = None, None
            task._state.adding = True
            task.uid = Task._meta.get_field("uid").get_default()
            task.save()


def test_each_task_is_claimed_once_and_every_account_has_its_turn(waiting: None) -> None:
    before = deadlocks()
    environment: dict[str, Any] = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, "-m", "tests.chaos.racers", str(PROCESSES)]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    claimed = [uid for line in done.stdout.splitlines() for uid in line.split()[1:]]
    assert (len(claimed), len(set(claimed))) == (TASKS, TASKS)
    assert set(Task.objects.values_list("status", "fence")) == {("completed", 1)}
    assert deadlocks() == before
    half = Task.objects.order_by("started_at").values_list("account_id", flat=True)[: TASKS // 2]
    turns = Counter(half)
    assert len(turns) == ACCOUNTS
    assert all(abs(count - TASKS / 2 / ACCOUNTS) < 100 for count in turns.values()), turns
