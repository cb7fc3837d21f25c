"""What a plugin breaks in its field stays in its field."""

from collections.abc import Iterator
from typing import Any

import pytest

from plugins.docs.schema import entity_docs
from portal.extension import guard


@pytest.fixture
def calls() -> Iterator[list[int]]:
    """The docs plugin's loader raises; the sizes of the lists that it was asked for."""
    asked: list[int] = []
    load = entity_docs.load

    def broken(entities: Any, viewer: Any) -> dict[int, Any]:
        asked.append(len(entities))
        raise RuntimeError("secret-of-the-plugin")

    object.__setattr__(entity_docs, "load", broken)
    yield asked
    object.__setattr__(entity_docs, "load", load)
    guard.shut_down()


def test_a_failing_plugin_field_is_null_with_its_path_and_runs_once_for_the_list(
    graphql: Any, member: Any, company: Any, calls: list[int]
) -> None:
    query = '{ entities(filter: {kind: ["Component"]}) { nodes { name docs { pages { title } } } } }'
    answer = graphql(member).post(query).json()

    assert answer["data"]["entities"]["nodes"] == [
        {"name": "backend", "docs": None},
        {"name": "report", "docs": None},
        {"name": "web", "docs": None},
    ]
    assert [error["path"] for error in answer["errors"]] == [
        ["entities", "nodes", i, "docs"] for i in range(3)
    ]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"PLUGIN_FAILED"}
    assert all(
        error["message"].startswith("The plugin docs failed while loading") for error in answer["errors"]
    )
    assert "secret-of-the-plugin" not in str(answer)
    assert calls == [3]
