"""Threads that ask the database at the same time: one statement answers all who waited when it began."""

from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class Together(Generic[K, T]):
    """`ask(keys)` for many threads, one after the other: what it answers is as new as if each had asked.

    Nobody is given the answer of a statement that began before they came: who comes meanwhile waits for the
    next, which the first of them asks for all. Where that fails, the others ask alone.
    """

    def __init__(self, ask: Callable[[Collection[K]], Mapping[K, T]]) -> None:
        self._ask = ask
        self._lock, self._turn = Lock(), Lock()
        self._gathering: _Round[K, T] | None = None

    def __call__(self, key: K) -> T | None:
        """What is found for the key; None where nothing is. Raises what `ask` does."""
        with self._lock:
            mine, leads = self._gathering, self._gathering is None
            if mine is None:
                mine = self._gathering = _Round()
            mine.keys.add(key)
        if leads:
            self._lead(mine)
        with mine.over:
            found = mine.found
        return (self._ask([key]) if found is None else found).get(key)

    def _lead(self, mine: "_Round[K, T]") -> None:
        try:
            with self._turn:
                with self._lock:
                    self._gathering = None
                mine.found = self._ask(mine.keys)
        finally:
            mine.over.release()


class _Round(Generic[K, T]):
    """Those who are answered together; `over` is held until they are."""

    def __init__(self) -> None:
        self.keys: set[K] = set()
        self.found: Mapping[K, T] | None = None
        self.over = Lock()
        self.over.acquire()
