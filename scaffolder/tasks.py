"""Celery's side of the scaffolder: messages that wake, and the beat that finds what no message announced."""

from celery import shared_task
from celery.signals import worker_shutting_down

from scaffolder.authoring.dry_runs import remove_old_dry_runs
from scaffolder.running.lifecycle import end_unapproved_tasks
from scaffolder.running.stopping import stop_after_step
from scaffolder.running.wake import set_wake, wake_workers
from scaffolder.running.worker import has_claimable_tasks, remove_ended_workspaces, run_pending_tasks

AT_A_TIME_SECONDS = 300
"""How long one message keeps a worker; then another goes on, so that none meets Celery's time limit."""


@shared_task(name="scaffolder.wake", ignore_result=True)
def wake() -> None:
    """Run what is waiting."""
    run_pending_tasks(for_seconds=AT_A_TIME_SECONDS)
    if has_claimable_tasks():
        wake_workers()


@worker_shutting_down.connect
def _hand_over(**_: object) -> None:
    """The worker's children stop after the step they are at, and others go on with the tasks."""
    stop_after_step()


def reconcile() -> None:
    """Wake a worker if anything waits."""
    if has_claimable_tasks():
        wake_workers()


def clear_up() -> None:
    """What nobody approved in time ends; what ended tasks left goes."""
    end_unapproved_tasks()
    remove_old_dry_runs()
    remove_ended_workspaces()


set_wake(lambda: wake.apply_async(retry=False))
