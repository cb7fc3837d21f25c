"""A kept connection is good without a question to the server, until the server went away."""

import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from django.db import DataError, ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from portal.database import ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_connection_of_its_own() -> None:
    """That has prepared nothing."""
    connection.close()


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements "
            "WHERE statement LIKE '%repeated%' AND NOT statement LIKE '%pg_prepared%'"
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_statement_is_prepared_at_its_first_use_and_its_lists_are_arrays() -> None:
    for found in ([1, 3], [2], [1, 2, 3]):
        rows = ask("SELECT repeated FROM generate_series(1, 3) repeated WHERE repeated = ANY (%s)", [found])
        assert [row[0] for row in rows] == found
    assert len(prepared()) == 1


def test_values_go_and_come_as_a_cursor_writes_and_reads_them() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    sql = (
        "SELECT %(text)s::text, %(none)s::text, %(list)s::text[], %(day)s::timestamptz, %(yes)s::bool, "
        "%(text)s || ' %% 5', 7, NULL"
    )
    values = {"text": 'it\'s \\ "é"', "none": None, "list": ["a,b", '"', "\\"], "day": moment, "yes": True}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        expected = cursor.fetchall()
    for _ in range(2):
        assert ask(sql, values) == expected
    assert expected[0][:5] == tuple(values[name] for name in ("text", "none", "list", "day", "yes"))
    assert ask("SELECT 7, NULL", raw=True) == [(b"7", None)]
    assert ask("SELECT 1 WHERE false") == []


def test_moments_are_read_as_they_were_written() -> None:
    moments = [datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=UTC), None]
    sql = "SELECT moment FROM unnest(%s::timestamptz[]) moment"
    with connection.cursor() as cursor:
        cursor.execute(sql, [moments])
        assert [moment for (moment,) in cursor.fetchall()] == moments
        cursor.execute("SELECT '2026-01-02 03:04+05:30'::timestamptz")
        assert cursor.fetchone()[0].isoformat() == "2026-01-01T21:34:00+00:00"
        with pytest.raises(DataError, match="infinity"):
            cursor.execute("SELECT 'infinity'::timestamptz")
            cursor.fetchone()
    assert [moment for (moment,) in ask(sql, [moments])] == moments


def test_a_statement_that_fails_says_why_and_the_next_is_answered() -> None:
    for _ in range(2):
        with pytest.raises(DataError, match="division by zero"):
            ask("SELECT 1 / %s::int", [0])
        assert ask("SELECT 1 / %s::int", [1]) == [(1,)]
    with pytest.raises(ProgrammingError, match="no_such_table"):
        ask("SELECT 1 FROM no_such_table")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE late (n int)")
    assert ask("INSERT INTO late VALUES (%s)", [5]) == []
    assert ask("SELECT n FROM late") == [(5,)]


def test_in_a_transaction_it_is_a_part_of_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE taken_back (n int)")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask("INSERT INTO taken_back VALUES (%s)", [5])
        raise ZeroDivisionError
    assert ask("SELECT n FROM taken_back") == []


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_transaction_that_is_taken_back_takes_no_prepared_statement_with_it(is_nested: bool) -> None:
    """psycopg has the server forget all that a connection has prepared where it prepared something itself."""
    known, new = "SELECT %s::int AS repeated", "SELECT %s::int AS repeated LIMIT 1"
    assert ask(known, [1]) == [(1,)]
    with ExitStack() as stack:
        if is_nested:
            stack.enter_context(transaction.atomic())
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert ask(known, [2]) == [(2,)]
            raise ZeroDivisionError
    prepared()  # psycopg has it forgotten when a cursor asks next
    for _ in range(2):
        assert ask(new, [3]) == ask(known, [3]) == [(3,)]


def test_what_was_prepared_outlasts_a_transaction_that_is_taken_back() -> None:
    assert ask("SELECT 'repeated'") == [("repeated",)]
    known = prepared()
    assert len(known) == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask("SELECT 'repeated'")
        raise ZeroDivisionError
    assert ask("SELECT 'repeated'") == [("repeated",)]
    assert prepared() == known


def test_what_somebody_had_the_server_forget_is_prepared_again() -> None:
    assert ask("SELECT 'repeated'") == [("repeated",)]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert ask("SELECT 'repeated'") == ask("SELECT 'repeated'") == [("repeated",)]
    assert len(prepared()) == 1


def test_a_column_that_has_another_type_now_is_read_as_it_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE migrated AS SELECT 5 AS n")
        assert ask("SELECT n FROM migrated") == [(5,)]
        cursor.execute("ALTER TABLE migrated ALTER n TYPE text")
    assert ask("SELECT n FROM migrated") == [("5",)]


def test_who_minds_statements_minds_prepared_ones_too() -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    with connection.execute_wrapper(refuse), pytest.raises(PermissionError):
        ask("SELECT 1")


def test_a_pooler_that_knows_no_prepared_statements_gets_none() -> None:
    connection.ensure_connection()
    kept = connection.connection.prepare_threshold
    connection.connection.prepare_threshold = None
    try:
        assert ask("SELECT %s::int AS repeated", [7]) == [(7,)]
        assert prepared() == []
    finally:
        connection.connection.prepare_threshold = kept


def test_prepared_statements_are_among_those_that_tests_count() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert ask("SELECT %s::int", [7]) == [(7,)]
    assert [query["sql"] for query in asked.captured_queries] == ["SELECT 7::int"]


def test_an_idle_connection_is_asked_once_and_then_looked_at() -> None:
    kept = connections.create_connection("default")
    kept.settings_dict = connection.settings_dict
    kept.ensure_connection()
    pid = kept.connection.info.backend_pid
    assert kept.is_usable()
    with connection.cursor() as cursor:
        last = "SELECT state_change FROM pg_stat_activity WHERE pid = %s"
        cursor.execute(last, [pid])
        first = cursor.fetchone()
        assert kept.is_usable()
        cursor.execute(last, [pid])
        assert cursor.fetchone() == first
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)
    assert not kept.is_usable()
    kept.close()


def test_a_request_after_the_server_went_away_is_answered(live_server, token_of, member) -> None:
    request = urllib.request.Request(
        f"{live_server.url}/api/catalog/entities", headers={"Authorization": f"Bearer {token_of(member)}"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 0
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_a_connection_in_a_failed_transaction_is_not_good() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    connection.set_autocommit(False)
    with pytest.raises(Exception, match="division"), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert not connection.is_usable()
    connection.rollback()
    connection.set_autocommit(True)
