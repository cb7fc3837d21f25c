"""What a plugin breaks stays in its place: deadline, rest, threads, connection, exits."""

import logging
import threading

import pytest
from django.db import connection

from portal.extension import guard
from portal.extension.breaker import FAILURES_IN_A_ROW, LONGEST_REST, Breaker
from portal.extension.guard import Call, PluginFailed, contained, contained_all

pytestmark = pytest.mark.usefixtures("two_threads")


def fail():
    raise RuntimeError("secret detail 8731")


def test_a_call_answers_its_value_from_a_thread_of_its_plugin():
    assert contained("costs", "the panel Costs", lambda: threading.current_thread().name) == "plugin-costs"


def test_calls_answer_in_their_order_and_run_side_by_side():
    both_there = threading.Barrier(2, timeout=300)
    calls = [Call("a", "x", both_there.wait), Call("b", "y", both_there.wait)]
    assert sorted(outcome.value for outcome in contained_all(calls)) == [0, 1]


def test_a_failure_is_a_sentence_without_details_and_the_log_has_them(caplog):
    with pytest.raises(PluginFailed) as failed:
        contained("costs", "the panel Costs", fail)
    sentence = str(failed.value)
    reference = sentence.rstrip(".").rpartition(" ")[2]
    assert sentence == (
        f"The plugin costs failed while loading the panel Costs. The log says more at {reference}."
    )
    assert len(reference) == 12
    logged = next(record for record in caplog.records if reference in record.getMessage())
    assert "secret detail 8731" in logging.Formatter().format(logged)
    assert "secret" not in sentence


def test_a_hanging_call_is_given_up_at_the_deadline_and_the_plugin_rests(release, short, settings):
    settings.PLUGIN_REST = 600
    calls = [Call("slow", "the panel Slow", lambda: release.wait(60)), Call("good", "x", lambda: "there")]
    slow, good = contained_all(calls)
    assert not release.is_set()
    assert slow.failure == (
        "The plugin slow did not answer within 3 s while loading the panel Slow; it rests."
    )
    assert good.value == "there"
    assert guard.health("slow") == guard.Health("resting", slow.failure)
    assert guard.stuck_threads() == {"slow": 1}
    ran: list[str] = []
    outcome = contained_all([Call("slow", "x", lambda: ran.append("ran"))])[0]
    assert (outcome.failure, ran) == (slow.failure, [])


def test_all_calls_together_have_one_deadline(release, short):
    calls = [Call(f"p{number}", "x", lambda: release.wait(60)) for number in range(5)]
    assert all("3 s" in (outcome.failure or "") for outcome in contained_all(calls))
    assert guard.stuck_threads() == {f"p{number}": 1 for number in range(5)}


def test_what_others_wait_for_is_not_waited_for_long_and_ends_at_its_deadline_all_the_same(settings, release):
    calls = [Call("slow", "x", lambda: release.wait(60)), Call("good", "x", lambda: "there")]
    slow, good = contained_all(calls, within=2)
    assert (slow.failure, slow.late) == ("The plugin slow did not say within 2 s.", True)
    assert (good.value, good.late) == ("there", False)
    assert guard.health("slow").state == "ready", "slow is no failure"
    call, job, _ = guard._cells["slow"].overdue.pop()
    guard._cells["slow"].overdue.append((call, job, 0.0))
    [rests] = contained_all([Call("slow", "x", lambda: "ran")])
    assert rests.failure == "The plugin slow did not answer within 60 s while loading x; it rests."
    assert guard.stuck_threads() == {"slow": 1}


def test_a_plugin_that_only_waits_for_a_thread_is_busy_and_does_not_rest(release, short):
    calls = [Call("busy", "x", lambda: release.wait(60)) for _ in range(2)] + [Call("busy", "y", lambda: 1)]
    assert contained_all(calls)[2].failure == (
        "The plugin busy is busy: y was not reached within 3 s. Try again."
    )


def exits():
    raise SystemExit(3)


def interrupts():
    raise KeyboardInterrupt


class HostileError(Exception):
    def __str__(self):
        raise SystemExit("printed")


def hostile():
    raise HostileError


