"""Waking workers of the catalog: a message that carries nothing, may be lost, and is never waited for."""

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

_wake: list[Callable[[float], object]] = []


def set_wake(wake: Callable[[float], object]) -> None:
    """Say how workers are woken in so many seconds; tasks.py does, so that nobody else knows the queue."""
    _wake[:] = [wake]


def wake_workers(after: float = 0) -> None:
    """Let a worker look for what is waiting; without one it waits for the next look."""
    for wake in _wake:
        try:
            wake(after)
        except Exception:
            logger.warning("No worker could be woken; the job waits for the next look.", exc_info=True)
