"""The deadline of a request: no SQL statement starts after it, none outlasts the database's own."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
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


@dataclass(slots=True)
class Deadline:
    """When the answer has to be there, by the monotonic clock."""

    end: float


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Within the block, statements that would start too late raise TimedOut instead."""
    current = Deadline(time.monotonic() + seconds)

    def in_time(
        execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if time.monotonic() > current.end:
            raise timed_out()
        return execute(sql, params, many, context)

    token = _current.set(current)
    try:
        with connection.execute_wrapper(in_time):
            yield
    finally:
        _current.reset(token)


@contextmanager
def waiting() -> Iterator[None]:
    """Within the block a worker is waited for, which has a limit of its own: the deadline stands still."""
    current = _current.get()
    if current is None:
        yield
        return
    left = current.end - time.monotonic()
    current.end = math.inf
    try:
        yield
    finally:
        current.end = time.monotonic() + left


def is_statement_timeout(error: BaseException | None) -> bool:
    """Whether PostgreSQL cancelled the statement at its `statement_timeout`."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled)
