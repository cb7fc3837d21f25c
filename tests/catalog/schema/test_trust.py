"""Which locations are trusted is for administrators to say; it counts at once."""

from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity, Location
from portal.graphql.nodes import encode_id

GROUP = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-b}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: one}
spec: {type: service, lifecycle: production, owner: team-b}
"""
REGISTER = """mutation($target: String!, $trusted: Boolean, $dryRun: Boolean) {
    registerLocation(input: {target: $target, trusted: $trusted, dryRun: $dryRun}) {
        location { id trusted } preview { ref outcome } problems { code } } }"""
TRUST = """mutation($id: ID!, $trusted: Boolean!) {
    trustLocation(input: {locationId: $id, trusted: $trusted}) {
        location { trusted entityCount problems { code } } problems { code message } } }"""


@pytest.fixture
def target(tmp_path: Path, settings: Any, db: None) -> str:
    settings.CATALOG_ROOTS = [tmp_path]
    (tmp_path / "all.yaml").write_text(GROUP, encoding="utf-8")
    return f"file:{tmp_path}/all.yaml"


def declared() -> set[str]:
    return set(Entity.objects.exclude(kind="Location").values_list("ref", flat=True))


def test_an_administrator_registers_a_trusted_location(graphql: Any, admin: Any, target: str) -> None:
    preview = graphql(admin)(REGISTER, target=target, trusted=True, dryRun=True)["registerLocation"][
        "preview"
    ]
    assert {"ref": "group:default/team-b", "outcome": "add"} in preview
    answer = graphql(admin)(REGISTER, target=target, trusted=True)["registerLocation"]

    assert (answer["location"]["trusted"], answer["problems"]) == (True, [])
    assert declared() == {"group:default/team-b", "component:default/one"}


@pytest.mark.parametrize("dry", [True, False])
def test_nobody_else_does(graphql: Any, member: Any, target: str, dry: bool) -> None:
    answer = graphql(member)(REGISTER, target=target, trusted=True, dryRun=dry)["registerLocation"]

    assert [each["code"] for each in answer["problems"]] == ["DENIED"]
    assert (answer["preview"], Location.objects.count(), Entity.objects.count()) == ([], 0, 0)


def test_trust_counts_at_once_and_so_does_its_end(graphql: Any, admin: Any, member: Any, target: str) -> None:
    graphql(member)(REGISTER, target=target)
    assert declared() == {"component:default/one"}
    mine = encode_id("PortalLocation", Location.objects.get().uid)

    refused = graphql(member)(TRUST, id=mine, trusted=True)["trustLocation"]
    assert [each["code"] for each in refused["problems"]] == ["DENIED"]
    assert declared() == {"component:default/one"}

    given = graphql(admin)(TRUST, id=mine, trusted=True)["trustLocation"]
    assert given["location"] == {"trusted": True, "entityCount": 2, "problems": []}
    assert declared() == {"group:default/team-b", "component:default/one"}

    taken = graphql(admin)(TRUST, id=mine, trusted=False)["trustLocation"]
    assert taken["location"]["trusted"] is False
    assert "KIND_NOT_ALLOWED" in [each["code"] for each in taken["location"]["problems"]]
    assert declared() == {"component:default/one"}
