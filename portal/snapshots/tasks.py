"""Celery's side of snapshots: a message that makes a worker look at a source before its turn."""

from celery import shared_task

from portal.snapshots.services import refresh_due_snapshots, set_wake
from portal.snapshots.sources import sources


@shared_task(name="portal.snapshots.refresh", ignore_result=True)
def refresh(source: str) -> None:
    """Fetch what is due of a source; one that is gone is a message from an older start."""
    if source in sources():
        refresh_due_snapshots(source)


set_wake(lambda source: refresh.apply_async((source,), retry=False))
