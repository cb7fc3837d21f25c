"""Counts how often plugins use what was accepted, and are refused what was not; written once a minute.

A read is not a row: each process adds up, and a thread of its own adds the sums to the table of hours.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)

Use = tuple[str, str, str, bool]
"""Plugin, claim, value, whether it was allowed."""


class _Counts:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counted: Counter[Use] = Counter()
        self.write: Callable[[Mapping[Use, int]], None] | None = None
        self.every: float | None = 60.0
        self.waiting = False


_counts = _Counts()


def set_writer(write: Callable[[Mapping[Use, int]], None]) -> None:
    """Say how sums are written; the app with the table does."""
    _counts.write = write


def set_interval(seconds: float | None) -> None:
    """Write this often; None: only when `flush` is called."""
    _counts.every = seconds


def note(plugin: str, claim: str, value: str, *, allowed: bool) -> None:
    """Count one use, or one refusal."""
    with _counts.lock:
        _counts.counted[plugin, claim, value[:200], allowed] += 1
        if _counts.waiting or _counts.every is None:
            return
        _counts.waiting = True
    timer = threading.Timer(_counts.every, _flush_alone)
    timer.daemon = True
    timer.start()


def flush() -> None:
    """Write what was counted, on this thread's connection; what cannot be written is counted on."""
    with _counts.lock:
        counted, _counts.counted = _counts.counted, Counter()
        _counts.waiting = False
    if not counted or _counts.write is None:
        return
    try:
        _counts.write(counted)
    except Exception as error:  # noqa: BLE001 - the database is away: the next minute tries again
        logger.warning("uses of claims could not be written yet: %s", error)
        with _counts.lock:
            _counts.counted.update(counted)


def _flush_alone() -> None:
    from django.db import connections

    try:
        flush()
    finally:
        connections.close_all()
