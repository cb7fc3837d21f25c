"""A worker that can be killed: `python -m tests.chaos.worker` runs what waits until it is told to stop."""

import time

import django

django.setup()

from scaffolder.extension_points import actions  # noqa: E402 - needs django.setup()
from scaffolder.running.stopping import is_stopping, stop_on_signals  # noqa: E402
from scaffolder.running.worker import run_pending_tasks  # noqa: E402
from tests.chaos.actions import ACTIONS  # noqa: E402


def main() -> None:
    for action in ACTIONS:
        actions.add(action, plugin="chaos")
    stop_on_signals()
    print("ready", flush=True)
    while not is_stopping():
        run_pending_tasks()
        time.sleep(0.05)


main()
