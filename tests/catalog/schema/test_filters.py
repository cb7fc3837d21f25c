"""Filters on any key, over relations, by numbers and moments; orders by any key; facets on any list."""

from typing import Any

import pytest

from portal.accounts.models import Account

THINGS = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: one
  labels: {tier: "1", big: "12000000000000000000000"}
  annotations: {acme.test/released: "2026-01-31T08:15:00+02:00", acme.test/pager: Alpha-Team, odd: "50%_x"}
spec: {type: service, lifecycle: production, owner: team-a, replicas: 2, dependsOn: ["component:backend"]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: two
  labels: {tier: "2"}
  annotations: {acme.test/released: "2026-03-01", acme.test/pager: beta-team}
spec: {type: service, lifecycle: production, owner: team-b, replicas: 10.5, dependsOn: ["component:one"]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: three
  labels: {tier: "gold"}
  annotations: {acme.test/released: "2026-02-31T25:00:00Z", acme.test/pager: gamma}
spec: {type: library, lifecycle: production, owner: team-b, replicas: -3, dependsOn: ["component:two"]}
"""


@pytest.fixture
def names(graphql: Any, member: Account, company: Any, load: Any) -> Any:
    load(THINGS, "things.yaml")
    client = graphql(member)

    def ask(filter: dict[str, Any], order: dict[str, Any] | None = None) -> list[str]:
        query = """query($f: EntityFilter, $o: EntityOrder) {
            entities(filter: $f, orderBy: $o) { totalCount nodes { name } } }"""
        found = client(query, f=filter, o=order)["entities"]
        assert found["totalCount"] == len(found["nodes"])
        return [node["name"] for node in found["nodes"]]

    ask.client = client  # type: ignore[attr-defined]
    return ask


RELEASED = "metadata.annotations.acme.test/released"


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({"key": "spec.replicas", "gt": "2"}, ["two"]),
        ({"key": "spec.replicas", "gte": "2"}, ["one", "two"]),
        ({"key": "spec.replicas", "lt": "0"}, ["three"]),
        ({"key": "spec.replicas", "gte": "-3", "lte": "2.0"}, ["one", "three"]),
        ({"key": "metadata.labels.tier", "gte": "1"}, ["one", "two", "web"]),
        ({"key": "metadata.labels.big", "gt": "11999999999999999999999.5"}, ["one"]),
        ({"key": RELEASED, "gt": "2026-01-31T06:14:59Z"}, ["one", "two"]),
        ({"key": RELEASED, "gt": "2026-01-31T06:15:00Z"}, ["two"]),
        ({"key": RELEASED, "gte": "2026-01-31T07:15:00+01:00", "lt": "2026-03-01"}, ["one"]),
        ({"key": RELEASED, "lte": "2026-03-01"}, ["one", "two"]),
        ({"key": RELEASED, "gt": "5"}, []),
        ({"key": "updatedAt", "lt": "2020-01-01"}, []),
        ({"key": "metadata.annotations.acme.test/pager", "prefix": "ALPHA"}, ["one"]),
        ({"key": "metadata.annotations.acme.test/pager", "contains": "Team"}, ["one", "two"]),
        (
            {"key": "metadata.annotations.acme.test/pager", "contains": "team", "not": True, "exists": True},
            None,
        ),
        ({"key": "metadata.annotations.odd", "contains": "0%_"}, ["one"]),
        ({"key": "metadata.annotations.odd", "contains": "0__"}, []),
        ({"key": "metadata.annotations.odd", "prefix": "5%"}, []),
        ({"key": "relations.dependsOn", "prefix": "component:default/o"}, ["two"]),
        ({"key": "relations.dependsOn", "contains": "/TW"}, ["three"]),
        ({"key": "relations.dependsOn", "gt": "1"}, []),
        ({"key": "metadata.uid", "contains": "a"}, []),
    ],
)
def test_a_condition_on_any_key(names: Any, condition: dict[str, Any], wanted: list[str] | None) -> None:
    found = names({"where": [condition]})
    if wanted is None:  # turned around: everything else
        assert {"three", "web", "database"} <= set(found)
        assert not {"one", "two"} & set(found)
    else:
        assert found == wanted


@pytest.mark.parametrize(
    ("filter", "wanted"),
    [
        ({"related": [{"type": "dependsOn", "filter": {"name": ["one"]}}]}, ["two"]),
        ({"related": [{"type": "dependencyOf", "filter": {"name": ["two"]}}]}, ["one"]),
        ({"related": [{"type": "DEPENDSON", "filter": {"related": [
            {"type": "dependsOn", "filter": {"name": ["one"]}}]}}]}, ["three"]),
        ({"related": [{"type": "dependsOn", "filter": {"related": [{"type": "dependsOn", "filter": {
            "related": [{"type": "dependsOn", "filter": {"name": ["backend"]}}]}}]}}]}, ["three"]),
        ({"related": [{"type": "dependsOn", "filter": {}}, {"type": "ownedBy", "filter": {
            "related": [{"type": "hasMember", "filter": {"name": ["member"]}}]}}]}, ["one", "web"]),
        ({"not": {"related": [{"type": "ownedBy", "filter": {"kind": ["Group"]}}]}, "kind": ["component"]},
         ["backend", "report"]),
        ({"related": [{"type": "nonsense", "filter": {}}]}, []),
    ],
)  # fmt: skip
def test_a_filter_over_relations(names: Any, filter: dict[str, Any], wanted: list[str]) -> None:
    assert names(filter) == wanted


@pytest.mark.parametrize(
    ("filter", "order", "code"),
    [
        ({"where": [{"key": "spec.replicas", "gt": "many"}]}, None, "INVALID_BOUND"),
        ({"where": [{"key": "spec.replicas", "gt": "2026-01-31T08:00:00"}]}, None, "INVALID_BOUND"),
        ({"where": [{"key": "spec.replicas", "gt": "9" * 500}]}, None, "INVALID_BOUND"),
        ({}, {"direction": "ASC"}, "INVALID_ORDER"),
        ({}, {"field": "NAME", "key": "spec.type"}, "INVALID_ORDER"),
        ({}, {"key": "relations.ownedBy"}, "INVALID_ORDER"),
    ],
)
def test_a_question_that_makes_no_sense_says_so(names: Any, filter: Any, order: Any, code: str) -> None:
    query = "query($f: EntityFilter, $o: EntityOrder) { entities(filter: $f, orderBy: $o) { totalCount } }"
    answer = names.client.post(query, f=filter, o=order).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


def test_four_levels_of_relations_are_too_many(names: Any) -> None:
    filter: dict[str, Any] = {"name": ["x"]}
    for _ in range(4):
        filter = {"related": [{"type": "dependsOn", "filter": filter}]}
    answer = names.client.post("query($f: EntityFilter) { entities(filter: $f) { totalCount } }", f=filter)
    assert answer.json()["errors"][0]["extensions"]["code"] == "FILTER_TOO_LARGE"


def test_an_order_by_any_key_pages_and_puts_what_lacks_it_last(names: Any) -> None:
    components = {"kind": ["component"]}
    order = {"key": "metadata.labels.tier"}
    assert names(components, order)[:4] in (["one", "web", "two", "three"], ["web", "one", "two", "three"])
    assert names(components, {**order, "direction": "DESC"})[-4:-2] == ["three", "two"]
    assert len(names(components, order)) == 6

    query = """query($after: String, $o: EntityOrder) {
        entities(filter: {kind: ["component"]}, orderBy: $o, first: 1, after: $after) {
            nodes { name } pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], None
    for _ in range(6):
        page = names.client(query, after=after, o=order)["entities"]
        seen += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == names(components, order)


def test_facets_stand_beside_any_list_also_inside_of_lists(names: Any) -> None:
    query = """{ entities(filter: {kind: ["component"], owner: ["team-b"]}) {
            facets(keys: ["owner", "type"]) { key buckets { value label count } } }
        entity(ref: "group:team-b") { ... on Group { ownerOf(filter: {kind: ["component"]}) {
            totalCount facets(keys: ["kind", "type"]) { key buckets { value count } } } } }
        viewer { owned(filter: {kind: ["system"]}) {
            facets(keys: ["kind"]) { buckets { value count } } } } }"""
    answer = names.client(query)

    assert answer["entities"]["facets"] == [
        {"key": "owner", "buckets": [
            {"value": "group:default/team-a", "label": "Team A", "count": 2},
            {"value": "group:default/team-b", "label": "team-b", "count": 2},
            {"value": "group:default/nobody", "label": "group:default/nobody", "count": 1},
            {"value": "user:default/member", "label": "Mia Member", "count": 1},
        ]},
        {"key": "type", "buckets": [
            {"value": "library", "label": "library", "count": 1},
            {"value": "service", "label": "service", "count": 1},
        ]},
    ]  # fmt: skip
    owned = answer["entity"]["ownerOf"]
    assert owned["totalCount"] == 2
    assert {bucket["value"]: bucket["count"] for bucket in owned["facets"][0]["buckets"]} == {
        "API": 1, "Component": 2, "Resource": 2,
    }  # fmt: skip
    assert owned["facets"][1]["buckets"] == [
        {"value": "library", "count": 1},
        {"value": "service", "count": 1},
    ]
    assert {bucket["value"] for bucket in answer["viewer"]["owned"]["facets"][0]["buckets"]} >= {"Component"}
    for wrong in (
        'entities { facets(keys: ["x"]) { key } }',
        'entity(ref: "group:team-b") { ... on Group { ownerOf { facets(keys: ["x"]) { key } } } }',
    ):
        error = names.client.post("{ %s }" % wrong).json()["errors"][0]
        assert error["extensions"]["code"] == "UNKNOWN_FACET"
