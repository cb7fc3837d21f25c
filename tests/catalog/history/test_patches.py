"""Patches repeat a change to the last byte, in both directions."""

import json
from typing import Any

import jsonpatch
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.history.patches import apply, diff

KEYS = st.sampled_from(["a", "b", "c", "a/b", "~", "etag", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, "x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=6)


@given(DOCUMENTS, DOCUMENTS)
def test_the_patch_leads_to_the_very_text_of_the_other_document(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    text = orjson.dumps(before)
    assert orjson.dumps(apply(before, diff(before, after))) == orjson.dumps(after)
    assert orjson.dumps(before) == text
    assert diff(after, after) == []


@pytest.mark.parametrize(
    ("before", "after", "operations"),
    [
        (
            {"spec": {"owner": "a", "type": "service"}},
            {"spec": {"owner": "b", "type": "service"}},
            [{"op": "replace", "path": "/spec/owner", "value": "b"}],
        ),
        ({"tags": ["x", "y"]}, {"tags": ["x"]}, [{"op": "replace", "path": "/tags", "value": ["x"]}]),
        (
            {"a": {"first": 1, "last": 2}},
            {"a": {"first": 1, "new/one": 3, "last": 2}},
            [
                {"op": "add", "path": "/a/new~1one", "value": 3},
                {
                    "op": "replace",
                    "path": "/a",
                    "value": {"first": 1, "new/one": 3, "last": 2},
                    "reorder": True,
                },
            ],
        ),
    ],
)
def test_a_patch_says_what_people_would_say(
    before: dict[str, Any], after: dict[str, Any], operations: list[dict[str, Any]]
) -> None:
    assert diff(before, after) == operations
    assert json.dumps(jsonpatch.JsonPatch(operations).apply(before)) == json.dumps(after)
