"""Answers to GraphQL queries from memory are those of the catalog as it is at each read, for each viewer."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.services import refresh_entity, register_location
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)

LIST = """query($filter: EntityFilter = {kind: ["Component"]}) {
    entities(filter: $filter, first: 5) { totalCount nodes {
        name description owner { ref }
        ... on Component { system { name } dependsOn(first: 2) { totalCount } } } } }"""
TEXT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web, description: %s, namespace: shop}
spec: {type: service, lifecycle: production, owner: team-a}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "catalog-info.yaml"
    path.write_text(TEXT % "One", encoding="utf-8")
    register_location(f"file:{path}", actor=SYSTEM, trusted=True)
    return path


def asked(client: Any, query: str = LIST, **variables: Any) -> tuple[Any, int]:
    """The answer, and how many statements read entities for it."""
    with CaptureQueriesContext(connection) as statements:
        answer = client(query, **variables)
    return answer, sum("catalog_entity" in one["sql"] for one in statements)


def test_a_query_of_entities_is_answered_from_memory_until_something_changes(
    file: Path, graphql: Any, member: Account
) -> None:
    client = graphql(member)
    first, read = asked(client)
    assert read
    assert first["entities"]["nodes"][0]["description"] == "One"
    assert asked(client) == (first, 0)

    file.write_text(TEXT % "Two", encoding="utf-8")
    refresh_entity("component:shop/web", actor=SYSTEM)
    second, read = asked(client)
    assert read
    assert second["entities"]["nodes"][0]["description"] == "Two"


def test_other_variables_and_other_people_are_other_questions(
    file: Path, graphql: Any, member: Account, outsider: Account
) -> None:
    assert asked(graphql(member))[0]["entities"]["totalCount"] == 1
    assert asked(graphql(member), filter={"kind": ["API"]})[0]["entities"]["totalCount"] == 0
    NamespaceGrant.objects.create(namespace="shop", subject="user:default/member", role="reader")
    assert asked(graphql(outsider))[0]["entities"]["totalCount"] == 0
    assert asked(graphql(member))[0]["entities"]["totalCount"] == 1
    NamespaceGrant.objects.update(subject="user:default/none")
    assert asked(graphql(member))[0]["entities"]["totalCount"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "{ entities { nodes { name isFavourite } } }",
        "{ entities(filter: {favourite: false}) { nodes { name } } }",
        '{ entity(ref: "component:shop/web", asOf: "2999-01-01T00:00:00Z") { name } }',
        "{ entities { nodes { ...more } } } fragment more on Entity { problems { code } }",
        '{ entity(ref: "component:shop/web") { panels { id } } }',
    ],
)
def test_what_depends_on_more_than_entities_is_asked_each_time(
    file: Path, graphql: Any, member: Account, query: str
) -> None:
    client = graphql(member)
    assert asked(client, query)[1]
    assert asked(client, query)[1]
