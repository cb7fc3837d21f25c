"""Turns: one after the other, each for a while, and nobody's deadline before their turn."""

import threading

import pytest

from portal.extension import guard
from portal.extension.guard import Call
from portal.extension.turns import Turns, contained_by_turns

LONG = 30


def taken(turns: Turns, began: threading.Event, ends: threading.Event) -> threading.Thread:
    def work() -> None:
        with turns.one():
            began.set()
            ends.wait(LONG)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_turns_come_one_after_the_other_in_the_order_they_are_asked_for() -> None:
    turns = Turns(longest=LONG)
    began, ends = [threading.Event() for _ in range(3)], [threading.Event() for _ in range(3)]
    threads = []
    for number in range(3):
        threads.append(taken(turns, began[number], ends[number]))
        while len(turns._line) + len(turns._begun) <= number:
            threading.Event().wait(0.001)
    for number in range(3):
        assert began[number].wait(60)
        assert not any(later.is_set() for later in began[number + 1 :])
        ends[number].set()
    for thread in threads:
        thread.join(60)


def test_a_turn_that_takes_long_keeps_nobody_waiting() -> None:
    turns = Turns(longest=0.05)
    began, ends = threading.Event(), threading.Event()
    thread = taken(turns, began, ends)
    assert began.wait(60)
    with turns.one():
        assert thread.is_alive()
    ends.set()
    thread.join(60)


@pytest.mark.usefixtures("two_threads", "short")
def test_panels_are_made_one_after_the_other_and_beside_one_that_waits(release: threading.Event) -> None:
    now: list[str] = []

    def make() -> int:
        now.append("one")
        threading.Event().wait(0.002)
        beside = len(now)
        now.pop()
        return beside

    quick = [Call(plugin, "x", make) for plugin in ("amber", "birch", "coral")]
    assert [outcome.value for outcome in contained_by_turns(quick, within=None)] == [1, 1, 1]
    hangs = Call("hangs", "x", lambda: release.wait(60))
    first, *others = contained_by_turns([hangs, *quick], within=None)
    assert first.failure == "The plugin hangs did not answer within 3 s while loading x; it rests."
    assert [outcome.value for outcome in others] == [1, 1, 1]


@pytest.mark.usefixtures("two_threads", "short")
def test_waiting_for_a_turn_is_no_time_of_the_plugin(release: threading.Event) -> None:
    """Two requests hang until their deadline; who comes after them has all of its own."""
    hangs = [Call("hangs", "x", lambda: release.wait(60))]
    threads = [threading.Thread(target=contained_by_turns, args=[hangs], kwargs={"within": None})]
    threads += [threading.Thread(target=contained_by_turns, args=[hangs], kwargs={"within": None})]
    for thread in threads:
        thread.start()
    [outcome] = contained_by_turns([Call("slow", "x", lambda: release.wait(0.1))], within=None)
    assert (outcome.failure, outcome.value) == (None, False)
    assert guard.health("slow").state == "ready"
    for thread in threads:
        thread.join(60)
