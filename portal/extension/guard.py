"""Runs plugin code so that what it breaks stays in its place: threads, deadline, rest, plain answers.

Plugin code that serves a request runs through `contained` or `contained_all` and nowhere else. A thread can
not be ended from outside: at the deadline its answer is dropped, the thread is counted as stuck until it
returns, and the plugin rests. Inside one process this protects the page from mistakes, not from malice.
"""

import contextlib
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.conf import settings

from portal.extension.acceptance import acting
from portal.extension.breaker import Breaker, Health
from portal.extension.claims import ClaimRefused
from portal.extension.memory import MOST_GROWN_MB, is_full, most_mb
from portal.extension.plain import WrongAnswer
from portal.extension.threads import GivenUp, Job, PluginThreads

T = TypeVar("T")
logger = logging.getLogger(__name__)


class PluginFailed(Exception):
    """A plugin's part of an answer is missing; the message is a sentence of ours, safe to show."""

    CODE = "PLUGIN_FAILED"

    def __init__(self, message: str, code: str = CODE) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """Plugin code to run: `what` names it in sentences (`the panel Docs`).

    `run` must return plain data (see plain.py): nothing of the plugin's may run on the caller's thread.
    """

    plugin: str
    what: str
    run: Callable[[], T]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of a call: a value, or a sentence saying why there is none. `late` is no failure yet; after
    one that `rests`, the plugin is not asked for a while."""

    value: T | None
    failure: str | None = None
    code: str = PluginFailed.CODE
    late: bool = False
    rests: bool = False


def contained(plugin: str, what: str, run: Callable[[], T]) -> T:
    """The value of one call; raises PluginFailed with a sentence where there is none at the deadline."""
    outcome = contained_all([Call(plugin, what, run)])[0]
    if outcome.failure is not None:
        raise PluginFailed(outcome.failure, outcome.code)
    return outcome.value  # type: ignore[return-value]


def contained_all(
    calls: Sequence[Call[T]], *, within: float | None = None, alone: float = 0.0
) -> list[Outcome[T]]:
    """Outcomes in the order of the calls, which run side by side; all of them within one deadline.

    `within` is for what others wait for and can do without: nothing is waited for longer than so many
    seconds. What takes longer is `late`, and no failure until the deadline that every call has. `alone` is
    for what computes: each call has so many seconds before the next one begins beside it.
    """
    began = time.monotonic()
    started = [_start(call, alone) for call in calls]
    deadline = began + settings.PLUGIN_DEADLINE
    if within is None or within >= settings.PLUGIN_DEADLINE:
        return [_finish(call, job, deadline) for call, job in zip(calls, started, strict=True)]
    for call, job in zip(calls, started, strict=True):
        if isinstance(job, Outcome) or job.done.wait(max(0.0, began + within - time.monotonic())):
            continue
        if not job.drop():
            _cell(call.plugin).overdue.append((call, job, deadline))
    return [
        _finish(call, job, deadline)
        if isinstance(job, Outcome) or job.done.is_set()
        else Outcome(None, f"The plugin {call.plugin} did not say within {within:g} s.", late=True)
        for call, job in zip(calls, started, strict=True)
    ]


def attempt(plugin: str, what: str, run: Callable[[], T]) -> Outcome[T]:
    """Run plugin code on its own thread: whatever happens becomes an outcome made of our own words."""
    try:
        with acting(plugin):
            return Outcome(run())
    except ClaimRefused as refused:
        return Outcome(None, str(refused), refused.code)
    except WrongAnswer as error:
        return _failure(plugin, what, f"gave an answer that cannot be shown ({error})")
    except GivenUp:
        return Outcome(None, f"The plugin {plugin} was given up while loading {what}.")
    except BaseException:  # noqa: BLE001  sys.exit() and its like end the call, not the process
        return _failure(plugin, what, "failed")


def health(plugin: str) -> Health:
    """How a plugin is doing in this process."""
    return _cell(plugin).breaker.health()


def stuck_threads() -> dict[str, int]:
    """The number of threads that each plugin holds beyond its deadline, where there are any."""
    return {plugin: cell.threads.stuck for plugin, cell in list(_cells.items()) if cell.threads.stuck}


def shut_down(timeout: float = 2.0) -> None:
    """End idle plugin threads with their connections, and forget every rest."""
    with _cells_lock:
        cells = list(_cells.values())
        _cells.clear()
    for cell in cells:
        cell.threads.stop(timeout)


class _Cell:
    """What belongs to one plugin: its threads and its breaker."""

    def __init__(self, plugin: str) -> None:
        self.threads = PluginThreads(plugin, settings.PLUGIN_THREADS)
        self.breaker = Breaker(settings.PLUGIN_REST)
        self.grown_mb = 0.0
        self.overdue: deque[tuple[Call[Any], Job, float]] = deque()

    def settle(self) -> None:
        """Give up what nobody waits for any more and has had its time, as if somebody had waited."""
        for _ in range(len(self.overdue)):
            with contextlib.suppress(IndexError):  # another request has taken the last one
                call, job, deadline = self.overdue.popleft()
                if job.done.is_set():
                    continue
                if time.monotonic() < deadline:
                    self.overdue.append((call, job, deadline))
                else:
                    _give_up(call, job, self)


_cells: dict[str, _Cell] = {}
_cells_lock = threading.Lock()


def _cell(plugin: str) -> _Cell:
    with _cells_lock:
        if plugin not in _cells:
            _cells[plugin] = _Cell(plugin)
        return _cells[plugin]


def _start(call: Call[Any], alone: float) -> Job | Outcome[Any]:
    cell = _cell(call.plugin)
    cell.settle()
    if cell.threads.too_many_stuck:
        return Outcome(
            None, f"The plugin {call.plugin} hangs: {cell.threads.stuck} threads are stuck with it."
        )
    reason = cell.breaker.admit(trial_seconds=settings.PLUGIN_DEADLINE)
    if reason is not None:
        return Outcome(None, reason)
    job = Job(lambda: None)
    here = copy_context()  # what the request has read already, and its id for the log
    job.run = lambda: setattr(job, "answer", here.run(_measured, call, cell))
    cell.threads.submit(job)
    if alone:
        job.done.wait(alone)
    return job


def _measured(call: Call[Any], cell: _Cell) -> Outcome[Any]:
    """What came of the call, unless the process is full by now, and with this plugin."""
    before = most_mb()
    outcome = attempt(call.plugin, call.what, call.run)
    cell.grown_mb += most_mb() - before
    if cell.grown_mb < MOST_GROWN_MB or not is_full():
        return outcome
    failure = (
        f"The plugin {call.plugin} has filled its process with memory: {cell.grown_mb:.0f} MB more since it "
        "was asked first. It rests; a fresh process takes over."
    )
    logger.error("plugin=%s %s", call.plugin, failure)
    return Outcome(None, failure, rests=True)


def _failure(plugin: str, what: str, what_happened: str) -> Outcome[Any]:
    reference = uuid.uuid4().hex[:12]
    try:
        logger.exception("plugin=%s reference=%s %s: failed", plugin, reference, what)
    except BaseException:  # noqa: BLE001  an exception whose own text fails to print
        logger.error("plugin=%s reference=%s %s: failed and cannot be printed", plugin, reference, what)
    return Outcome(
        None, f"The plugin {plugin} {what_happened} while loading {what}. The log says more at {reference}."
    )


def _not_run(call: Call[Any]) -> str:
    return f"The plugin {call.plugin} could not be run for {call.what}: the log says why. Try again."


def _finish(call: Call[T], job: Job | Outcome[T], deadline: float) -> Outcome[T]:
    if isinstance(job, Outcome):
        return job
    cell = _cell(call.plugin)
    if not job.done.wait(max(0.0, deadline - time.monotonic())):
        return _give_up(call, job, cell)
    outcome: Outcome[T] = job.answer or Outcome(None, _not_run(call))
    if outcome.failure is None:
        cell.breaker.succeeded()
    elif outcome.code == PluginFailed.CODE:
        cell.breaker.failed(outcome.failure, at_once=outcome.rests)
    return outcome


def _give_up(call: Call[T], job: Job, cell: _Cell) -> Outcome[T]:
    seconds = f"{settings.PLUGIN_DEADLINE:g} s"
    if not cell.threads.give_up(job):
        if job.answer is not None:
            return cast("Outcome[T]", job.answer)
        return Outcome(
            None,
            f"The plugin {call.plugin} is busy: {call.what} was not reached within {seconds}. Try again.",
        )
    failure = f"The plugin {call.plugin} did not answer within {seconds} while loading {call.what}; it rests."
    logger.error("plugin=%s stuck=%d %s", call.plugin, cell.threads.stuck, failure)
    cell.breaker.failed(failure, at_once=True)
    return Outcome(None, failure)
