"""Who may make panels now: a few requests at a time, so that those which ask for less are answered meanwhile.

Threads of one process share one interpreter. A dozen requests that make panels side by side each take a dozen
times as long, and so does everything beside them; one after the other, each is done sooner and what is cheap
hardly waits. A turn is for the interpreter: whoever waits for something else, a slow plugin or a slow
database, keeps nobody from theirs for longer than `LONGEST`.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
LONGEST = 0.1
"""Seconds after which a turn no longer counts."""


class Turns:
    """At most `at_once` turns that began within the last `longest` seconds."""

    def __init__(self, at_once: int, longest: float) -> None:
        self._at_once = at_once
        self._longest = longest
        self._ended = threading.Condition()
        self._begun: dict[object, float] = {}

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a turn; it ends with the `with` block."""
        mine = object()
        with self._ended:
            while (wait := self._to_wait()) > 0:
                self._ended.wait(wait)
            self._begun[mine] = time.monotonic()
        try:
            yield
        finally:
            with self._ended:
                del self._begun[mine]
                self._ended.notify()

    def _to_wait(self) -> float:
        """Seconds until a turn no longer counts, where all are taken."""
        now = time.monotonic()
        counting = sorted(began for began in self._begun.values() if now - began < self._longest)
        if len(counting) < self._at_once:
            return 0.0
        return counting[-self._at_once] + self._longest - now


panel_turns = Turns(AT_ONCE, LONGEST)
