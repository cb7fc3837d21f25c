"""What SQLite adds: items outlive the process."""

import tempfile
import unittest
from pathlib import Path

from ${{ values.package }}.store import open_store


class StoreTest(unittest.TestCase):
    def test_items_are_there_after_opening_the_file_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "items.sqlite3")
            with open_store(path) as store:
                item = store.add("Lighthouse", "white")
            with open_store(path) as store:
                self.assertEqual(store.get(item["id"]), item)
                self.assertEqual(store.latest(10), [item])
