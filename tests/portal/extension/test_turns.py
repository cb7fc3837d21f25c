"""Turns: a few at once, each for a while."""

import threading

from portal.extension.turns import Turns


def taken(turns: Turns, began: threading.Event, ends: threading.Event) -> threading.Thread:
    def work() -> None:
        with turns.one():
            began.set()
            ends.wait(30)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_who_comes_when_all_turns_are_taken_waits_until_one_ends() -> None:
    turns = Turns(at_once=2, longest=30)
    began, ends = [threading.Event() for _ in range(3)], [threading.Event() for _ in range(3)]
    threads = []
    for number in range(2):
        threads.append(taken(turns, began[number], ends[number]))
        assert began[number].wait(10)
    threads.append(taken(turns, began[2], ends[2]))
    assert not began[2].wait(0.05)
    ends[1].set()
    assert began[2].wait(10)
    for end in ends:
        end.set()
    for thread in threads:
        thread.join(10)


def test_a_turn_that_takes_long_keeps_nobody_waiting() -> None:
    turns = Turns(at_once=1, longest=0.05)
    began, ends = threading.Event(), threading.Event()
    thread = taken(turns, began, ends)
    assert began.wait(10)
    with turns.one():
        assert thread.is_alive()
    ends.set()
    thread.join(10)
