"""Processes that race for tasks: `python -m tests.chaos.racers 20` starts so many, which begin together.

Each claims and ends one task after the other, and prints what it has claimed.
"""

import os
import sys
import time

import django

django.setup()

from django.db import connections  # noqa: E402 - needs django.setup()

from scaffolder.models import Task  # noqa: E402
from scaffolder.running.leases import claim_task, end_task, holding  # noqa: E402

WORK_SECONDS = 0.02


def race(name: str, start: int) -> None:
    os.read(
        start, 1
    )  # nothing is written: it returns when the last of those who hold the other end closes it
    claimed = []
    while lease := claim_task(name):
        claimed.append(str(lease.task_uid))
        time.sleep(WORK_SECONDS)  # turns go by how many tasks of an account are running
        with holding(lease) as task:
            end_task(task, Task.Status.COMPLETED)
    sys.stdout.write(f"{name} {' '.join(claimed)}\n")
    sys.stdout.flush()


def main(count: int) -> int:
    """Forked of one process, so that only one has to import the portal."""
    connections.close_all()
    start, barrier = os.pipe()
    children = []
    for number in range(count):
        child = os.fork()
        if not child:
            os.close(barrier)
            race(f"racer-{number}", start)
            os._exit(0)
        children.append(child)
    os.close(barrier)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
