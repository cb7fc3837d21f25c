"""Tasks under random `kill -9` of their workers: `python -m bench.scaffolder_kill --tasks 1000`.

Needs a PostgreSQL server in DATABASE_URL on which databases may be made. Each task has three steps: an effect
at a provider, a short wait, another effect. The provider keeps a ledger, which is compared with the tasks at
the end.
"""

import argparse
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from bench.database import own_database

TEMPLATE: dict[str, Any] = {
    "apiVersion": "scaffolder.backstage.io/v1beta3",
    "kind": "Template",
    "metadata": {"name": "kill"},
    "spec": {
        "type": "test",
        "parameters": {"properties": {"name": {"type": "string"}}},
        "steps": [
            {"id": "first", "action": "chaos:create", "input": {"name": "${{ parameters.name }}-first"}},
            {"id": "wait", "action": "chaos:wait", "input": {"seconds": 0.1}},
            {"id": "last", "action": "chaos:create", "input": {"name": "${{ parameters.name }}-last"}},
        ],
    },
}


def main() -> None:
    arguments = _arguments()
    with own_database("kill") as address, tempfile.TemporaryDirectory(prefix="portal-kill-") as home:
        os.environ.update(
            DATABASE_URL=address,
            DJANGO_SETTINGS_MODULE="portal.settings",
            PORTAL_HOME=home,
            PORTAL_GIT_ROOT=f"{home}/git",
            PORTAL_TASKS_QUEUED_PER_ACCOUNT="100000",
            PORTAL_TASKS_RUNNING_PER_ACCOUNT="1000",
            PORTAL_TASK_LEASE_SECONDS="5",
            PORTAL_TASK_HEARTBEAT_SECONDS="1",
            PORTAL_TASK_ATTEMPTS=str(arguments.attempts),
            PORTAL_BROKER_URL="redis://127.0.0.1:1/0",
            PORTAL_LOG_LEVEL="ERROR",
        )
        _run(arguments, Path(home))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between kills, on average")
    parser.add_argument("--attempts", type=int, default=10, help="PORTAL_TASK_ATTEMPTS")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _run(arguments: argparse.Namespace, home: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from scaffolder.extension_points import actions
    from tests.chaos.actions import ACTIONS
    from tests.chaos.provider import Provider
    from tests.chaos.rig import Workers

    call_command("migrate", verbosity=0)
    with actions.temporarily(*ACTIONS), Provider() as provider:
        began = time.monotonic()
        _submit(arguments.tasks, home)
        print(f"{arguments.tasks} tasks accepted in {time.monotonic() - began:.1f} s")
        workers = Workers({}, provider)
        try:
            kills, seconds = _hurt(workers, arguments)
        finally:
            workers.stop()
        _report(provider, home, kills=kills, seconds=seconds)


def _submit(count: int, home: Path) -> None:
    from catalog.services import register_location
    from portal.accounts.models import Account
    from portal.accounts.principal import SYSTEM, Principal
    from scaffolder.running import wake
    from scaffolder.services import run_template

    wake.set_wake(lambda: None)
    (home / "template.yaml").write_text(yaml.safe_dump(TEMPLATE, sort_keys=False))
    register_location(f"file:{home}/template.yaml", actor=SYSTEM, trusted=True)
    actor = Principal(account=Account.objects.create_user("kill", user_ref="user:default/kill"))
    for number in range(count):
        run_template("template:default/kill", {"name": f"n{number}"}, actor=actor)


def _hurt(workers: Any, arguments: argparse.Namespace) -> tuple[int, float]:
    """Kill a worker now and then and start another, until every task has ended."""
    from tests.chaos.rig import have_ended

    chance, kills, began = random.Random(arguments.seed), 0, time.monotonic()
    for _ in range(arguments.workers):
        workers.start()
    while not have_ended():
        time.sleep(chance.uniform(0.5, 1.5) * arguments.every)
        workers.kill_one(chance)
        kills += 1
        workers.start()
    return kills, time.monotonic() - began


def _report(provider: Any, home: Path, *, kills: int, seconds: float) -> None:
    from scaffolder.models import Task
    from scaffolder.running.worker import remove_ended_workspaces
    from tests.chaos.rig import broken_promises

    remove_ended_workspaces()
    tasks = list(Task.objects.all())
    states = Counter(task.status for task in tasks)
    claims = Counter(task.fence for task in tasks)
    took = sorted(
        (task.finished_at - task.started_at).total_seconds()
        for task in tasks
        if task.started_at and task.finished_at
    )
    print(f"ended: {sum(states.values())} ({dict(states)}) in {seconds:.0f} s under {kills} kills")
    made = provider.created()
    print(f"effects: {len(made)}, each once: {len(set(made)) == len(made)}")
    print(f"claims per task: {dict(sorted(claims.items()))}")
    print(f"from first claim to end: median {median(took):.1f} s, longest {took[-1]:.1f} s")
    broken = broken_promises(provider, home / "workspaces")
    print("nothing broken" if not broken else "\n".join(["BROKEN:", *broken]))
    shutil.rmtree(home / "workspaces", ignore_errors=True)
    if broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
