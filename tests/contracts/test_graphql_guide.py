"""The examples of the guide to GraphQL run; those of every other page fit the schema."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate

from portal.schema import get_schema

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = DOCS / "graphql.md"


def requests() -> list[dict[str, Any]]:
    """The bodies that the guide posts, and the operations it shows."""
    text = GUIDE.read_text(encoding="utf-8")
    bodies = re.findall(r"-d '(\{.*?\})'\n", text) + re.findall(r"<<'QUERY'\n(.*?)\nQUERY\n", text, re.DOTALL)
    shown = re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)
    return [json.loads(body) for body in bodies] + [{"query": query} for query in shown]


def test_the_guide_has_examples() -> None:
    assert len(requests()) == 6


@pytest.mark.parametrize("body", requests(), ids=lambda body: body["query"][:40])
def test_an_example_of_the_guide_runs(bearer: Any, member: Any, body: dict[str, Any]) -> None:
    response = bearer(member, "read").post("/graphql", body, content_type="application/json")

    assert response.status_code == 200, response.content
    assert "errors" not in response.json()


def shown() -> list[tuple[str, str]]:
    """The operations of every page but the guide, with the page's name."""
    pages = [page for page in sorted(DOCS.rglob("*.md")) if page != GUIDE]
    blocks = r"^ *```graphql\n(.*?)^ *```"
    return [
        (page.name, query)
        for page in pages
        for query in re.findall(blocks, page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    ]


@pytest.mark.parametrize(("page", "query"), shown(), ids=lambda text: text[:30])
def test_an_operation_of_another_page_fits_the_schema(db: None, page: str, query: str) -> None:
    assert validate(get_schema().graphql_schema, parse(query)) == []
