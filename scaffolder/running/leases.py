"""Claiming tasks and writing as their holder: leases in the database's time, a fence on every write."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from scaffolder.models import EffectRecord, LogLine, Step, Task
from scaffolder.secrets.redaction import redacted, redacted_json

CHANNEL = "portal_task"
"""NOTIFY on this channel carries the uid of a task that has something new."""

MAX_MESSAGE = 10_000
WORKER_LOST = "worker lost"

# The oldest open task, or one whose lease ran out, of the account with the fewest running ones: nobody's
# queue is everybody's. What has priority goes first. Rows that another worker is claiming are passed over.
NEXT = """
    WITH running AS (
        SELECT account_id, count(*) AS tasks FROM scaffolder_task
         WHERE status = 'processing' AND lease_until >= now() GROUP BY account_id
    )
    SELECT task.id FROM scaffolder_task task LEFT JOIN running USING (account_id)
     WHERE (task.status = 'open' AND coalesce(running.tasks, 0) < %s)
        OR (task.status = 'processing' AND task.lease_until < now())
     ORDER BY task.priority DESC, coalesce(running.tasks, 0), task.created_at, task.id
     LIMIT 1 FOR UPDATE OF task SKIP LOCKED
"""

# One statement, since a log is written line by line; in the database's time, so that lines of workers whose
# clocks differ are in order.
SAY = """
    WITH line AS (
        INSERT INTO scaffolder_logline (task_id, step_id, at, level, message, kind, status)
        VALUES (%(task)s, %(step_id)s, clock_timestamp(), %(level)s, %(message)s, %(kind)s, %(status)s)
    )
    UPDATE scaffolder_task SET log_bytes = %(log_bytes)s WHERE id = %(task)s
"""
# A task's row is locked at each write. Of its columns only those are read that every write needs; the others
# are there when they are asked for. In the order of the model.
LOCKED = ("id", "uid", "status", "secrets", "cancel_requested", "fence", "attempts", "log_bytes")
LOCK = f"""
    SELECT {", ".join(LOCKED)} FROM scaffolder_task
     WHERE id = %s AND fence = %s AND status = 'processing' FOR UPDATE
"""  # noqa: S608 - names of ours


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one task until somebody else claims it."""

    task_id: int
    task_uid: uuid.UUID
    fence: int


class LeaseLost(Exception):
    """Somebody else has the task, or it has ended: whoever gets this stops and writes nothing."""


class CancelRequested(Exception):
    """The task is to be cancelled; its holder stops before the next effect and says so."""


def claim_task(owner: str) -> Lease | None:
    """The next task to work on, claimed for `owner`; None when there is none.

    A task that was claimed too often already (its workers died) is ended instead, and the next one looked at.
    """
    while True:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(NEXT, [settings.TASKS_RUNNING_PER_ACCOUNT])
                row = cursor.fetchone()
            if row is None:
                return None
            task = Task.objects.only(*LOCKED, "started_at").get(pk=row[0])
            if task.cancel_requested:
                end_task(task, Task.Status.CANCELLED)
                continue
            if task.attempts >= settings.TASK_ATTEMPTS:
                end_task(task, Task.Status.FAILED, error=f"{WORKER_LOST} {task.attempts} times in a row")
                continue
            return _take(task, owner)


def _take(task: Task, owner: str) -> Lease:
    Task.objects.filter(pk=task.pk).update(
        status=Task.Status.PROCESSING,
        started_at=task.started_at or Now(),
        lease_owner=owner[:100],
        lease_until=Now() + timedelta(seconds=settings.TASK_LEASE_SECONDS),
        fence=task.fence + 1,
        attempts=task.attempts + 1,
    )
    notify(task.uid)
    return Lease(task.pk, task.uid, task.fence + 1)


def renew_lease(lease: Lease) -> bool:
    """Hold the task for another while. False when it is lost."""
    until = Now() + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    return bool(_held(lease).update(lease_until=until))


def is_cancelled(lease: Lease) -> bool:
    """Whether the task is to be cancelled. Raises LeaseLost."""
    flag = _held(lease).values_list("cancel_requested", flat=True).first()
    if flag is None:
        raise LeaseLost
    return flag


