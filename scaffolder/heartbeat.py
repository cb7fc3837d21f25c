"""Keeping a lease while a step works: a thread with a database connection of its own."""

import logging
import threading
import time
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connection

from scaffolder.leases import CancelRequested, Lease, LeaseLost, renew_lease

logger = logging.getLogger(__name__)


class TimeExceeded(Exception):
    """The task has worked for as long as a task may."""


class Heartbeat:
    """Renews a lease every few seconds; `check` tells the step that it was lost, or is to be stopped."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self._deadline = time.monotonic() + settings.TASK_TIME_LIMIT
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{lease.task_uid}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def check(self) -> None:
        """Raises LeaseLost or CancelRequested as soon as the last beat has learnt of it, or TimeExceeded."""
        if self._lost.is_set():
            raise LeaseLost
        if self._cancelled.is_set():
            raise CancelRequested
        if time.monotonic() > self._deadline:
            raise TimeExceeded(f"The task took longer than {settings.TASK_TIME_LIMIT} s.")

    def _beat(self) -> None:
        try:
            while not self._stop.wait(settings.TASK_HEARTBEAT_SECONDS):
                try:
                    if not renew_lease(self.lease):
                        self._lost.set()
                        return
                except CancelRequested:
                    self._cancelled.set()
                except DatabaseError:
                    logger.warning(
                        "The lease of task %s was not renewed.", self.lease.task_uid, exc_info=True
                    )
                    connection.close()
        finally:
            connection.close()
