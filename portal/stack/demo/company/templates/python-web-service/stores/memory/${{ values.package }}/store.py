"""Keeps items in memory: quick, and gone with the process."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Item = dict[str, Any]


class Store:
    """Items by id, in the order they came. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: dict[str, Item] = {}

    def add(self, name: str, note: str) -> Item:
        item: Item = {"id": uuid.uuid4().hex, "name": name, "note": note}
        with self._lock:
            self._items[item["id"]] = item
        return dict(item)

    def get(self, item_id: str) -> Item | None:
        with self._lock:
            item = self._items.get(item_id)
        return dict(item) if item else None

    def remove(self, item_id: str) -> bool:
        """Whether it was there."""
        with self._lock:
            return self._items.pop(item_id, None) is not None

    def latest(self, limit: int) -> list[Item]:
        """The newest first."""
        with self._lock:
            return [dict(item) for item in list(self._items.values())[: -limit - 1 : -1]]

    def count(self) -> int:
        with self._lock:
            return len(self._items)


@contextmanager
def open_store(_path: str | None = None) -> Iterator[Store]:
    yield Store()
