"""A circuit breaker for one plugin: after a hang or a row of failures it rests, and says why."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FAILURES_IN_A_ROW = 5
LONGEST_REST = 300.0


@dataclass(frozen=True, slots=True)
class Health:
    """How a plugin is doing in this process: `state` is ready or resting, `reason` says why it rests."""

    state: str
    reason: str | None


class Breaker:
    """Open means that the plugin rests. After the rest one call is let through as a trial.

    `rest` is the first rest in seconds; each failed trial doubles it up to LONGEST_REST.
    """

    def __init__(self, rest: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._first_rest = rest
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = 0.0
        self._until = 0.0
        self._reason = ""
        self._on_trial = False

    def admit(self, *, trial_seconds: float) -> str | None:
        """None where a call may go ahead, else the reason of the rest; a trial keeps others out meanwhile."""
        with self._lock:
            if not self._rest:
                return None
            if self._clock() < self._until:
                return self._reason
            self._until = self._clock() + trial_seconds
            self._on_trial = True
            return None

    def succeeded(self) -> None:
        """A trial's success ends the rest; that of a call from before the rest says nothing about it."""
        with self._lock:
            if self._rest and not self._on_trial:
                return
            self._failures, self._rest, self._until, self._reason = 0, 0.0, 0.0, ""
            self._on_trial = False

    def failed(self, reason: str, *, at_once: bool) -> None:
        """Count a failure; `at_once` (a hang) opens the breaker, others after FAILURES_IN_A_ROW."""
        with self._lock:
            self._failures += 1
            if not (at_once or self._rest or self._failures >= FAILURES_IN_A_ROW):
                return
            self._rest = min(self._rest * 2, LONGEST_REST) if self._rest else self._first_rest
            self._until = self._clock() + self._rest
            self._reason = reason
            self._on_trial = False

    def health(self) -> Health:
        with self._lock:
            if self._rest:
                return Health("resting", self._reason)
            return Health("ready", None)
