"""Claiming tasks and writing as their holder: leases in the database's time, a fence on every write."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from portal.database import ask
from scaffolder.models import EffectRecord, LogLine, Step, Task
from scaffolder.running.telling import tell_of_end
from scaffolder.secrets.redaction import redacted

CHANNEL = "portal_task"
"""NOTIFY on this channel carries the uid of a task that has something new."""

MAX_MESSAGE = 10_000
WORKER_LOST = "worker lost"

# The oldest task that is open, is to be looked at again, or whose lease ran out, of the account with the
# fewest running ones, and of those the one that waits longest since a task of its own was started: nobody's
# queue is everybody's, even where one worker runs one task after the other. What has priority goes first.
# Rows that another worker is claiming are passed over.
CLAIM = """
    WITH asking AS MATERIALIZED (
        SELECT account_id,
               count(*) FILTER (WHERE status = 'processing' AND lease_until >= statement_timestamp())
                   AS running,
               (SELECT max(started_at) FROM scaffolder_task WHERE account_id = task.account_id) AS served
          FROM scaffolder_task task
         WHERE status IN ('open', 'processing') OR status = 'parked' GROUP BY account_id
    ), next AS MATERIALIZED (
        SELECT task.id, task.status AS was FROM scaffolder_task task JOIN asking USING (account_id)
         WHERE (task.status = 'open' AND asking.running < %(running)s::bigint)
            OR (task.status = 'processing' AND task.lease_until < statement_timestamp())
            OR (task.status = 'parked' AND task.due_at <= statement_timestamp()
                AND asking.running < %(running)s::bigint)
         ORDER BY task.priority DESC, asking.running, asking.served NULLS FIRST, task.created_at, task.id
         LIMIT 1 FOR UPDATE OF task SKIP LOCKED
    )
    UPDATE scaffolder_task task
       SET status = 'processing', started_at = coalesce(task.started_at, statement_timestamp()),
           lease_owner = %(owner)s::text, fence = task.fence + 1, attempts = task.attempts + 1,
           lease_until = statement_timestamp() + make_interval(secs => %(seconds)s::float8)
      FROM next WHERE task.id = next.id
    RETURNING task.id, task.uid, task.fence, next.was, task.attempts, task.cancel_requested,
              pg_notify(%(channel)s::text, task.uid::text)
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
    was: str = Task.Status.OPEN
    """What the task was before: still `processing` where its worker was lost."""


class LeaseLost(Exception):
    """Somebody else has the task, or it has ended: whoever gets this stops and writes nothing."""


class CancelRequested(Exception):
    """The task is to be cancelled; its holder stops before the next effect and says so."""


def claim_task(owner: str) -> Lease | None:
    """The next task to work on, claimed for `owner`; None when there is none.

    A task that was claimed too often already (its workers died) is ended instead, and the next one looked at.
    """
    while True:
        values = {
            "running": settings.TASKS_RUNNING_PER_ACCOUNT,
            "owner": owner[:100],
            "seconds": settings.TASK_LEASE_SECONDS,
            "channel": CHANNEL,
        }
        rows = ask(CLAIM, values)
        if not rows:
            return None
        pk, uid, fence, was, attempts, is_cancelled, _ = rows[0]
        lease = Lease(pk, uid, fence, was)
        if not is_cancelled and attempts <= settings.TASK_ATTEMPTS:
            return lease
        with suppress(LeaseLost), holding(lease, even_cancelled=True) as task:
            if is_cancelled:
                end_task(task, Task.Status.CANCELLED)
            else:
                end_task(task, Task.Status.FAILED, error=f"{WORKER_LOST} {attempts - 1} times in a row")


def renew_lease(lease: Lease) -> None:
    """Hold the task for another while. Raises LeaseLost."""
    until = Now() + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    if not _held(lease).update(lease_until=until):
        raise LeaseLost


def is_cancelled(lease: Lease) -> bool:
    """Whether the task is to be cancelled. Raises LeaseLost."""
    flag = _held(lease).values_list("cancel_requested", flat=True).first()
    if flag is None:
        raise LeaseLost
    return flag


def give_back(task: Task) -> None:
    """Let the next worker go on at once with a task whose row is locked; the claim is not an attempt."""
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
    told = fitted(task, message, level=level, tells=bool(status) or kind != LogLine.Kind.LOG)
    if told is None:
        return
    values = {"step_id": step_id, "level": told[1], "message": told[0], "kind": kind, "status": status}
    with connection.cursor() as cursor:
        cursor.execute(SAY, {"task": task.pk, "log_bytes": task.log_bytes, **_texts(values)})


def fitted(task: Task, message: str, *, level: str, tells: bool) -> tuple[str, str] | None:
    """What of a line goes into the log, and its level; it is counted in `log_bytes`. None beyond the limit.

    One that tells how a step or the task ended goes there in any case.
    """
    text = redacted(task, message).replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:MAX_MESSAGE]
    limit = settings.TASK_LOG_BYTES
    if task.log_bytes >= limit and not tells:
        return None
    was_full = task.log_bytes >= limit
    task.log_bytes += len(text.encode())
    if task.log_bytes >= limit and not was_full and not tells:
        return f"The log ends here: it has {limit} bytes.", LogLine.Level.WARNING
    return text, level


def _texts(values: dict[str, Any]) -> dict[str, str]:
    """Members of enumerations as the texts that they are."""
    return {name: str(value) for name, value in values.items()}


def end_task(task: Task, status: Task.Status, *, error: str = "") -> None:
    """End a task whose row is locked: its unfinished steps too; the lease is given back, the secrets go."""
    error = redacted(task, error)[:MAX_MESSAGE]
    task.status, task.error = status, error
    Task.objects.filter(pk=task.pk).update(
        status=status, error=error, lease_owner="", lease_until=None, finished_at=Now()
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
    write_log(task, completion(status, error), level=level, kind=LogLine.Kind.COMPLETION)
    tell_of_end(task)
    if task.secrets:
        task.secrets = b""
        task.save(update_fields=["secrets"])
    notify(task.uid)


def completion(status: Task.Status, error: str = "") -> str:
    """The last line of a log."""
    because = f": {error}" if error else ""
    return f"Run completed with status: {status.value}{because}"


def _name_leftovers(task: Task) -> None:
    left = EffectRecord.objects.filter(task=task, state__in=EffectRecord.LEFTOVERS)
    if names := "; ".join(str(record) for record in left):
        write_log(task, f"Left behind: {names}. Undo takes back what can be.", level=LogLine.Level.WARNING)


def notify(uid: uuid.UUID) -> None:
    """Tell whoever follows the task, when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(uid)])
