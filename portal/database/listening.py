"""Waiting for what another process tells by NOTIFY, on the connection of a request."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def listening(channel: str) -> Iterator[Callable[[float], None]]:
    """Hands out a function that returns once something is told on the channel, at the latest after so many
    seconds: look at the rows in any case, for behind a pooler that keeps no sessions nothing is heard.

    Not in a transaction, which hears nothing until it ends. Raises Django's database errors.
    """

    def wait(seconds: float) -> None:
        with connection.wrap_database_errors:
            for _ in connection.connection.notifies(timeout=seconds, stop_after=1):
                pass

    connection.ensure_connection()
    if connection.connection.prepare_threshold is None:
        yield time.sleep
        return
    name = connection.ops.quote_name(channel)
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {name}")
        try:
            yield wait
        finally:
            cursor.execute(f"UNLISTEN {name}")


def tell(channel: str) -> None:
    """Let those who listen look; in a transaction, when it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [channel])
