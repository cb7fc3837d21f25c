"""The deadline of a request: no SQL statement starts after it, none outlasts the database's own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.utils import OperationalError
from psycopg.errors import QueryCanceled

from portal.rest.errors import Unavailable


class TimedOut(Unavailable):
    """The answer took longer than a request may."""

    default_code = "TIMEOUT"


def timed_out() -> TimedOut:
    return TimedOut("This part of the answer took too long. Ask for less: a filter, a smaller page.")


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Within the block, statements that would start too late raise TimedOut instead."""
    end = time.monotonic() + seconds

    def in_time(
        execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if time.monotonic() > end:
            raise timed_out()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(in_time):
        yield


def is_statement_timeout(error: BaseException | None) -> bool:
    """Whether PostgreSQL cancelled the statement at its `statement_timeout`."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled)
