"""Panels are made one after the other, so that requests which ask for less are answered meanwhile.

Threads of one process share one interpreter. A dozen panels that are made side by side each take a dozen
times as long, and whatever else the process answers waits for its share of the interpreter at each of its
statements; one after the other, each is done sooner and what is cheap hardly waits. A turn is for the
interpreter: a plugin that waits for something else keeps the next panel for `ALONE` and the next request
for `LONGEST`, and no plugin's deadline begins before its request has its turn.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from portal.extension.guard import Call, Outcome, contained_all

T = TypeVar("T")

ALONE = 0.05
"""Seconds after which the next panel of a request is made beside one that is not ready."""

LONGEST = 0.2
"""Seconds after which a request's turn no longer counts."""


class Turns:
    """One turn at a time, in the order they are asked for.

    One that takes `longest` seconds no longer counts.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._lock = threading.Lock()
        self._line: deque[_Turn] = deque()
        self._begun: set[_Turn] = set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a turn; it ends with the `with` block."""
        mine = _Turn()
        with self._lock:
            self._line.append(mine)
            self._go_on()
        while not mine.is_there.wait(self._longest):
            with self._lock:
                self._go_on()
        try:
            yield
        finally:
            with self._lock:
                self._begun.discard(mine)
                self._go_on()

    def _go_on(self) -> None:
        """Begin the next turn if none counts."""
        now = time.monotonic()
        if self._line and not any(now - turn.began < self._longest for turn in self._begun):
            turn = self._line.popleft()
            turn.began = now
            self._begun.add(turn)
            turn.is_there.set()


class _Turn:
    """One turn, from when it is asked for."""

    def __init__(self) -> None:
        self.is_there = threading.Event()
        self.began = 0.0


_panel_turns = Turns(LONGEST)


def contained_by_turns(calls: Sequence[Call[T]], *, within: float | None) -> list[Outcome[T]]:
    """Outcomes of calls that make panels, as `contained_all` has them from when it is their turn."""
    with _panel_turns.one():
        return contained_all(calls, within=within, alone=ALONE)