@pytest.mark.parametrize("run", [exits, interrupts, hostile])
def test_what_would_end_the_process_ends_the_call(run):
    outcome = contained_all([Call("costs", "the panel Costs", run)])[0]
    assert outcome.failure is not None
    assert outcome.failure.startswith("The plugin costs failed while loading the panel Costs.")
    assert contained("costs", "x", lambda: "still there") == "still there"


def test_failures_in_a_row_open_the_breaker_and_a_success_between_them_does_not():
    for _ in range(FAILURES_IN_A_ROW - 1):
        contained_all([Call("costs", "x", fail)])
    contained("costs", "x", lambda: 1)
    contained_all([Call("costs", "x", fail)])
    assert guard.health("costs").state == "ready"
    for _ in range(FAILURES_IN_A_ROW - 1):
        contained_all([Call("costs", "x", fail)])
    assert guard.health("costs").state == "resting"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_a_rest_ends_with_one_trial_and_doubles_when_the_trial_fails():
    clock = Clock()
    breaker = Breaker(10, clock=clock)
    breaker.failed("It hung.", at_once=True)
    assert breaker.admit(trial_seconds=2) == "It hung."
    clock.now += 10
    assert breaker.admit(trial_seconds=2) is None
    assert breaker.admit(trial_seconds=2) == "It hung."
    breaker.failed("It hung again.", at_once=True)
    clock.now += 19
    assert breaker.admit(trial_seconds=2) == "It hung again."
    clock.now += 1
    assert breaker.admit(trial_seconds=2) is None
    breaker.succeeded()
    assert (breaker.admit(trial_seconds=2), breaker.health()) == (None, guard.Health("ready", None))


def test_a_call_from_before_the_rest_does_not_end_it():
    """Panels of one plugin are asked side by side: one of them hangs, the others come back."""
    clock = Clock()
    breaker = Breaker(10, clock=clock)
    breaker.failed("It hung.", at_once=True)
    breaker.succeeded()
    assert breaker.admit(trial_seconds=2) == "It hung."
    assert breaker.health() == guard.Health("resting", "It hung.")


def test_a_rest_does_not_grow_beyond_its_limit():
    clock = Clock()
    breaker = Breaker(10, clock=clock)
    for _ in range(20):
        breaker.failed("It hung.", at_once=True)
    clock.now += LONGEST_REST
    assert breaker.admit(trial_seconds=2) is None


def statement(sql):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    return run


@pytest.mark.django_db
def test_plugin_code_has_a_connection_of_its_own():
    mine = statement("SELECT pg_backend_pid()")()
    theirs = contained("costs", "x", statement("SELECT pg_backend_pid()"))
    assert mine != theirs


@pytest.mark.django_db
def test_plugin_code_cannot_write_while_it_serves_a_request():
    outcome = contained_all([Call("costs", "x", statement("DELETE FROM accounts_account RETURNING 1"))])[0]
    assert outcome.value is None
    assert contained("costs", "x", statement("SHOW transaction_read_only")) == "on"


@pytest.mark.django_db
def test_the_first_statement_after_many_calls_without_one_finds_its_connection():
    for _ in range(200):
        contained("costs", "x", int)
    assert contained("costs", "x", statement("SHOW transaction_read_only")) == "on"


@pytest.mark.django_db
def test_a_statement_ends_at_the_deadline():
    assert contained("costs", "x", statement("SHOW statement_timeout")) == "1min"


@pytest.mark.django_db
def test_a_failed_statement_spoils_neither_the_request_nor_the_next_call(django_assert_num_queries):
    statement("SELECT 1")()
    outcome = contained_all([Call("costs", "x", statement("SELECT no_such_column"))])[0]
    assert outcome.failure is not None
    assert "no_such_column" not in outcome.failure
    assert contained("costs", "x", statement("SELECT 2")) == 2
    with django_assert_num_queries(1):
        assert statement("SELECT 1")() == 1


@pytest.mark.django_db
def test_a_transaction_that_plugin_code_leaves_open_is_gone_at_the_next_call(settings):
    settings.PLUGIN_THREADS = 1

    def leave_open():
        connection.set_autocommit(False)
        return statement("SELECT pg_backend_pid()")()

    def autocommits():
        return connection.get_autocommit()

    before = contained("costs", "x", leave_open)
    assert contained("costs", "x", autocommits) is True
    assert contained("costs", "x", statement("SELECT pg_backend_pid()")) != before
