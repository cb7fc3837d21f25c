"""What an attempt has to say about its task, written in few statements, each of which carries the fence.

A line of the log and the state of a step are written at once where nothing was written just before, else
together with what comes after them, soon after `PAUSE` seconds. So a worker that is killed takes no more with
it, and nothing that matters outside: whoever changes anything there writes all of it first.
"""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from portal.database import ask
from scaffolder.models import LogLine, Step, Task
from scaffolder.running.leases import CHANNEL, Lease, LeaseLost, completion, fitted, holding
from scaffolder.secrets.redaction import redacted, redacted_json

PAUSE = 0.1

# One statement that locks the task, and writes only while it is ours. Ages instead of times: taken from
# the database's clock, whatever the worker's says.
WRITE = """
    WITH task AS (
        UPDATE scaffolder_task
           SET log_bytes = log_bytes + %(bytes)s::bigint,
               attempts = CASE WHEN %(finished)s::boolean THEN 1 ELSE attempts END {ending}
         WHERE id = %(task)s::bigint AND fence = %(fence)s::bigint AND status = 'processing'
        RETURNING id, uid, cancel_requested
    ), lines AS (
        INSERT INTO scaffolder_logline (task_id, step_id, at, level, message, kind, status)
        SELECT task.id, line.step_id, clock_timestamp() - make_interval(secs => line.age),
               line.level, line.message, line.kind, line.status
          FROM task, unnest(
            %(line_steps)s::text[], %(line_ages)s::float8[], %(levels)s::text[], %(messages)s::text[],
            %(kinds)s::text[], %(line_states)s::text[]
          ) WITH ORDINALITY AS line(step_id, age, level, message, kind, status, place)
         ORDER BY line.place
    ), steps AS (
        UPDATE scaffolder_step step
           SET status = new.status, error = new.error, output = coalesce(new.output, step.output),
               started_at = coalesce(clock_timestamp() - make_interval(secs => new.begun), step.started_at),
               finished_at = coalesce(clock_timestamp() - make_interval(secs => new.ended), step.finished_at)
          FROM task, unnest(
            %(steps)s::bigint[], %(states)s::text[], %(outputs)s::text[], %(errors)s::text[],
            %(begun)s::float8[], %(ended)s::float8[]
          ) AS new(id, status, output, error, begun, ended)
         WHERE step.id = new.id AND step.task_id = task.id
    )
    SELECT cancel_requested, pg_notify(%(channel)s::text, uid::text) FROM task
"""
ENDING = """, status = 'completed', error = '', output = %(output)s::text, secrets = ''::bytea,
               lease_owner = '', lease_until = NULL, finished_at = clock_timestamp()"""
GO_ON, COMPLETE = WRITE.format(ending=""), WRITE.format(ending=ENDING)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log that is not written yet; `at` is this process's monotonic clock."""

    message: str
    step_id: str
    level: str
    status: str
    kind: str
    at: float


@dataclass(slots=True)
class StepChange:
    """What is new about a step since it was last written."""

    status: str
    error: str = ""
    output: str | None = None
    begun: float | None = None
    ended: float | None = None


@dataclass(slots=True)
class News:
    """What is not written yet."""

    lines: list[Line] = field(default_factory=list)
    steps: dict[int, StepChange] = field(default_factory=dict)

    def since(self) -> float | None:
        """When the oldest of it came to be."""
        begun = (change.ended or change.begun or 0 for change in self.steps.values())
        return min((*(line.at for line in self.lines[:1]), *begun), default=None)


