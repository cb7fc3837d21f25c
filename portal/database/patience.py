"""How long a request waits for a lock: not long, and hardly at all where another has just waited in vain.

A lock that somebody holds too long would keep one thread after the other waiting, and behind them everybody
who asks for something else. So the first few wait; while none of them gets it, whoever else needs it is told
at once to come again. Nobody is kept from trying: when the lock is free, the next request has it.
"""

import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseErrorWrapper
from psycopg.errors import LockNotAvailable

HARDLY_MS = 100
REMEMBERED_SECONDS = 2.0


class _Waited:
    """When a thread of this process waited for a lock in vain last, by the monotonic clock."""

    in_vain_at = float("-inf")


class NotingErrors(DatabaseErrorWrapper):
    """Django's, which remembers when a lock was waited for in vain."""

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if isinstance(exc_value, LockNotAvailable):
            _Waited.in_vain_at = time.monotonic()
        super().__exit__(exc_type, exc_value, traceback)


def begin_request(**_: Any) -> None:
    """For `request_started`: the statements of this thread wait as long for a lock as a request may."""
    longest = settings.LOCK_TIMEOUT_MS
    if time.monotonic() - _Waited.in_vain_at < REMEMBERED_SECONDS:
        longest = min(HARDLY_MS, longest)
    connection.wait_for_locks(longest)  # type: ignore[attr-defined]
