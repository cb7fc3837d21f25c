"""No answer takes longer than its time: statements are cancelled, none is started after the deadline."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from catalog.models import Location
from portal.database import patience


@pytest.fixture
def locked_catalog(transactional_db: None) -> Iterator[None]:
    """Somebody else holds the catalog's main table, so that every statement on it waits."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE catalog_entity IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


@pytest.fixture
def short_statements(transactional_db: None) -> Iterator[None]:
    """The statement timeout of the server's connections, made small."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '2s'")
    yield
    connection.close()


def test_a_slow_statement_ends_with_a_clean_error_and_the_rest_is_answered(
    graphql: Any, member: Any, short_statements: None, locked_catalog: None
) -> None:
    client = graphql(member)
    response = client.post('{ viewer { username } entity(ref: "component:x") { name } }')

    assert response.status_code == 200
    assert response.json() == {
        "data": {"viewer": {"username": "member"}, "entity": None},
        "errors": [
            {
                "message": "This part of the answer took too long. Ask for less: a filter, a smaller page.",
                "locations": [{"line": 1, "column": 23}],
                "path": ["entity"],
                "extensions": {"code": "TIMEOUT"},
            }
        ],
    }
    assert client("{ viewer { username } apiTokens { id } }")["apiTokens"] == []


def test_a_slow_statement_of_a_rest_request_is_no_error_of_ours(
    bearer: Any, member: Any, short_statements: None, locked_catalog: None
) -> None:
    client = bearer(member)
    client.raise_request_exception = False
    answer = client.get("/api/catalog/entities")

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "TIMEOUT")
    assert int(answer["Retry-After"]) > 0


def test_who_needs_what_somebody_has_locked_is_told_to_come_again(
    bearer: Any, member: Any, transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience._Waited, "in_vain_at", float("-inf"))
    client = bearer(member)
    client.raise_request_exception = False
    settings.LOCK_TIMEOUT_MS = 200
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE catalog_entity IN ACCESS EXCLUSIVE MODE")
        answers = [client.get("/api/catalog/entities") for _ in range(2)]
    settings.LOCK_TIMEOUT_MS = 60_000
    monkeypatch.setattr(patience._Waited, "in_vain_at", float("-inf"))

    assert [(each.status_code, each.json()["error"]["code"]) for each in answers] == [
        (503, "DATABASE_BUSY")
    ] * 2
    assert all(int(each["Retry-After"]) > 0 for each in answers)
    assert client.get("/api/catalog/entities").status_code == 200


def test_the_database_ends_statements_of_requests_after_five_seconds() -> None:
    code = "from portal.settings import DATABASES; print(DATABASES['default']['OPTIONS']['options'])"
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PORTAL_")}
    done = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=True)
    assert "-c statement_timeout=5000" in done.stdout


def test_after_the_deadline_no_statement_is_started(
    graphql: Any, member: Any, settings: Any, db: None
) -> None:
    settings.GRAPHQL_DEADLINE_SECONDS = -1
    answer = (
        graphql(member).post("{ kinds { name } portal { title } viewer { username user { ref } } }").json()
    )

    assert answer["data"]["portal"] == {"title": "Portal"}
    assert answer["data"]["viewer"] == {"username": "member", "user": None}
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["viewer", "user"], "TIMEOUT")
    ]


def test_a_mutation_that_the_deadline_ends_changes_nothing(
    graphql: Any, member: Any, settings: Any, tmp_path: Any, transactional_db: None
) -> None:
    settings.CATALOG_ROOTS = [tmp_path]
    settings.GRAPHQL_DEADLINE_SECONDS = -1
    (tmp_path / "a.yaml").write_text("kind: Component\n")
    query = """mutation($t: String!) {
        registerLocation(input: {target: $t}) { problems { code } } }"""
    answer = graphql(member).post(query, t=f"file:{tmp_path}/a.yaml").json()

    codes = [error["extensions"]["code"] for error in answer.get("errors", [])] or [
        problem["code"] for problem in answer["data"]["registerLocation"]["problems"]
    ]
    assert codes == ["TIMEOUT"]
    assert Location.objects.count() == 0
