"""Workers as processes that are started, stopped, frozen and killed; and what must hold after all of it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scaffolder.models import EffectRecord, Step, Task
from tests.chaos.actions import PROVIDER
from tests.chaos.provider import Provider

ROOT = Path(__file__).resolve().parents[2]
CREATE = {"id": "create", "action": "chaos:create", "input": {"name": "${{ parameters.name }}"}}
WAIT = {"id": "wait", "action": "chaos:wait", "input": {"seconds": 60}}
LAST = {"id": "last", "action": "chaos:create", "input": {"name": "${{ parameters.name }}-last"}}
Process = subprocess.Popen[bytes]


@dataclass
class Workers:
    """Only processes that it has started itself are ever signalled."""

    environment: Mapping[str, str]
    provider: Provider
    processes: list[Process] = field(default_factory=list)

    def start(self, **more: str) -> Process:
        """A worker that is ready to claim."""
        environment = {
            **os.environ,
            **self.environment,
            PROVIDER: self.provider.address,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            **more,
        }
        command = [sys.executable, "-m", "tests.chaos.worker"]
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
        )
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    def kill(self, process: Process) -> None:
        """The worker and all that it started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_one(self, chance: random.Random) -> None:
        running = [process for process in self.processes if process.poll() is None]
        if running:
            self.kill(chance.choice(running))

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGCONT)
                self.kill(process)
            if process.stdout is not None:
                process.stdout.close()


def wait_until(condition: Callable[[], bool], *, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def have_ended() -> bool:
    return not Task.objects.exclude(status__in=Task.ENDED).exists()


def broken_promises(provider: Provider, workspaces: Path) -> list[str]:
    """What does not hold that must: one end each, each effect once, states that agree, nothing left over."""
    broken = []
    open_tasks = Task.objects.exclude(status__in=Task.ENDED).count()
    if open_tasks:
        broken.append(f"{open_tasks} tasks have not ended")
    twice = [key for key, count in Counter(call.key for call in provider.created()).items() if count > 1]
    if twice:
        broken.append(f"made more than once: {twice}")
    made = {call.key for call in provider.created()} - {
        call.key for call in provider.ledger if call.verb == "delete"
    }
    recorded = EffectRecord.objects.filter(state__in=EffectRecord.LEFTOVERS)
    known = set(recorded.values_list("mark", flat=True))
    if made - known:
        broken.append(f"made but not recorded: {sorted(made - known)}")
    done = recorded.filter(task__status=Task.Status.COMPLETED).values_list("mark", flat=True)
    if set(done) - made:
        broken.append(f"completed without its effect: {sorted(set(done) - made)}")
    completed = Step.objects.filter(task__status=Task.Status.COMPLETED)
    unfinished = completed.exclude(status__in=(Step.Status.COMPLETED, Step.Status.SKIPPED)).count()
    if unfinished:
        broken.append(f"{unfinished} steps of completed tasks are not finished")
    if Task.objects.exclude(lease_until=None).exists() or Task.objects.exclude(secrets=b"").exists():
        broken.append("an ended task has a lease or a secret")
    ends = Counter(Task.objects.filter(log_lines__kind="completion").values_list("pk", flat=True))
    if any(count != 1 for count in ends.values()) or len(ends) != Task.objects.count():
        broken.append("a task has not exactly one end in its log")
    if workspaces.is_dir() and any(workspaces.iterdir()):
        broken.append(f"workspaces are left: {[folder.name for folder in workspaces.iterdir()]}")
    return broken


def is_at(task: Task, step: str) -> Callable[[], bool]:
    return lambda: task.steps.filter(step_id=step, status="processing").exists()


def ended(task: Task) -> Task:
    wait_until(have_ended)
    task.refresh_from_db()
    return task
