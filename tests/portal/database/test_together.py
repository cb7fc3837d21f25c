"""Threads that ask at the same time share a statement, and none is given what was old when it came."""

import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from portal.database.together import Together

THREADS = 8
TIMES = 50


def test_an_answer_that_is_shared_began_after_everybody_had_come() -> None:
    asked = 0

    def ask(keys: Collection[str]) -> dict[str, int]:
        nonlocal asked
        asked += 1
        answer = asked
        time.sleep(0.002)
        return dict.fromkeys(keys, answer)

    together = Together(ask)

    def ask_often(name: str) -> None:
        for _ in range(TIMES):
            before = asked
            answer = together(name)
            assert answer is not None
            assert answer > before

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(ask_often, "abcdabcd"))
    assert TIMES <= asked < THREADS * TIMES / 2


def test_where_it_fails_the_others_ask_alone() -> None:
    everybody = Barrier(THREADS)
    sizes = []

    def ask(keys: Collection[str]) -> dict[str, str]:
        sizes.append(len(keys))
        time.sleep(0.05)
        if len(keys) > 1:
            raise ConnectionError
        return {key: key for key in keys if key != "unknown"}

    together = Together(ask)

    def asked(name: str) -> str | None:
        everybody.wait()
        try:
            return together(name)
        except ConnectionError:
            return "failed"

    names = ["unknown", *"bcdefgh"]
    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(asked, names))
    assert max(sizes) > 1
    assert answers.count("failed") == sum(size > 1 for size in sizes)
    found = {name: answer for name, answer in zip(names, answers, strict=True) if answer != "failed"}
    assert found == {name: None if name == "unknown" else name for name in found}
