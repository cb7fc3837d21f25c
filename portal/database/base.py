"""The database backend: kept connections are not asked whether they live, frequent statements are prepared.

*Liveness.* Django asks `SELECT 1` at the first statement of each request on a kept connection: one journey
more for requests that need two or three. But a server that went away has closed the connection, and a closed
connection has something to read (its end), while a good one that is idle has nothing. So the socket is looked
at; only where there is something to read, or the connection was idle for so long that a firewall may have
dropped it in silence, the server is asked.

*Moments.* `datetime.fromisoformat` reads them, in a sixth of the time of Django's loader.

*Locks.* A request waits for one as patience.py says.

*Preparing.* Statements that almost every request asks are parsed and planned once per connection.
"""

import select
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from django.db.backends.postgresql.psycopg_any import BaseTzLoader  # type: ignore[import-untyped]
from django.utils.functional import cached_property
from psycopg.pq import TransactionStatus

from portal.database.asking import Asking, Row, Values, raw_rows
from portal.database.patience import NotingErrors

TRUSTED_SECONDS = 30


class MomentLoader(BaseTzLoader):  # type: ignore[misc]
    """A `timestamptz` of a connection whose time zone is UTC."""

    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:  # infinity, before Christ: as Django does it
            return super().load(data)  # type: ignore[no-any-return]


class BesideCursor(base.ServerBindingCursor):  # type: ignore[misc,name-defined]
    """Sends values beside the statement, and prepares none: after a rollback psycopg has the server forget
    what it prepared, and ours with it."""

    def execute(self, query: Any, params: Any = None) -> Any:
        return super().execute(query, params, prepare=False)


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "portal.database.compiler"

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """What the log of statements shows: with its parameters, also where they went beside it."""
        if isinstance(cursor, BesideCursor):
            shown: str = self.compose_sql(sql, params)
            return shown
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    _asked_at = 0.0
    _asking: Asking
    _lock_ms: int | None = None
    """How long its statements wait for a lock; None: as long as they may take."""

    @cached_property
    def wrap_database_errors(self) -> NotingErrors:
        return NotingErrors(self)

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] = super().get_new_connection(conn_params)
        if self.timezone == UTC:
            connection.adapters.register_loader("timestamptz", MomentLoader)
        return connection

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self._asking = Asking(self.connection)
        self._set_lock_timeout()

    def wait_for_locks(self, milliseconds: int) -> None:
        """From now on; a connection that has gone meanwhile is opened anew by its next statement."""
        if milliseconds != self._lock_ms and not self.in_atomic_block:
            self._lock_ms = milliseconds
            try:
                self._set_lock_timeout()
            except psycopg.Error:
                self.close()

    def _set_lock_timeout(self) -> None:
        if self.connection is not None and self._lock_ms is not None:
            self.connection.execute(f"SET lock_timeout = {self._lock_ms}")

    def is_usable(self) -> bool:
        now = time.monotonic()
        if now - self._asked_at < TRUSTED_SECONDS and self._is_quiet():
            return True
        usable: bool = super().is_usable()
        self._asked_at = now if usable else 0.0
        return usable

    def _is_quiet(self) -> bool:
        """Whether the connection is open, in no transaction, and nothing came that nobody asked for."""
        connection = self.connection
        if connection is None or connection.info.transaction_status != TransactionStatus.IDLE:
            return False
        poll = select.poll()
        poll.register(connection.pgconn.socket, select.POLLIN | select.POLLERR | select.POLLHUP)
        return not poll.poll(0)

    def ask(self, sql: str, values: Values = (), *, raw: bool = False) -> list[Row]:
        """The rows of a statement that is asked again and again, in the same words with other values.

        Its values are PostgreSQL's, so a list is an array (`= ANY (%s)`), no list of values. `raw` rows are
        what PostgreSQL wrote, in bytes. A transaction, a log of statements and a pooler that knows nothing of
        prepared ones take a cursor.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if not self.autocommit or self.queries_logged or self.connection.prepare_threshold is None:
            return self._ask_cursor(sql, values, raw)

        def execute(sql: str, values: Values, many: bool, context: dict[str, Any]) -> list[Row]:
            with self.wrap_database_errors:
                return self._asking.ask(sql, values, raw=raw)

        for wrapper in reversed(self.execute_wrappers):
            execute = partial(wrapper, execute)
        return execute(sql, values, False, {"connection": self, "cursor": None})

    def _ask_cursor(self, sql: str, values: Values, raw: bool) -> list[Row]:
        with self.wrap_database_errors:
            cursor = self._prepare_cursor(BesideCursor(self.connection))  # type: ignore[attr-defined]
        with cursor:
            cursor.execute(sql, values)
            if cursor.description is None:
                return []
            return raw_rows(cursor.pgresult) if raw else cursor.fetchall()
