"""What is hidden from a viewer is in no answer of /api/catalog: not counted, ordered, faceted or pointed at.

The namespace `secret` holds `component:secret/vault`, which `resource:default/shop-db` serves.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account, NamespaceGrant

from .conftest import VAULT, Api, names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("guarded")]

MISSING = "component:secret/nothing"


def total(api: Api, **parameters: Any) -> int:
    found: int = api.read("entities/by-query", {"limit": 0, **parameters})["totalItems"]
    return found


def test_members_of_the_department_see_it(inside: Api) -> None:
    assert inside.read("entities/by-name/component/secret/vault")["metadata"]["name"] == "vault"
    assert total(inside, filter="metadata.namespace=secret") == 1


@pytest.mark.parametrize(
    "path", ["entities/by-name/component/secret/{}", "entities/by-name/component/secret/{}/ancestry"]
)
def test_it_is_missing_in_the_same_words(outside: Api, path: str) -> None:
    hidden, missing = outside.get(path.format("vault")), outside.get(path.format("nothing"))
    assert hidden.status_code == missing.status_code == 404
    bodies = [json.loads(answer.content.replace(b"nothing", b"vault")) for answer in (hidden, missing)]
    for body in bodies:
        body["error"].pop("requestId")
    assert bodies[0] == bodies[1]


def test_its_uid_finds_what_any_uid_finds(outside: Api) -> None:
    uid = Entity.objects.get(ref=VAULT).uid
    other = "aaaaaaaa-0000-4000-8000-000000000000"
    answers = [outside.get(f"entities/by-uid/{each}").json() for each in (uid, other)]
    assert answers[0]["error"]["message"].replace(str(uid), other) == answers[1]["error"]["message"]
    assert total(outside, filter=f"metadata.uid={uid}") == 0


def test_it_is_in_no_list_and_no_count(outside: Api) -> None:
    seen = Entity.objects.exclude(namespace="secret").count()
    assert total(outside) == seen
    assert len(outside.read("entities")) == seen
    assert len(outside.read("entities", {"limit": 100})) == seen
    assert "vault" not in json.dumps(outside.read("entities/by-query", {"orderField": "metadata.name"}))
    assert outside.ask("entities/by-refs", {"entityRefs": [VAULT, MISSING]}) == {"items": [None, None]}
    assert outside.ask("entities/by-query", {"query": {"kind": "component"}})["totalItems"] == 2


@pytest.mark.parametrize(
    "filters",
    [
        "metadata.name=vault",
        "metadata.namespace=secret",
        "spec.owner=group:secret/keepers",
        f"relations.dependencyOf={VAULT}",
        "relations.ownedBy=group:secret/keepers",
        "kind=resource,relations.dependencyOf=component:secret/vault",
    ],
)
def test_no_filter_tells_that_it_is_there(outside: Api, filters: str) -> None:
    assert total(outside, filter=filters) == 0
    assert outside.read("entities", {"filter": filters}) == []
    assert outside.read("entity-facets", {"facet": "kind", "filter": filters}) == {"facets": {"kind": []}}


@pytest.mark.parametrize(
    "predicate",
    [
        {"metadata.name": {"$hasPrefix": "vau"}},
        {"relations": {"$contains": {"type": "dependencyOf", "targetRef": VAULT}}},
        {"relations.dependencyOf": {"$hasPrefix": "component:secret"}},
        {"relations.dependencyOf": {"$in": [VAULT]}},
        {"$not": {"$not": {"metadata.namespace": "secret"}}},
        {"$any": [{"metadata.name": "vault"}, {"relations.ownedBy": "group:secret/keepers"}]},
    ],
)
def test_no_predicate_tells_that_it_is_there(outside: Api, predicate: Any) -> None:
    assert outside.ask("entities/by-query", {"query": predicate})["items"] == []
    refs = ["resource:default/shop-db", VAULT]
    assert outside.ask("entities/by-refs", {"entityRefs": refs, "query": predicate})["items"] == [None, None]
    facets = outside.ask("entity-facets", {"facets": ["kind"], "query": predicate})
    assert facets == {"facets": {"kind": []}}


def test_a_negation_counts_only_what_is_seen(outside: Api) -> None:
    seen = Entity.objects.exclude(namespace="secret").count()
    body = {"query": {"$not": {"metadata.name": "vault"}}, "limit": 0}
    assert outside.ask("entities/by-query", body)["totalItems"] == seen


@pytest.mark.parametrize(
    "facet",
    ["kind", "metadata.namespace", "metadata.name", "metadata.uid", "spec.owner", "spec.type",
     "spec.dependsOn", "relations.ownedBy", "relations.dependencyOf", "relations.dependsOn"],
)  # fmt: skip
def test_it_is_in_no_facet(outside: Api, facet: str) -> None:
    found = outside.read("entity-facets", {"facet": facet})["facets"][facet]
    uid = str(Entity.objects.get(ref=VAULT).uid)
    assert not [each for each in found if any(word in each["value"] for word in ("vault", "secret", uid))]
    if facet == "kind":
        assert {"value": "Component", "count": 2} in found


def test_it_is_no_end_of_a_relation(inside: Api, outside: Api) -> None:
    path = "entities/by-name/resource/default/shop-db"
    assert {"type": "dependencyOf", "targetRef": VAULT} in inside.read(path)["relations"]
    assert outside.read(path)["relations"] == [
        {"type": "dependencyOf", "targetRef": "component:default/shop-web"},
        {"type": "ownedBy", "targetRef": "group:default/team-a"},
    ]
    assert "secret" not in json.dumps(outside.read("entities", {"filter": "kind=resource"}))


@pytest.mark.parametrize("field", ["metadata.name", "metadata.namespace", "spec.owner", "spec.dependsOn"])
def test_it_shifts_nothing_in_an_order(outside: Api, field: str) -> None:
    before = names(outside.read("entities/by-query", {"orderField": field})["items"])
    Entity.objects.get(ref=VAULT).delete()
    assert names(outside.read("entities/by-query", {"orderField": field})["items"]) == before


def test_no_part_of_a_text_finds_it(outside: Api) -> None:
    for field in ("metadata.name", "metadata.uid", "spec.owner", "metadata.namespace"):
        body = {"fullTextFilter": {"term": "vault", "fields": [field]}, "limit": 0}
        assert outside.ask("entities/by-query", body)["totalItems"] == 0


class TestCursors:
    """A cursor belongs to one account and one list, and gives no right."""

    @pytest.fixture
    def cursor(self, inside: Api) -> str:
        page = inside.read("entities/by-query", {"orderField": "metadata.name", "limit": 2})
        cursor: str = page["pageInfo"]["nextCursor"]
        return cursor

    def refused(self, answer: Any) -> None:
        assert answer.status_code == 400
        assert (answer.json()["error"]["name"], answer.json()["error"]["code"]) == (
            "InputError",
            "INVALID_CURSOR",
        )

    def test_somebody_elses_is_refused(self, outside: Api, cursor: str) -> None:
        self.refused(outside.get("entities/by-query", {"cursor": cursor}))
        self.refused(outside.post("entities/by-query", {"cursor": cursor}))

    def test_one_that_was_changed_is_refused(self, inside: Api, cursor: str) -> None:
        content, _, signature = cursor.rpartition(":")
        for changed in (f"{content}x:{signature}", content, cursor[::-1], cursor + "0", "e30=", "\x00"):
            self.refused(inside.get("entities/by-query", {"cursor": changed}))

    def test_a_megabyte_is_refused(self, inside: Api) -> None:
        self.refused(inside.post("entities/by-query", {"cursor": "x" * 1_000_000}))

    def test_that_of_another_list_is_refused(self, inside: Api, cursor: str) -> None:
        self.refused(inside.get("entities", {"after": cursor}))
        link = inside.get("entities", {"limit": "1"}).headers["Link"]
        after = link.partition("after=")[2].partition(">")[0].replace("%3A", ":")
        self.refused(inside.get("entities/by-query", {"cursor": after}))

    def test_rights_are_looked_at_again_on_each_page(self, inside: Api) -> None:
        first = inside.read("entities/by-query", {"filter": "kind=component", "limit": 1})
        NamespaceGrant.objects.update(subject="group:default/nobody")
        following = inside.read("entities/by-query", {"cursor": first["pageInfo"]["nextCursor"], "limit": 9})
        assert "vault" not in json.dumps(following["items"])


def test_a_token_without_the_scope_reads_nothing(api: Callable[..., Api], member: Account) -> None:
    blind = api(member, "scaffolder:run")
    assert blind.read("entities") == []
    assert blind.read("entities/by-query") == {"items": [], "totalItems": 0, "pageInfo": {}}
    assert blind.read("entity-facets", {"facet": "kind"}) == {"facets": {"kind": []}}
    assert blind.get("entities/by-name/component/default/orders").status_code == 404


@pytest.mark.parametrize(
    "key",
    ["_connector=OR 1=1) --", "_negated", "owner__password__startswith", "pk__in", "pk", "terms__0",
     "location__target", "metadata.name\x00", "spec.type' OR '1'='1", "%", "metadata.n_me"],
)  # fmt: skip
def test_keys_are_keys_of_documents_and_nothing_else(outside: Api, key: str) -> None:
    assert total(outside, filter=f"{key}=x") == 0
    assert total(outside, filter=key) == 0
    for body in ({"query": {key: "x"}}, {"query": {key: {"$hasPrefix": ""}}}):
        answer = outside.post("entities/by-query", body)
        assert answer.status_code in (200, 400)
        assert answer.status_code == 400 or answer.json()["items"] == []
    assert outside.get("entities/by-query", {"orderField": key}).json().get("items", []) == []
    assert outside.read("entity-facets", {"facet": key}) == {"facets": {key: []}}
