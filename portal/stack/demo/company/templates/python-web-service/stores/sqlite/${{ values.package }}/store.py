"""Keeps items in one SQLite file, named by DATABASE_PATH."""

import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

Item = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    note TEXT NOT NULL
)
"""


class Store:
    """One connection behind a lock: SQLite has one writer anyway. Safe to use from many threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._lock = threading.Lock()
        self._connection = connection
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(SCHEMA)

    def _query(self, sql: str, *values: object) -> list[Item]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def add(self, name: str, note: str) -> Item:
        item: Item = {"id": uuid.uuid4().hex, "name": name, "note": note}
        self._query("INSERT INTO item (id, name, note) VALUES (?, ?, ?)", *item.values())
        return item

    def get(self, item_id: str) -> Item | None:
        rows = self._query("SELECT id, name, note FROM item WHERE id = ?", item_id)
        return rows[0] if rows else None

    def remove(self, item_id: str) -> bool:
        """Whether it was there."""
        return bool(self._query("DELETE FROM item WHERE id = ? RETURNING id", item_id))

    def latest(self, limit: int) -> list[Item]:
        """The newest first."""
        return self._query("SELECT id, name, note FROM item ORDER BY position DESC LIMIT ?", limit)

    def count(self) -> int:
        return int(self._query("SELECT count(*) AS count FROM item")[0]["count"])


@contextmanager
def open_store(path: str | None = None) -> Iterator[Store]:
    """`path` or DATABASE_PATH; `:memory:` keeps nothing."""
    where = path or os.environ.get("DATABASE_PATH", "items.sqlite3")
    with closing(sqlite3.connect(where, isolation_level=None, check_same_thread=False)) as connection:
        yield Store(connection)
