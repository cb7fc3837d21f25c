"""Keeping a lease while a step works, and ending the task where the step does not stop when it must."""

import logging
import threading
import time
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connection

from scaffolder.models import Task
from scaffolder.running.journal import Journal
from scaffolder.running.leases import (
    CancelRequested,
    LeaseLost,
    end_task,
    is_cancelled,
    renew_lease,
)
from scaffolder.running.stopping import is_stopping

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2
"""How often a running task looks whether it is to be cancelled."""
WRITE_SECONDS = 0.05
"""How often it looks whether a line of its log waits to be written."""
STOP_SECONDS = 5
"""How long a step may go on after it was told to stop; then its task ends without it."""


class TimeExceeded(Exception):
    """The task, or one step of it, has worked for as long as it may."""


class HandOver(Exception):
    """This worker is about to end: another one goes on with the next step."""


class Heartbeat:
    """Renews a lease every few seconds; `check` tells the step that it was lost, or is to be stopped.

    While a step works, this writes what it has said and nothing else came after.

    A step that does not ask (it waits for an answer from outside) cannot be interrupted. Its task is ended
    without it: from then on it can write nothing, as if another worker had taken the task.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.lease = lease = journal.lease
        self._task_deadline = time.monotonic() + settings.TASK_TIME_LIMIT
        self._task_limit = f"The task took longer than {settings.TASK_TIME_LIMIT} s."
        self._deadline, self._limit = self._task_deadline, self._task_limit
        self._cancelled_at: float | None = None
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{lease.task_uid}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def limit_step(self, step_id: str, seconds: int | None, *, spent: float = 0) -> None:
        """From now on the step has so many seconds but those `spent`; None: what is left of the task's."""
        self._deadline, self._limit = self._task_deadline, self._task_limit
        if seconds is not None and time.monotonic() + seconds - spent < self._task_deadline:
            self._deadline = time.monotonic() + seconds - spent
            self._limit = f"Step {step_id}: it took longer than the {seconds} s that it may take."

    @property
    def seconds_left(self) -> float:
        """Until the step, or the task, has to end."""
        return max(0.0, self._deadline - time.monotonic())

    def check(self) -> None:
        """Raises LeaseLost or CancelRequested as soon as the last look has learnt of it, or TimeExceeded."""
        if self._lost.is_set():
            raise LeaseLost
        if self._cancelled_at is not None:
            raise CancelRequested
        if time.monotonic() > self._deadline:
            raise TimeExceeded(self._limit)

    def check_between_steps(self) -> None:
        """As `check`, and raises HandOver where the worker is about to end."""
        self.check()
        if is_stopping():
            raise HandOver

    def _beat(self) -> None:
        renewed = looked = time.monotonic()
        try:
            while not self._stop.wait(WRITE_SECONDS):
                now = time.monotonic()
                try:
                    self.journal.write_what_waits()
                    if now - renewed >= settings.TASK_HEARTBEAT_SECONDS - 0.1:
                        renew_lease(self.lease)
                        renewed = now
                    if now - looked >= min(LOOK_SECONDS, settings.TASK_HEARTBEAT_SECONDS):
                        self._look()
                        looked = now
                except LeaseLost:
                    self._lost.set()
                    return
                except DatabaseError:
                    logger.warning("The lease of task %s was not kept.", self.lease.task_uid, exc_info=True)
                    connection.close()
        finally:
            connection.close()

    def _look(self) -> None:
        """Notice a request to cancel; end the task where the step takes no notice of it, or of its limit."""
        now = time.monotonic()
        if self._cancelled_at is None and is_cancelled(self.lease):
            self._cancelled_at = now
        if self._cancelled_at is not None and now > self._cancelled_at + STOP_SECONDS:
            self._abandon(Task.Status.CANCELLED, "The step that was running did not stop in time.")
        elif now > self._deadline + STOP_SECONDS:
            self._abandon(Task.Status.FAILED, self._limit)

    def _abandon(self, status: Task.Status, error: str) -> None:
        with self.journal.holding(even_cancelled=True) as task:
            end_task(task, status, error=error)
        raise LeaseLost
