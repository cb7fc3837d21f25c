"""Django's PostgreSQL backend, with less asking on the way to an answer."""

from typing import Any

from django.db import connection


def ask(sql: str, values: Any = (), *, raw: bool = False) -> list[tuple[Any, ...]]:
    """The rows of a statement of the default connection that is prepared (see `DatabaseWrapper.ask`)."""
    rows: list[tuple[Any, ...]] = connection.ask(sql, values, raw=raw)  # type: ignore[attr-defined]
    return rows
