"""A kept connection is good without a question to the server, until the server went away."""

import urllib.request

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from portal.database import prepared_cursor

pytestmark = pytest.mark.django_db(transaction=True)


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%repeated%'")
        return [row[0] for row in cursor.fetchall()]


def test_a_statement_is_prepared_at_its_first_use_and_its_lists_are_arrays() -> None:
    for found in ([1, 3], [2], [1, 2, 3]):
        with prepared_cursor() as cursor:
            cursor.execute(
                "SELECT repeated FROM generate_series(1, 3) repeated WHERE repeated = ANY (%s)", [found]
            )
            assert [row[0] for row in cursor.fetchall()] == found
    assert len(prepared()) == 1


def test_prepared_statements_are_among_those_that_tests_count() -> None:
    with CaptureQueriesContext(connection) as asked, prepared_cursor() as cursor:
        cursor.execute("SELECT %s::int", [7])
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
