"""Scheduled work: a function that a worker runs every so often, outside of any request."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from portal.extension.acceptance import acting
from portal.extension.points import Contribution

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`run` is called by one worker at a time; it must bear to be called too often or not at all.

    After `limit` a run is ended. What it raises is logged with the plugin's name and costs nothing else.
    `waiting` is the portal's own: one cheap statement that says whether a worker need be woken. The clock
    calls it, which must not wait for a plugin.
    """

    name: str
    run: Callable[[], None]
    every: timedelta
    limit: timedelta = timedelta(minutes=5)
    waiting: Callable[[], bool] | None = None


def run_schedule(contribution: Contribution[Schedule]) -> bool:
    """Run the work now; False where it is running elsewhere, or failed (the log says why)."""
    key = f"{contribution.plugin}.{contribution.name}"
    was_atomic = connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"schedule {key}"])
        if not cursor.fetchone()[0]:
            logger.info("plugin=%s schedule %s is still running", contribution.plugin, key)
            return False
    try:
        with acting(contribution.plugin):
            contribution.value.run()
    except Exception:
        logger.exception("plugin=%s schedule %s failed", contribution.plugin, key)
        return False
    except SystemExit:
        logger.error("plugin=%s schedule %s wanted to end the process", contribution.plugin, key)
        return False
    finally:
        _unlock(key, was_atomic)
    return True


def _unlock(key: str, was_atomic: bool) -> None:
    """Where the work left its connection broken or in a transaction, the lock ends with the connection."""
    if connection.in_atomic_block != was_atomic or not connection.is_usable():
        connection.close()
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"schedule {key}"])
