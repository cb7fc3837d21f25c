"""`migrate` while the portal runs: it waits a moment for a table that is in use, gives way, and comes again.

A migration that waits for a table lets everybody who comes after it wait too, readers included.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

LONGEST_PAUSE = 5.0


class Command(migrate.Command):
    """Django's, repeated for `PORTAL_MIGRATION_SECONDS`; what was applied stays, also after a kill."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        end, tries = time.monotonic() + settings.MIGRATION_SECONDS, 0
        while True:
            try:
                with _impatient(connection):
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                if time.monotonic() >= end:
                    raise CommandError(
                        f"The tables stayed in use for {settings.MIGRATION_SECONDS} s: {error.__cause__}. "
                        "See who holds them in pg_stat_activity, then migrate again: what was applied stays."
                    ) from None
            tries += 1
            if options["verbosity"] >= 1:
                self.stdout.write("\nA table is in use; it is tried again.")
            time.sleep(random.uniform(0.1, 0.5) * min(tries, LONGEST_PAUSE))  # noqa: S311 - spreads load


@contextmanager
def _impatient(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Locks are waited for a moment only; a statement on a large table may take its time."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {int(settings.MIGRATION_LOCK_MS)}; SET statement_timeout = 0")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout; RESET statement_timeout")
