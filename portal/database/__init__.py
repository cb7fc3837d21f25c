"""Django's PostgreSQL backend, with less asking on the way to an answer."""

from typing import Any

from django.db import connection


def prepared_cursor() -> Any:
    """A cursor of the default connection that prepares what it executes (see `DatabaseWrapper`)."""
    return connection.prepared_cursor()  # type: ignore[attr-defined]
