"""Plugin code that does not return: its thread is given up, counted, replaced, and has no connection."""

import threading
import time

import pytest
from django.db import connection

from portal.extension import guard
from portal.extension.guard import Call, contained_all

pytestmark = pytest.mark.usefixtures("two_threads")


def test_a_busy_loop_ends_when_it_is_given_up(short):
    ended = threading.Event()

    def spin():
        try:
            while True:
                pass
        finally:
            ended.set()

    assert contained_all([Call("spinning", "x", spin)])[0].failure is not None
    assert ended.wait(60)


def test_a_stuck_thread_that_returns_is_no_longer_counted(release, short):
    returned = threading.Event()

    def hang():
        try:
            release.wait(60)
        finally:
            returned.set()

    contained_all([Call("slow", "x", hang)])
    assert guard.stuck_threads() == {"slow": 1}
    release.set()
    assert returned.wait(60)
    guard._cells["slow"].threads.stop(60)
    assert guard.stuck_threads() == {}


@pytest.mark.django_db(transaction=True)
def test_a_stuck_thread_is_replaced_and_has_no_connection(settings, release):
    settings.PLUGIN_REST, settings.PLUGIN_DEADLINE = 0, 3
    connected: list[int] = []

    def hang() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            connected.append(cursor.fetchone()[0])
        release.wait(60)

    for number in range(1, 4):
        contained_all([Call("slow", "x", hang)])
        assert guard.stuck_threads() == {"slow": number}, "more than the two that may work"
    settings.PLUGIN_DEADLINE = 60
    assert contained_all([Call("slow", "x", lambda: "ran")])[0].value == "ran"
    assert len(connected) == 3
    until = time.monotonic() + 60
    while alive(connected) and time.monotonic() < until:
        time.sleep(0.02)
    assert alive(connected) == 0


def alive(backends: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [backends])
        return int(cursor.fetchone()[0])


def test_a_plugin_with_too_many_stuck_threads_is_not_asked(settings):
    settings.PLUGIN_REST, settings.PLUGIN_DEADLINE = 0, 0.05
    hung = threading.Lock()

    def hang() -> None:
        with hung:
            """The lock is not free before the end of the test."""

    with hung:
        while guard.stuck_threads() != {"worse": 8}:  # on a busy machine some calls are not reached in time
            contained_all([Call("worse", "x", hang)])
        outcome = contained_all([Call("worse", "x", lambda: "ran")])[0]
    assert outcome.failure == "The plugin worse hangs: 8 threads are stuck with it."


def test_fifty_hangs_cost_eight_threads_and_nobody_else_a_call_and_the_plugin_comes_back(settings, release):
    """Where nothing can end what hangs (here: a wait for a lock), its threads are all that it takes."""
    settings.PLUGIN_DEADLINE, settings.PLUGIN_REST = 0.02, 0
    hung = threading.Lock()
    hung.acquire()

    def hang() -> None:
        with hung:
            """The lock is not free before the end of the test."""

    for _ in range(50):
        contained_all([Call("slow", "x", hang)])
        settings.PLUGIN_DEADLINE = 60  # a busy machine is no hang
        assert contained_all([Call("other", "y", lambda: "there")])[0].value == "there"
        settings.PLUGIN_DEADLINE = 0.02
    while guard.stuck_threads() != {"slow": 8}:  # on a busy machine some calls are not reached in time
        contained_all([Call("slow", "x", hang)])
    threads = [thread for thread in threading.enumerate() if thread.name == "plugin-slow"]
    assert len(threads) == 8
    hung.release()
    for thread in threads:
        thread.join(60)
    settings.PLUGIN_DEADLINE = 60
    assert guard.stuck_threads() == {}
    assert contained_all([Call("slow", "x", lambda: "back")])[0].value == "back"
