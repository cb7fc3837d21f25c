"""What a viewer may not read is nowhere: the same answer as for what does not exist."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Entity
from portal.graphql.nodes import encode_id

pytestmark = pytest.mark.usefixtures("hidden")

CANARY = re.compile(r"vault|agents|hidden|canary", re.IGNORECASE)


@pytest.fixture
def raw(graphql: Callable[..., Any], outsider: Any) -> Callable[..., str]:
    """The bytes of the outsider's answer."""
    client = graphql(outsider)
    return lambda query, **variables: client.post(query, **variables).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "query($ref: String!) { entity(ref: $ref) { name } }",
        "query($ref: String!) { entitiesByRefs(refs: [$ref]) { name } }",
        """query($ref: String!) {
            entities(filter: {where: [{key: "relations.dependsOn", in: [$ref]}]}) { totalCount } }""",
        "query($ref: String!) { entities(filter: {owner: [$ref]}) { totalCount nodes { name } } }",
        "query($ref: String!) { entities(search: $ref) { totalCount nodes { name } } }",
        """query($ref: String!) { search(query: $ref) {
            totalCount nodes { ref title } facets(keys: ["types", "kinds"]) { buckets { value } } } }""",
        """query($ref: String!) { entities(filter: {related: [{type: "dependsOn", filter: {
            where: [{key: "metadata.uid", exists: true}], name: [$ref]}}]}) { totalCount } }""",
        """query($ref: String!) { entities(filter: {where: [{key: "relations.dependsOn", contains: $ref}]}) {
            totalCount } }""",
        """mutation($ref: String!) {
            refreshEntity(input: {ref: $ref}) { entity { name } problems { path code } } }""",
        """mutation($ref: String!) {
            setFavourite(input: {ref: $ref, favourite: true}) { entity { name } problems { path code } } }""",
    ],
)
def test_asking_for_it_answers_as_for_what_is_not_there(raw: Callable[..., str], query: str) -> None:
    assert raw(query, ref="component:hidden/vault") == raw(query, ref="component:hidden/nothing")


@pytest.mark.parametrize(
    "query",
    [
        "query($ref: String!) { entity(ref: $ref) { name history(first: 1) { nodes { id } } } }",
        "query($ref: String!) { entities(search: $ref) { totalCount } }",
    ],
)
def test_it_takes_as_many_statements_as_what_is_not_there(graphql: Any, outsider: Any, query: str) -> None:
    """So that the time of an answer tells nothing either."""
    client = graphql(outsider)

    def statements(ref: str) -> int:
        client.post(query, ref="component:default/anything")
        with CaptureQueriesContext(connection) as captured:
            client.post(query, ref=ref)
        return len(captured)

    assert statements("component:hidden/vault") == statements("component:hidden/nothing")


def test_its_id_answers_as_one_of_nothing(raw: Callable[..., str]) -> None:
    query = "query($id: ID!) { node(id: $id) { id } }"
    uid = Entity.objects.get(ref="component:hidden/vault").uid

    assert raw(query, id=encode_id("Component", uid)) == '{"data":{"node":null}}'


def test_it_is_in_no_list_count_facet_or_relation(raw: Callable[..., str]) -> None:
    answer = raw(
        """{
        entities(first: 100) { totalCount nodes { ref owner { ref } ownerRef
            relations(first: 10) { totalCount nodes { targetRef entity { ref } } } } }
        entityFacets(facets: ["kind", "type", "owner", "lifecycle", "tags", "namespace", "system"]) {
            buckets { value count label } }
        teams { totalCount nodes { ref } } services { totalCount nodes { ref } }
        search(query: "python") {
            totalCount nodes { ref } facets(keys: ["kinds"]) { buckets { value count } } }
        misspelt: search(query: "vualt") {
            totalCount nodes { ref } facets(keys: ["types"]) { buckets { value } } }
        over: entities(filter: {related: [{type: "hasPart", filter: {namespace: ["hidden"]}}]}) {
            totalCount nodes { ref } facets(keys: ["owner", "namespace"]) { buckets { value } } }
        inside: entities(first: 1, filter: {kind: ["System"]}) { nodes { ... on System {
            hasPart { facets(keys: ["owner", "namespace", "tags"]) { buckets { value count } } } } } }
        backend: entity(ref: "component:backend") { ... on Component { dependencyOf {
            totalCount nodes { ref } pageInfo { hasNextPage } } } }
        orders: entity(ref: "system:orders") { ... on System { hasPart { totalCount nodes { ref } } } }
        viewer { groups { ref } owned { totalCount nodes { ref } } favourites { ref } }
        problems { nodes { message ref } }
        locations { nodes { entityCount } }
    }"""
    )
    assert "errors" not in answer
    assert CANARY.findall(answer) == []


def test_counts_are_those_of_what_can_be_seen(graphql: Any, outsider: Any, member: Any) -> None:
    query = """{ entities { totalCount } entityFacets(facets: ["tags"]) { buckets { value count } }
        entity(ref: "system:orders") { ... on System { hasPart { totalCount } } } }"""
    seen, everything = graphql(outsider)(query), graphql(member)(query)

    assert seen["entities"]["totalCount"] == everything["entities"]["totalCount"] - 2
    assert seen["entity"]["hasPart"]["totalCount"] == 3
    assert everything["entity"]["hasPart"]["totalCount"] == 4
    tags = {bucket["value"]: bucket["count"] for bucket in seen["entityFacets"][0]["buckets"]}
    assert tags == {"public": 1, "python": 3}
    tags = {bucket["value"]: bucket["count"] for bucket in everything["entityFacets"][0]["buckets"]}
    assert tags == {"canary": 1, "public": 1, "python": 4}


def test_the_end_of_a_relation_that_is_hidden_is_absent(graphql: Any, outsider: Any, member: Any) -> None:
    query = """{ entity(ref: "component:seen") {
        owner { ref } ownerRef relations { totalCount nodes { targetRef } }
        ... on Component { dependsOn { totalCount nodes { ref } } } } }"""

    assert graphql(outsider)(query)["entity"] == {
        "owner": None,
        "ownerRef": None,
        "relations": {"totalCount": 0, "nodes": []},
        "dependsOn": {"totalCount": 0, "nodes": []},
    }
    mine = graphql(member)(query)["entity"]
    assert mine["ownerRef"] == "group:hidden/agents"
    assert mine["owner"] == {"ref": "group:hidden/agents"}
    assert [node["targetRef"] for node in mine["relations"]["nodes"]] == [
        "component:hidden/missing",
        "component:hidden/vault",
        "group:hidden/agents",
    ]
    assert mine["dependsOn"] == {"totalCount": 1, "nodes": [{"ref": "component:hidden/vault"}]}


def test_a_token_without_the_scope_to_read_sees_nothing(bearer: Any, member: Any) -> None:
    client = bearer(member, "catalog:write")
    query = """{ entities { totalCount } entity(ref: "component:web") { name }
        entityFacets(facets: ["kind"]) { buckets { value } } search(query: "web") { nodes { ref } }
        locations { totalCount } problems { totalCount } }"""
    answer = client.post("/graphql", {"query": query}, content_type="application/json").json()

    assert answer["data"] == {
        "entities": {"totalCount": 0},
        "entity": None,
        "entityFacets": [{"buckets": []}],
        "search": {"nodes": []},
        "locations": {"totalCount": 0},
        "problems": {"totalCount": 0},
    }
