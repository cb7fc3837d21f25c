"""No answer takes longer than its time: statements are cancelled, none is started after the deadline."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings as portal_settings
from django.db import connection

from catalog.models import Location


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
        cursor.execute("SET statement_timeout = '200ms'")
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


def test_the_database_ends_statements_of_requests_after_five_seconds() -> None:
    options = portal_settings.DATABASES["default"]["OPTIONS"]["options"]
    assert "-c statement_timeout=5000" in options


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
