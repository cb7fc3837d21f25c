"""Statements that almost every request asks: prepared once on a connection, then each is one call of libpq.

A cursor of psycopg looks up anew, at each statement, how every value is written and read, and waits for the
answer in steps that Ctrl-C can end: two thirds of the CPU that asking takes here. What is given up is Ctrl-C;
the server's own `statement_timeout` ends what takes too long.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from psycopg import Connection
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

PLACE = re.compile(r"%%|%s|%\((\w+)\)s")
OUTDATED = (InvalidSqlStatementName, FeatureNotSupported)
"""Somebody had the server forget what was prepared; a migration gave a column another type."""
DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)

Values = Sequence[Any] | Mapping[str, Any]
Row = tuple[Any, ...]


class Asking:
    """What one connection has prepared. The texts are the portal's own, so there are not many.

    PostgreSQL infers the types of parameters from the text: cast them where it cannot. A list is an array.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._statements: dict[str, _Statement] = {}

    def ask(self, sql: str, values: Values, *, raw: bool) -> list[Row]:
        """The rows; `raw` as PostgreSQL wrote them, in bytes. Raises psycopg's errors."""
        try:
            return self._statement(sql).ask(values, raw=raw)
        except OUTDATED:
            self._statements.clear()
            return self._statement(sql).ask(values, raw=raw)

    def _statement(self, sql: str) -> "_Statement":
        statement = self._statements.get(sql)
        if statement is None:
            statement = self._statements[sql] = _Statement(self._connection, sql)
        return statement


class _Statement:
    _numbers = count()

    def __init__(self, connection: Connection[Any], sql: str) -> None:
        self._pgconn, self._name = connection.pgconn, b"portal_%d" % next(self._numbers)
        self._names: list[str] = []
        text = PLACE.sub(self._numbered, sql)
        self._formats = [PyFormat.TEXT] * len(self._names)
        self._writer, self._reader = Transformer(connection), Transformer(connection)
        self._knows_columns = False
        _done(self._pgconn.prepare(self._name, text.encode()))

    def _numbered(self, found: re.Match[str]) -> str:
        """PostgreSQL's `$1` for a place of Python's."""
        if found[0] == "%%":
            return "%"
        self._names.append(found[1])
        return f"${len(self._names)}"

    def ask(self, values: Values, *, raw: bool) -> list[Row]:
        given = [values[name] for name in self._names] if isinstance(values, Mapping) else values
        texts = self._writer.dump_sequence(given, self._formats)
        result = _done(self._pgconn.exec_prepared(self._name, texts))  # type: ignore[arg-type]
        return raw_rows(result) if raw else self._rows(result)

    def _rows(self, result: PGresult) -> list[Row]:
        self._reader.set_pgresult(result, set_loaders=not self._knows_columns)
        self._knows_columns = True
        return self._reader.load_rows(0, result.ntuples, tuple)


def raw_rows(result: PGresult) -> list[Row]:
    value, columns = result.get_value, range(result.nfields)
    return [tuple([value(row, column) for column in columns]) for row in range(result.ntuples)]


def _done(result: PGresult) -> PGresult:
    if result.status not in DONE:
        raise error_from_result(result, encoding="utf-8")
    return result
