"""Waking workers: a message that carries nothing, may be lost or come twice, and is never waited for."""

import logging
from collections.abc import Callable

from django.db import transaction

logger = logging.getLogger(__name__)

_wake: list[Callable[[], object]] = []


def set_wake(wake: Callable[[], object]) -> None:
    """Say how workers are woken; tasks.py does, so that services need not know the queue."""
    _wake[:] = [wake]


def wake_workers_on_commit() -> None:
    """Wake a worker once this transaction has committed; the reconciler finds what no message announced."""
    transaction.on_commit(wake_workers)


def wake_workers() -> None:
    """Wake a worker now; without a broker the task waits for the reconciler."""
    for wake in _wake:
        try:
            wake()
        except Exception as error:  # noqa: BLE001 - whatever the broker's library raises
            logger.warning("No worker could be woken, the task waits for the reconciler: %s", error)
