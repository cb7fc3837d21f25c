"""How many SQL statements each list costs is a promise: the same for two entities and for nine.

The numbers are in query_counts.json, beside the two or so that find the session and its account. When one
changes on purpose: PORTAL_UPDATE_QUERY_COUNTS=1 pytest tests/contracts/test_query_counts.py
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.services import register_location
from portal.accounts.models import NamespaceGrant
from portal.accounts.principal import SYSTEM
from portal.extension import decided

BASELINE = Path(__file__).parent / "query_counts.json"

TEAM = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-%(i)d}
spec: {type: team, children: [], members: [member]}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: system-%(i)d}
spec: {owner: team-%(i)d}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: api-%(i)d}
spec: {type: openapi, lifecycle: production, owner: team-%(i)d, definition: x}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web-%(i)d, tags: [python, t%(i)d], annotations: {portal/docs: ./docs}}
spec:
  type: service
  lifecycle: production
  owner: team-%(i)d
  system: system-%(i)d
  providesApis: [api-%(i)d]
  dependsOn: ["component:web-0", "component:lost-%(i)d"]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: broken-%(i)d}
spec: {type: service}
---
"""

QUERIES = {
    "entities: owner, system, tags, number of relations": """{
        entities(filter: {kind: ["Component"]}) { totalCount nodes {
            ref tags owner { displayName } ownerRef relations { totalCount }
            ... on Component { system { displayName } } } } }""",
    "entities: what the list page shows": """{
        entities(filter: {kind: ["Component"]}, search: "web", orderBy: {field: OWNER, direction: DESC}) {
            pageInfo { hasNextPage endCursor }
            nodes { id ref kind type lifecycle tags description isFavourite updatedAt orphan
                problems { message } owner { ref displayName } } } }""",
    "entities: everything else of an entity": """{
        entities(filter: {kind: ["Component"]}) { nodes { document descriptor sourcePath sourceLine
            links { url } location { target entityCount problems { message } } } } }""",
    "entities: relations with their ends": """{
        entities(filter: {kind: ["Component"]}) { nodes { relations(first: 50) { totalCount
            nodes { type targetRef entity { ref owner { ref } } } } } } }""",
    "entities: relation fields, three levels": """{
        entities(filter: {kind: ["Component"]}) { nodes { ... on Component {
            providesApis { totalCount nodes { ref owner { ref
                ... on Group { members(first: 5) { nodes { ref } } } } } }
            dependsOn { nodes { ref } } dependencyOf { nodes { ref } } } } } }""",
    "entities: panels": """{
        entities(filter: {kind: ["Component"]}) { nodes {
            panels { plugin title failed blocks { __typename } } } } }""",
    "entities: their history": """{
        entities(filter: {kind: ["Component"]}) { nodes { history(first: 5) { totalCount nodes {
            what actor changes { path after } relation { targetRef entity { ref } } } } } } }""",
    "entities by refs": """{
        entitiesByRefs(refs: ["component:web-0", "component:web-1", "component:x"]) { owner { ref } } }""",
    "facets on lists inside of lists": """{
        entities(first: 10, filter: {kind: ["Component"]}) {
            facets(keys: ["owner", "tags"]) { buckets { value label } }
            nodes { ... on Component { dependsOn { facets(keys: ["owner", "kind"]) {
                key buckets { value count } } } } } } }""",
    "entities: over relations, by number and by any key": """{
        entities(orderBy: {key: "spec.type"}, filter: {
            where: [{key: "metadata.labels.tier", gte: "1"}, {key: "spec.type", contains: "x", not: true}]
            related: [{type: "ownedBy", filter: {related: [{type: "hasMember", filter: {name: ["member"]}}]}}]
        }) { totalCount nodes { ref } } }""",
    "facets": """{
        entityFacets(facets: ["kind", "type", "owner", "lifecycle", "tags", "namespace", "system"]) {
            key buckets { value count label } } }""",
    "facets under a filter": """{
        entityFacets(facets: ["kind", "type", "owner"], filter: {kind: ["Component"], type: ["service"]}) {
            key buckets { value count label } } }""",
    "teams with their members and what they own": """{
        teams { nodes { ... on Group { members { nodes { ref } } ownerOf { totalCount } } } } }""",
    "search": """{
        search(query: "web", types: ["component"]) { totalCount
            facets(keys: ["types", "kinds"]) { buckets { value count } }
            nodes { title highlight href entity { owner { ref } } } } }""",
    "viewer": """{
        viewer { displayName user { ref } groups { ref } ownershipRefs
            owned { totalCount nodes { ref } } favourites { ref } } }""",
    "locations": """{ locations { totalCount nodes { target entityCount problems { message } } } }""",
    "locations as sources": """{ locations { nodes { title state runs(first: 2) { totalCount
        nodes { outcome added } } pendingRemoval { refs count reason } } } }""",
    "problems": """{ problems { totalCount nodes { message path line ref } } }""",
}


@pytest.fixture
def count(graphql: Callable[..., Any], member: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Statements of one query, without those that find the session and its account.

    What is decided about plugins is looked up every two seconds, by whichever query comes then: not here.
    """
    monkeypatch.setattr(decided, "FRESH_SECONDS", 3600.0)
    client = graphql(member)

    def statements(query: str) -> int:
        client(query)
        with CaptureQueriesContext(connection) as asked:
            client(query)
        with CaptureQueriesContext(connection) as base:
            client("{ __typename }")
        return len(asked) - len(base)

    return statements


def test_statements_do_not_grow_with_lists_and_are_those_written_down(
    count: Callable[[str], int], tmp_path: Path
) -> None:
    NamespaceGrant.objects.create(namespace="hidden", subject="group:default/none", role="reader")
    counts: dict[int, dict[str, int]] = {}
    for start, size in ((0, 2), (2, 9)):
        file = tmp_path / f"{size}.yaml"
        file.write_text("".join(TEAM % {"i": i} for i in range(start, size)), encoding="utf-8")
        register_location(f"file:{file}", actor=SYSTEM, trusted=True)
        counts[size] = {name: count(query) for name, query in QUERIES.items()}

    assert counts[9] == counts[2]
    if os.environ.get("PORTAL_UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(counts[9], indent=2) + "\n", encoding="utf-8")
    assert counts[9] == json.loads(BASELINE.read_text(encoding="utf-8"))
