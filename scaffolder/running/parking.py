"""Waiting without a worker: the task is parked until there is news from outside, or for a while.

The row of the task says what it waits for before the action looks. News from then on set `due_at`, which
parking keeps: none is lost between a look and the moment nobody works on the task any more.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import connection
from django.db.models.functions import Now

from portal.integrations.errors import IntegrationError, NotFound, RateLimited
from scaffolder.actions.action import ActionError, NotYet
from scaffolder.models import LogLine, Task
from scaffolder.running.journal import Journal
from scaffolder.running.wake import wake_workers_on_commit
from scaffolder.secrets.redaction import redacted

T = TypeVar("T")
MAX_ADDRESS = 300
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""Seconds between two looks that no news has brought about: a tenth of the time waited, within these."""

EXPECT = """
    UPDATE scaffolder_task
       SET awaits_until = CASE WHEN (awaits, awaits_mark) = (%(address)s, %(mark)s) THEN awaits_until
                          ELSE clock_timestamp() + make_interval(secs => %(seconds)s) END,
           awaits = %(address)s, awaits_mark = %(mark)s, due_at = NULL
     WHERE id = %(task)s
    RETURNING extract(epoch FROM awaits_until - clock_timestamp())
"""
PARK = """
    UPDATE scaffolder_task
       SET status = 'parked', lease_owner = '', lease_until = NULL, attempts = greatest(0, attempts - 1),
           due_at = coalesce(due_at, clock_timestamp() + make_interval(secs => %(pause)s))
     WHERE id = %(task)s
"""


class Parked(Exception):
    """The step waits: its task is to be parked, and looked at again after `pause` seconds at the latest."""

    def __init__(self, pause: float) -> None:
        super().__init__()
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Waiting:
    """One run of one action that waits; `within` are the seconds that its step has left."""

    journal: Journal
    step_id: str
    mark: str
    within: float

    def until(self, address: str, look: Callable[[], T | None], *, seconds: float) -> T | None:
        """The `until` of an ActionContext. Raises Parked."""
        known_as = address.lower()[:MAX_ADDRESS]
        task = self.journal.task
        is_known = (task.awaits, task.awaits_mark) == (known_as, self.mark)
        left = self._expect(known_as, seconds) if is_known else seconds
        found, pause = self._look(look)
        if found is None and not is_known:
            left = self._expect(known_as, seconds)
            self._say(f"Waiting for {address or f'{seconds:g} s'}: nobody works on the task meanwhile.")
            found, pause = self._look(look)
        if found is None and left > 0:
            usual = min(max((seconds - left) / 10, FIRST_PAUSE), LONGEST_PAUSE) if address else left
            raise Parked(min(max(usual, pause), left, self.within))
        if (task.awaits, task.awaits_mark) == (known_as, self.mark):
            self._end(is_over=not address)
        return found

    def again(self, error: Exception) -> None:
        """A step that waits did not come as far as its look. Raises Parked where that may pass by itself."""
        outside = error.__cause__
        if self.journal.task.awaits_mark != self.mark or not isinstance(outside, IntegrationError):
            return
        left = self._expect(self.journal.task.awaits, 0)
        if left > 0 and not isinstance(outside, NotFound):
            self._say(str(error), level=LogLine.Level.WARNING)
            raise Parked(min(LONGEST_PAUSE, left, self.within))

    def over(self, seconds: float) -> None:
        """Returns when so many seconds have gone by, and from then on at once. Raises Parked."""
        if self.mark not in json.loads(self.journal.task.waited):
            self.until("", lambda: None, seconds=seconds)

    def _expect(self, address: str, seconds: float) -> float:
        """From now on news of it count; the seconds that are left for them."""
        with self.journal.holding() as task, connection.cursor() as cursor:
            cursor.execute(
                EXPECT, {"task": task.pk, "address": address, "mark": self.mark, "seconds": seconds}
            )
            left = float(cursor.fetchone()[0])
        self.journal.task.awaits, self.journal.task.awaits_mark = address, self.mark
        return left

    def _end(self, *, is_over: bool) -> None:
        """Nothing is waited for any more; where it `is_over`, the wait is not begun again either."""
        waited = json.loads(self.journal.task.waited) + ([self.mark] if is_over else [])
        nothing = {"awaits": "", "awaits_mark": "", "waited": json.dumps(waited)}
        with self.journal.holding(even_cancelled=True) as task:
            Task.objects.filter(pk=task.pk).update(**nothing, awaits_until=None, due_at=None)
        for name, value in nothing.items():
            setattr(self.journal.task, name, value)

    def _look(self, look: Callable[[], T | None]) -> tuple[T | None, float]:
        """What was found, and how many seconds the other side asks to be left alone."""
        try:
            return look(), 0
        except NotYet as reason:
            self._say(str(reason))
            return None, 0
        except NotFound as error:
            raise ActionError(str(error)) from error
        except IntegrationError as error:
            self._say(str(error), level=LogLine.Level.WARNING)
            return None, error.retry_after if isinstance(error, RateLimited) else 0

    def _say(self, message: str, *, level: str = LogLine.Level.INFO) -> None:
        """What every look says is in the log once."""
        self.journal.write()
        lines = LogLine.objects.filter(task=self.journal.task, step_id=self.step_id)
        if not lines.filter(message=redacted(self.journal.task, message)).exists():
            self.journal.say(message, step_id=self.step_id, level=level)


def park(task: Task, pause: Parked) -> None:
    """Nobody works any more on a task whose row is locked; at once again where there were news meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(PARK, {"task": task.pk, "pause": pause.pause})


def look_again(addresses: Iterable[str]) -> None:
    """There are news of these: the tasks that wait for them go on."""
    waiting = Task.objects.filter(awaits__in=list(addresses))
    if waiting.filter(status__in=(Task.Status.PROCESSING, Task.Status.PARKED)).update(due_at=Now()):
        wake_workers_on_commit()


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