def give_back(lease: Lease) -> None:
    """Let the next worker go on at once; the claim does not count as an attempt. Raises LeaseLost."""
    with holding(lease, even_cancelled=True) as task:
        task.status, task.lease_owner, task.lease_until = Task.Status.OPEN, "", None
        task.attempts = max(0, task.attempts - 1)
        task.save(update_fields=["status", "lease_owner", "lease_until", "attempts"])


def _held(lease: Lease) -> QuerySet[Task]:
    return Task.objects.filter(pk=lease.task_id, fence=lease.fence, status=Task.Status.PROCESSING)


@contextmanager
def holding(lease: Lease, *, even_cancelled: bool = False) -> Iterator[Task]:
    """A transaction in which the task's row is locked and still ours; viewers are told when it commits.

    Raises LeaseLost, and CancelRequested unless `even_cancelled`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [lease.task_id, lease.fence])
            row = cursor.fetchone()
        if row is None:
            raise LeaseLost
        task = Task.from_db("default", LOCKED, row)
        if task.cancel_requested and not even_cancelled:
            raise CancelRequested
        yield task
        notify(task.uid)


def write_log(
    task: Task,
    message: str,
    *,
    step_id: str = "",
    level: str = LogLine.Level.INFO,
    kind: str = LogLine.Kind.LOG,
    status: str = "",
) -> None:
    """Add a line to the log of a task whose row is locked; beyond the log's limit, one line says so.

    Lines that tell how a step or the task ended are written in any case: viewers wait for them.
    """
    text = redacted(task, message).replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:MAX_MESSAGE]
    limit = settings.TASK_LOG_BYTES
    tells = bool(status) or kind != LogLine.Kind.LOG
    if task.log_bytes >= limit and not tells:
        return
    was_full = task.log_bytes >= limit
    task.log_bytes += len(text.encode())
    if task.log_bytes >= limit and not was_full and not tells:
        text, level = f"The log ends here: it has {limit} bytes.", LogLine.Level.WARNING
    values = {"step_id": step_id, "level": level, "message": text, "kind": kind, "status": status}
    with connection.cursor() as cursor:
        cursor.execute(SAY, {"task": task.pk, "log_bytes": task.log_bytes, **_texts(values)})


def _texts(values: dict[str, Any]) -> dict[str, str]:
    """Members of enumerations as the texts that they are."""
    return {name: str(value) for name, value in values.items()}


def end_task(
    task: Task, status: Task.Status, *, error: str = "", output: dict[str, Any] | None = None
) -> None:
    """End a task whose row is locked: its unfinished steps too; the lease is given back, the secrets go."""
    error = redacted(task, error)[:MAX_MESSAGE]
    said = json.dumps(redacted_json(task, output or {}), ensure_ascii=False)
    task.status, task.error = status, error
    Task.objects.filter(pk=task.pk).update(
        status=status, error=error, output=said, lease_owner="", lease_until=None, finished_at=Now()
    )
    steps = Step.objects.filter(task=task)
    if status != Task.Status.COMPLETED:
        running = Step.Status.CANCELLED if status == Task.Status.CANCELLED else Step.Status.FAILED
        steps.filter(status=Step.Status.PROCESSING).update(
            status=running, error=task.error, finished_at=Now()
        )
        steps.filter(status=Step.Status.OPEN).update(status=Step.Status.CANCELLED)
    if status != Task.Status.COMPLETED:
        _name_leftovers(task)
    level = LogLine.Level.ERROR if status == Task.Status.FAILED else LogLine.Level.INFO
    because = f": {error}" if error else ""
    message = f"Run completed with status: {status.value}{because}"
    write_log(task, message, level=level, kind=LogLine.Kind.COMPLETION)
    if task.secrets:
        task.secrets = b""
        task.save(update_fields=["secrets"])
    notify(task.uid)


def _name_leftovers(task: Task) -> None:
    left = EffectRecord.objects.filter(task=task, state__in=EffectRecord.LEFTOVERS)
    if names := "; ".join(str(record) for record in left):
        write_log(task, f"Left behind: {names}. Undo takes back what can be.", level=LogLine.Level.WARNING)


def notify(uid: uuid.UUID) -> None:
    """Tell whoever follows the task, when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(uid)])
