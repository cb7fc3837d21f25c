"""The GraphQL schema is a promise: a change of it is a change of the committed snapshot."""

from pathlib import Path

from graphql import print_schema

from portal.schema import schema

SNAPSHOT = Path(__file__).parent / "schema.graphql"


def test_the_schema_equals_its_snapshot() -> None:
    printed = print_schema(schema.graphql_schema)

    assert SNAPSHOT.read_text(encoding="utf-8").rstrip() == printed.rstrip(), (
        "The schema has changed. If that is meant, write it down: python manage.py graphql_schema"
    )
