"""What a worker does when it is woken: claim and run tasks until none is left; clear up after lost ones."""

import logging
import os
import shutil
import socket
import time
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from portal.database.prepared import Prepared
from scaffolder.models import Task
from scaffolder.running.leases import claim_task
from scaffolder.running.runner import run_claimed_task
from scaffolder.running.stopping import is_stopping

logger = logging.getLogger(__name__)


def run_pending_tasks(*, for_seconds: float | None = None) -> int:
    """Run what is waiting, one after the other; how many there were. After a while no other one is begun."""
    owner, count, begun = f"{socket.gethostname()}:{os.getpid()}", 0, time.monotonic()
    while not is_stopping() and (for_seconds is None or time.monotonic() - begun < for_seconds):
        lease = claim_task(owner)
        if lease is None:
            break
        run_claimed_task(lease)
        count += 1
    return count


CLAIMABLE = Prepared(
    lambda: Task.objects.filter(
        Q(status=Task.Status.OPEN)
        | Q(status=Task.Status.PROCESSING, lease_until__lt=Now())
        | Q(status=Task.Status.PARKED, due_at__lte=Now())
    ).values_list("pk")[:1]
)


def has_claimable_tasks() -> bool:
    """Whether a task is open, is to be looked at again, or has lost its worker."""
    return bool(CLAIMABLE())


def remove_ended_workspaces() -> int:
    """Remove the folders of tasks that have ended or are gone; how many there were."""
    root, removed = Path(settings.WORKSPACES), 0
    if not root.is_dir():
        return 0
    folders = {folder: uid for folder in root.iterdir() if (uid := _uid(folder.name))}
    kept = set(
        Task.objects.filter(uid__in=folders.values())
        .exclude(status__in=Task.ENDED)
        .values_list("uid", flat=True)
    )
    for folder, uid in folders.items():
        if uid not in kept:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _uid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