class Journal:
    """The log and the steps of one attempt. Its own thread writes, and the heartbeat's where that is late.

    `task` is the task as it was when it was claimed; nobody else changes what it is used for here.
    """

    def __init__(self, lease: Lease, task: Task) -> None:
        self.lease = lease
        self.task = task
        self.counts_every_attempt = False
        """Whether a finished step leaves the count of attempts as it is: all steps are done again."""
        self.is_cancelled = False
        """Whether the last write has learnt that the task is to be cancelled."""
        self._news = News()
        self._noting = threading.Lock()
        self._writing = threading.RLock()
        self._written = time.monotonic()

    def say(self, message: str, *, step_id: str = "", level: str = LogLine.Level.INFO) -> None:
        """Add lines to the log. Raises LeaseLost."""
        for line in message.splitlines() or [""]:
            self._note(line, step_id=step_id, level=level)
        self._write_soon()

    def begin(self, row: Step) -> None:
        self._change(
            row, StepChange(Step.Status.PROCESSING, begun=time.monotonic()), f"Beginning step {row.name}"
        )

    def finish(self, row: Step, output: dict[str, Any]) -> None:
        """A step is completed; its output is redacted already."""
        text = json.dumps(output, ensure_ascii=False)
        change = StepChange(Step.Status.COMPLETED, output=text, ended=time.monotonic())
        self._change(row, change, f"Finished step {row.name}")

    def skip(self, row: Step) -> None:
        because = f"Skipping step {row.step_id} because its if condition was false"
        self._change(row, StepChange(Step.Status.SKIPPED, output="{}", ended=time.monotonic()), because)

    def fail(self, row: Step, message: str) -> None:
        error = redacted(self.task, message)
        change = StepChange(Step.Status.FAILED, error=error, ended=time.monotonic())
        self._change(row, change, message, level=LogLine.Level.ERROR)

    def complete(self, output: dict[str, Any]) -> None:
        """All is written, and with it that the task is completed: the lease is given back, the secrets go."""
        told = json.dumps(redacted_json(self.task, output), ensure_ascii=False)
        self._note(completion(Task.Status.COMPLETED), kind=LogLine.Kind.COMPLETION)
        self._write(COMPLETE, output=told)

    def write(self) -> None:
        """Everything so far is in the database afterwards. Raises LeaseLost."""
        with self._writing:
            if self._news.lines or self._news.steps:
                self._write(GO_ON)

    def write_what_waits(self) -> None:
        """As `write`, where something has waited for longer than it may."""
        since = self._news.since()
        if since is not None and time.monotonic() - since > PAUSE:
            self.write()

    @contextmanager
    def holding(self, *, even_cancelled: bool = False) -> Iterator[Task]:
        """`leases.holding`, after everything so far has been written."""
        with self._writing:
            self.write()
            with holding(self.lease, even_cancelled=even_cancelled) as task:
                yield task

    def _note(
        self,
        message: str,
        *,
        step_id: str = "",
        level: str = LogLine.Level.INFO,
        status: str = "",
        kind: str = LogLine.Kind.LOG,
    ) -> None:
        with self._noting:
            told = fitted(self.task, message, level=level, tells=bool(status) or kind != LogLine.Kind.LOG)
            if told is not None:
                line = Line(told[0], step_id, str(told[1]), str(status), str(kind), time.monotonic())
                self._news.lines.append(line)

    def _change(
        self, row: Step, change: StepChange, message: str, *, level: str = LogLine.Level.INFO
    ) -> None:
        with self._noting:
            before = self._news.steps.get(row.pk)
            if before is not None:
                change.begun = before.begun
            self._news.steps[row.pk] = change
        self._note(message, step_id=row.step_id, level=level, status=change.status)
        self._write_soon()

    def _write_soon(self) -> None:
        """Now, where nothing was written just before; else the next write takes it along."""
        if time.monotonic() - self._written > PAUSE:
            self.write()

    def _write(self, statement: str, **more: str) -> None:
        """What cannot be written because the database is away is kept for the next time."""
        with self._writing:
            with self._noting:
                news, self._news = self._news, News()
            try:
                values = {"task": self.lease.task_id, "fence": self.lease.fence, "channel": CHANNEL, **more}
                values |= _columns(news, time.monotonic())
                values["finished"] = values["finished"] and not self.counts_every_attempt
                rows = ask(statement, values)
            except Exception:
                with self._noting:
                    later = self._news
                    self._news = News([*news.lines, *later.lines], {**news.steps, **later.steps})
                raise
            if not rows:
                raise LeaseLost
            self.is_cancelled, self._written = rows[0][0], time.monotonic()


def _columns(news: News, now: float) -> dict[str, Any]:
    lines, steps = news.lines, news.steps.values()
    ended = [change.ended for change in steps]
    done = (Step.Status.COMPLETED, Step.Status.SKIPPED)
    return {
        "bytes": sum(len(line.message.encode()) for line in lines),
        "finished": any(change.status in done for change in steps),
        "line_steps": [line.step_id for line in lines],
        "line_ages": [now - line.at for line in lines],
        "levels": [line.level for line in lines],
        "messages": [line.message for line in lines],
        "kinds": [line.kind for line in lines],
        "line_states": [line.status for line in lines],
        "steps": list(news.steps),
        "states": [str(change.status) for change in steps],
        "outputs": [change.output for change in steps],
        "errors": [change.error for change in steps],
        "begun": _ages([change.begun for change in steps], now),
        "ended": _ages(ended, now),
    }


def _ages(moments: Sequence[float | None], now: float) -> list[float | None]:
    return [None if moment is None else now - moment for moment in moments]
