"""Celery's side of the scaffolder: messages that wake, and the beat that finds what no message announced."""

from celery import shared_task

from scaffolder.wake import set_wake
from scaffolder.worker import has_claimable_tasks, remove_ended_workspaces, run_pending_tasks


@shared_task(name="scaffolder.wake", ignore_result=True)
def wake() -> None:
    """Run what is waiting."""
    run_pending_tasks()


@shared_task(name="scaffolder.reconcile", ignore_result=True)
def reconcile() -> None:
    """Wake a worker if anything waits; clear up what ended tasks left."""
    if has_claimable_tasks():
        wake.apply_async(retry=False)
    remove_ended_workspaces()


def _send_wake() -> None:
    wake.apply_async(retry=False)


set_wake(_send_wake)
