"""What is known of a relation: who says it, where, since when, and what is written beside its ref."""

from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Relation

from .conftest import Folder, command

pytestmark = pytest.mark.django_db

LAYER = """
    apiVersion: portal/v1alpha1
    kind: KindDefinition
    metadata: {name: uses}
    spec:
      extends: Component
      schema:
        properties:
          uses:
            type: array
            items:
              anyOf:
                - {type: string}
                - {type: object, required: [ref], properties: {ref: {type: string}}}
          runs-on: {type: object}
      relations:
        - {path: spec.uses, type: uses, inverse: usedBy, defaultKind: Resource, many: true}
        - {path: spec.runs-on, type: runsOn, inverse: runs, defaultKind: Resource}
    """
COMPANY = """
    apiVersion: backstage.io/v1alpha1
    kind: Component
    metadata: {name: web}
    spec:
      type: website
      lifecycle: production
      owner: team-a
      uses:
        - cache
        - {ref: queue, criticality: High, retries: 3}
      runs-on: {ref: cluster, replicas: 2}
    ---
    apiVersion: backstage.io/v1alpha1
    kind: Component
    metadata: {name: api}
    spec: {type: service, lifecycle: production, owner: team-a, uses: [{ref: queue, criticality: low}]}
    ---
    apiVersion: backstage.io/v1alpha1
    kind: Resource
    metadata: {name: queue}
    spec: {type: queue, owner: team-a, dependencyOf: ["component:web"]}
    """
RELATIONS = """query($ref: String!, $type: String) { entity(ref: $ref) { relations(type: $type) { nodes {
    type targetRef entity { ref } declaredBy field attributes source file line since } } } }"""


@pytest.fixture
def catalog(folder: Folder) -> Folder:
    folder.write("layer.yaml", LAYER)
    assert folder.add("layer.yaml").exit_code == 0
    folder.write("all.yaml", COMPANY)
    assert folder.add().exit_code == 0
    return folder


def relations(client: Any, ref: str, type: str | None = None) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = client(RELATIONS, ref=ref, type=type)["entity"]["relations"]["nodes"]
    return nodes


def test_a_relation_says_who_declares_it_and_what_is_beside_its_ref(
    catalog: Folder, graphql: Any, member: Any
) -> None:
    cache, queue = relations(graphql(member), "component:web", "uses")
    where = {"declaredBy": "component:default/web", "field": "spec.uses", "type": "uses"}
    where |= {"source": f"file:{catalog.path}/all.yaml", "file": "all.yaml"}
    assert cache.pop("since") == queue.pop("since") is not None
    missing = {"targetRef": "resource:default/cache", "entity": None}
    assert cache == {**where, **missing, "attributes": {}, "line": 10}
    there = {"targetRef": "resource:default/queue", "entity": {"ref": "resource:default/queue"}}
    assert queue == {**where, **there, "attributes": {"criticality": "High", "retries": 3}, "line": 11}
    [runs] = relations(graphql(member), "component:web", "runsOn")
    assert (runs["attributes"], runs["line"]) == ({"replicas": 2}, 12)


def test_the_other_end_shows_the_same_words(catalog: Folder, graphql: Any, member: Any) -> None:
    found = relations(graphql(member), "resource:queue", "usedBy")
    assert [(each["targetRef"], each["declaredBy"], each["attributes"], each["line"]) for each in found] == [
        ("component:default/api", "component:default/api", {"criticality": "low"}, 17),
        ("component:default/web", "component:default/web", {"criticality": "High", "retries": 3}, 11),
    ]
    [needed] = relations(graphql(member), "component:web", "dependsOn")
    assert (needed["declaredBy"], needed["field"]) == ("resource:default/queue", "spec.dependencyOf")


@pytest.mark.parametrize(
    ("related", "wanted"),
    [
        ({"attributes": [{"key": "criticality", "in": ["high", "none"]}]}, ["web"]),
        ({"attributes": [{"key": "criticality"}]}, ["api", "web"]),
        ({"attributes": [{"key": "criticality"}, {"key": "retries", "in": ["3"]}]}, ["web"]),
        ({"attributes": [{"key": "retries", "in": []}]}, []),
        ({"field": "spec.uses"}, ["api", "web"]),
        ({"field": "spec.dependsOn"}, []),
    ],
)
def test_a_filter_asks_for_what_a_relation_says(
    catalog: Folder, graphql: Any, member: Any, related: dict[str, Any], wanted: list[str]
) -> None:
    query = "query($filter: EntityFilter) { entities(filter: $filter) { nodes { name } } }"
    asked = {"type": "uses", "filter": {"kind": ["resource"]}, **related}
    found = graphql(member)(query, filter={"related": [asked]})["entities"]["nodes"]
    assert [each["name"] for each in found] == wanted
    turned = {**asked, "type": "usedBy", "filter": {"name": ["web"]}}
    back = graphql(member)(query, filter={"related": [turned]})["entities"]["nodes"]
    assert [each["name"] for each in back if each["name"] == "queue"] == ["queue"] * ("web" in wanted)


def test_other_words_beside_a_ref_make_no_other_relation(catalog: Folder, graphql: Any, member: Any) -> None:
    before = relations(graphql(member), "component:web", "uses")
    ids = set(Relation.objects.values_list("pk", flat=True))
    catalog.write("all.yaml", COMPANY.replace("criticality: High", "criticality: none"))
    assert catalog.refresh().exit_code == 0
    after = relations(graphql(member), "component:web", "uses")
    assert after[1]["attributes"] == {"criticality": "none", "retries": 3}
    assert [each["since"] for each in after] == [each["since"] for each in before]
    assert set(Relation.objects.values_list("pk", flat=True)) == ids
    assert "0 rows" in command("rebuild").output


def test_backstages_format_of_relations_is_as_it_was(catalog: Folder, bearer: Any, member: Any) -> None:
    entity = bearer(member).get("/api/catalog/entities/by-name/component/default/web").json()
    assert {"type": "uses", "targetRef": "resource:default/queue"} in entity["relations"]
    assert {frozenset(each) for each in entity["relations"]} == {frozenset({"type", "targetRef"})}


def test_the_past_says_what_was_related_and_no_more(catalog: Folder, graphql: Any, member: Any) -> None:
    query = """query($at: DateTime) { entity(ref: "component:web", asOf: $at) {
        relations(type: "uses") { nodes { targetRef declaredBy attributes since line } } } }"""
    nodes = graphql(member)(query, at=timezone.now().isoformat())["entity"]["relations"]["nodes"]
    nothing = {"declaredBy": None, "attributes": None, "since": None, "line": None}
    assert nodes == [
        {"targetRef": "resource:default/cache", **nothing},
        {"targetRef": "resource:default/queue", **nothing},
    ]
