"""Objects loaded together load what they need together."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from portal.extension.batching import introduce, load_one


@dataclass
class Row:
    pk: int


class Loader:
    """Doubles keys, remembers what it was asked."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.calls: list[tuple[list[int], tuple[str, ...]]] = []
        self.failure = failure

    def __call__(self, rows: Sequence[Row], *args: str) -> dict[int, int]:
        self.calls.append(([row.pk for row in rows], args))
        if self.failure:
            raise self.failure
        return {row.pk: row.pk * 2 for row in rows if row.pk != 3}


def test_the_first_of_a_list_loads_for_all_of_it() -> None:
    rows, load = introduce([Row(1), Row(2), Row(3)]), Loader()

    assert [load_one(load, row) for row in rows] == [2, 4, None]
    assert load.calls == [([1, 2, 3], ())]


def test_other_arguments_are_another_question() -> None:
    rows, load = introduce([Row(1), Row(2)]), Loader()

    for row in rows:
        load_one(load, row, "a")
        load_one(load, row, "b")

    assert load.calls == [([1, 2], ("a",)), ([1, 2], ("b",))]


def test_an_object_that_was_loaded_alone_is_its_own_peer() -> None:
    load = Loader()

    assert load_one(load, Row(7)) == 14
    assert load.calls == [([7], ())]


def test_an_object_keeps_the_peers_it_was_loaded_with() -> None:
    rows, load = introduce([Row(1), Row(2)]), Loader()
    load_one(load, rows[0])

    introduce([rows[1], Row(9)])

    assert load_one(load, rows[1]) == 4
    assert load.calls == [([1, 2], ())]


def test_what_two_threads_need_at_once_is_loaded_once() -> None:
    rows = introduce([Row(1), Row(2)])
    asked, answer = threading.Event(), threading.Event()

    class Slow(Loader):
        def __call__(self, rows: Sequence[Row], *args: str) -> dict[int, int]:
            asked.set()
            answer.wait(10)
            return super().__call__(rows, *args)

    load = Slow()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(load_one, load, rows[0])
        assert asked.wait(10)
        second = threads.submit(load_one, load, rows[1])
        answer.set()
        assert (first.result(10), second.result(10)) == (2, 4)
    assert load.calls == [([1, 2], ())]


def test_a_failing_loader_runs_once_and_fails_for_every_peer() -> None:
    rows, load = introduce([Row(1), Row(2), Row(3)]), Loader(failure=ValueError("broken"))

    for row in rows:
        with pytest.raises(ValueError, match="broken"):
            load_one(load, row)

    assert load.calls == [([1, 2, 3], ())]
