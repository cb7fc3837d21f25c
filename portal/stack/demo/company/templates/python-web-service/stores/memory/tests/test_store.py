"""What the memory store promises: the newest first, and copies only."""

import unittest

from ${{ values.package }}.store import open_store


class StoreTest(unittest.TestCase):
    def test_the_newest_item_comes_first(self) -> None:
        with open_store() as store:
            names = [store.add(name, "")["name"] for name in ("first", "second", "third")]
            self.assertEqual([item["name"] for item in store.latest(2)], names[:0:-1])

    def test_a_changed_copy_does_not_change_the_store(self) -> None:
        with open_store() as store:
            item = store.add("Lighthouse", "")
            item["name"] = "changed"
            self.assertEqual(store.latest(1)[0]["name"], "Lighthouse")
