"""Fetches what is due and keeps it: in batches, with jitter, later and later where an upstream fails."""

import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from portal.extension.acceptance import acting
from portal.extension.snapshots import Failed, SnapshotSource
from portal.snapshots.models import Snapshot
from portal.snapshots.sources import sources

logger = logging.getLogger(__name__)

JITTER = 0.1
LONGEST_PAUSE = 2.0
MOST_CHARACTERS_OF_ERROR = 500
# Pressing a refresh button again within this time asks for nothing new.
ASKED_LATELY = timedelta(seconds=10)
# What fails is tried so often at most, however often somebody presses the button.
TRIED_AGAIN = timedelta(seconds=30)

ROWS_AT_ONCE = 500
KEEP_GOOD = """
    UPDATE snapshots_snapshot AS kept
       SET data = fetched.data, taken_at = fetched.taken_at, due_at = fetched.due_at, failures = 0, error = ''
      FROM unnest(%s::bigint[], %s::jsonb[], %s::timestamptz[], %s::timestamptz[])
        AS fetched(id, data, taken_at, due_at)
     WHERE kept.id = fetched.id
"""
KEEP_BAD = """
    UPDATE snapshots_snapshot AS kept
       SET due_at = failed.due_at, failures = failed.failures, error = failed.error
      FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::text[])
        AS failed(id, due_at, failures, error)
     WHERE kept.id = failed.id
"""

_wake: list[Callable[[str], object]] = []


def set_wake(wake: Callable[[str], object]) -> None:
    """Say how a worker is told to look at a source now; tasks.py does, so that services need not know."""
    _wake[:] = [wake]


def request_refresh(source: str, targets: Iterable[str]) -> int:
    """Fetch these targets as soon as a worker can; answers how many were not asked for lately."""
    now = timezone.now()
    asked = Snapshot.objects.filter(source=source, target__among=list(targets), due_at__gt=now)
    well, failing = asked.filter(failures=0), asked.filter(failures__gt=0, due_at__gt=now + TRIED_AGAIN)
    changed = well.exclude(taken_at__gt=now - ASKED_LATELY).update(due_at=now)
    changed += failing.update(due_at=now + TRIED_AGAIN)
    if changed:
        transaction.on_commit(lambda: _wake_worker(source))
    return changed


def request_refresh_of_all(source: str) -> int:
    """The same for everything that a source fetches."""
    return request_refresh(source, Snapshot.objects.filter(source=source).values_list("target", flat=True))


def _wake_worker(source: str) -> None:
    for wake in _wake:
        try:
            wake(source)
        except Exception as error:  # noqa: BLE001 - whatever the broker's library raises
            logger.warning("No worker could be woken, the refresh waits for its turn: %s", error)


def refresh_due_snapshots(source_name: str) -> int:
    """One round, in the plugin's name: learn the targets, fetch what is due batch by batch; answers how many
    were fetched."""
    with acting(source_name.partition(".")[0]):
        return _refresh_due(source_name, sources()[source_name])


def _refresh_due(source_name: str, source: SnapshotSource) -> int:
    deadline = time.monotonic() + 0.8 * source.limit.total_seconds()
    _learn_targets(source_name, source)
    fetched = 0
    while time.monotonic() < deadline:
        claimed = _claim(source_name, source)
        if not claimed:
            break
        began = time.monotonic()
        answers = _fetch(source_name, source, [snapshot.target for snapshot in claimed])
        _keep(source, claimed, answers)
        if any(snapshot.taken_at is None and not snapshot.failures for snapshot in claimed):
            _leave_room(time.monotonic() - began)
        fetched += len(claimed)
    return fetched


def _leave_room(seconds: float) -> None:
    """Wait as long as the batch took: the first look at a whole company, right after a start, is half as
    hard on the database and the upstream. Later ones are spread by their jitter."""
    time.sleep(min(seconds, LONGEST_PAUSE))


def _learn_targets(source_name: str, source: SnapshotSource) -> None:
    """New targets are due at once; gone ones are forgotten."""
    wanted = set(source.targets())
    known = set(Snapshot.objects.filter(source=source_name).values_list("target", flat=True))
    now = timezone.now()
    fresh = [Snapshot(source=source_name, target=target, due_at=now) for target in sorted(wanted - known)]
    Snapshot.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
    gone = known - wanted
    if gone:
        Snapshot.objects.filter(source=source_name, target__among=list(gone)).delete()


@transaction.atomic
def _claim(source_name: str, source: SnapshotSource) -> list[Snapshot]:
    """The next due targets; a worker that dies with them leaves them due again after the round's limit."""
    now = timezone.now()
    due = Snapshot.objects.filter(source=source_name, due_at__lte=now).order_by("due_at", "pk")
    claimed = list(due.defer("data").select_for_update(skip_locked=True)[: source.batch])
    Snapshot.objects.filter(pk__among=[each.pk for each in claimed]).update(due_at=now + source.limit)
    return claimed


def _fetch(source_name: str, source: SnapshotSource, targets: Sequence[str]) -> Mapping[str, Any]:
    """What the plugin answers; what it raises fails the whole batch, with a sentence of ours."""
    try:
        return source.fetch(targets)
    except Exception as error:
        logger.exception("plugin=%s fetching %d targets failed", source_name, len(targets))
        reason = f"Fetching failed ({type(error).__name__}); the log says more."
        return dict.fromkeys(targets, Failed(reason))


def _keep(source: SnapshotSource, claimed: list[Snapshot], answers: Mapping[str, Any]) -> None:
    now = timezone.now()
    good, bad = [], []
    for snapshot in claimed:
        answer = answers.get(snapshot.target, Failed("The upstream said nothing about it."))
        if isinstance(answer, Failed):
            bad.append(_failed(snapshot, source, answer, now))
        else:
            good.append((snapshot.pk, orjson.dumps(answer).decode(), now, now + _jittered(source.every)))
    _write(KEEP_GOOD, good)
    _write(KEEP_BAD, bad)


def _write(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement for many rows, which gets an array for each column."""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            cursor.execute(statement, [list(column) for column in zip(*some, strict=True)])


def _failed(
    snapshot: Snapshot, source: SnapshotSource, failed: Failed, now: datetime
) -> tuple[int, datetime, int, str]:
    failures = snapshot.failures + 1
    wait = min(source.every * 2 ** min(failures - 1, 10), max(source.longest_wait, source.every))
    due_at = now + max(_jittered(wait), failed.retry_after or timedelta(0))
    return snapshot.pk, due_at, failures, failed.message[:MOST_CHARACTERS_OF_ERROR]


def _jittered(wait: timedelta) -> timedelta:
    return wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, hides nothing
