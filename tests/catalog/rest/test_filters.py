"""Filters and predicates find what Backstage 1.55 finds with them, and refuse what it refuses."""

from typing import Any

import pytest

from catalog.models import Entity

from .conftest import COMPONENTS, Api, names, query

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["kind=component"], COMPONENTS),
        (["KIND=Component,spec.type=SERVICE"], ["Component/orders", "Component/vault"]),
        (["kind=component,spec.lifecycle=experimental"], ["Component/orders"]),
        (["kind=component", "kind=resource"], [*COMPONENTS, "Resource/shop-db"]),
        (["kind=api,kind=resource"], ["API/orders-api", "Resource/shop-db"]),
        (["kind=api,Kind=resource"], []),
        (["Kind=api,Kind=resource"], ["API/orders-api", "Resource/shop-db"]),
        (["metadata.tags=java"], ["Component/orders"]),
        (["metadata.tags.java"], ["Component/orders"]),
        (["metadata.tags.java=true"], ["Component/orders"]),
        (["metadata.tags"], ["Component/orders", "Component/Shop-Web"]),
        (["metadata.annotations.example.com/answer=42"], ["Component/Shop-Web"]),
        (["kind=component,metadata.namespace=default"], ["Component/orders", "Component/Shop-Web"]),
        (["relations.ownedBy=group:default/team-b"], ["API/orders-api", "Component/orders"]),
        (["relations.OWNEDBY=team-b"], []),
        (["relations.dependencyOf"], ["Resource/shop-db"]),
        (["kind=component, , metadata.name = shop-web"], ["Component/Shop-Web"]),
        (["spec.type="], []),
        (["kind=component,kind"], COMPONENTS),
        (["metadata.nonsense"], []),
    ],
)
def test_filters_find_what_backstage_finds(inside: Api, filters: list[str], found: list[str]) -> None:
    assert names(query(inside, filter=filters, orderField="metadata.name")["items"]) == sorted(
        found, key=lambda name: name.partition("/")[2].lower()
    )
    assert sorted(names(inside.read("entities", {"filter": filters}))) == sorted(found)


def test_a_filter_without_a_key_is_refused(inside: Api) -> None:
    answer = inside.get("entities", {"filter": "=x"})
    assert answer.status_code == 400
    assert answer.json()["error"]["name"] == "InputError"
    assert answer.json()["error"]["message"] == (
        "Invalid filter, '=x' is not a valid statement (expected a string on the form a=b or a= or a)"
    )


@pytest.mark.parametrize(
    ("predicate", "found"),
    [
        ({"kind": "component"}, COMPONENTS),
        ({"kind": "Component", "spec.type": "website"}, ["Component/Shop-Web"]),
        ({"$all": [{"kind": "component"}, {"$not": {"spec.type": "website"}}]}, COMPONENTS[0::2]),
        ({"$any": [{"kind": "api"}, {"kind": "resource"}]}, ["API/orders-api", "Resource/shop-db"]),
        ({"$any": []}, []),
        ({"$not": {}}, []),
        ({"$all": [{"kind": "component"}, {"$any": [{}, {"kind": "api"}]}]}, COMPONENTS),
        ({"kind": {"$in": ["api", "resource"]}}, ["API/orders-api", "Resource/shop-db"]),
        ({"kind": "component", "metadata.tags": {"$exists": False}}, ["Component/vault"]),
        ({"metadata.tags": {"$contains": "JAVA"}}, ["Component/orders"]),
        ({"metadata.name": {"$hasPrefix": "SHOP-"}}, ["Resource/shop-db", "Component/Shop-Web"]),
        ({"metadata.name": {"$hasPrefix": "shop_"}}, []),
        (
            {"relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/team-b"}}},
            ["Component/orders", "API/orders-api"],
        ),
        (
            {
                "relations": {
                    "$contains": {"type": "partOf", "targetRef": {"$in": ["domain:default/selling"]}}
                }
            },
            ["System/shop"],
        ),
        ({"relations": {"$contains": {"type": "dependencyOf"}}}, ["Resource/shop-db"]),
    ],
)
def test_predicates_find_what_backstage_finds(inside: Api, predicate: Any, found: list[str]) -> None:
    body = {"query": predicate, "orderBy": [{"field": "metadata.name", "order": "asc"}]}
    answer = inside.ask("entities/by-query", body)
    assert names(answer["items"]) == found
    assert answer["totalItems"] == len(answer["items"])


def test_the_empty_predicate_is_true(inside: Api) -> None:
    everything = inside.ask("entities/by-query", {"query": {"$all": []}, "limit": 0})
    assert everything == {"items": [], "totalItems": Entity.objects.count(), "pageInfo": {}}
    assert inside.ask("entities/by-query", {"query": {}, "limit": 0}) == everything


@pytest.mark.parametrize(
    "predicate",
    [
        "component",
        ["kind"],
        None,
        {"$all": {"kind": "component"}},
        {"$all": [], "kind": "component"},
        {"$nor": []},
        {"$not": "x"},
        {"kind": {"$regex": "c"}},
        {"kind": None},
        {"kind": ["component"]},
        {"kind": {"$in": [["x"]]}},
        {"kind": {"$exists": "yes"}},
        {"spec": {"$contains": {"type": "service"}}},
        {"relations": {"$contains": {"targetRef": "group:default/team-a"}}},
        {"relations": {"$contains": {"type": "ownedBy", "targetRef": {"$in": []}}}},
        {"relations": {"$contains": {"type": "ownedBy", "other": "x"}}},
        {"metadata.name": {"$hasPrefix": 1}},
    ],
)
def test_a_predicate_that_is_none_is_refused(inside: Api, predicate: Any) -> None:
    for path in ("entities/by-query", "entities/by-refs", "entity-facets"):
        body = {"query": predicate, "entityRefs": [], "facets": ["kind"]}
        answer = inside.post(path, body)
        assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError"), path


def test_a_predicate_that_never_ends_is_refused(inside: Api) -> None:
    deep: Any = {"kind": "component"}
    for _ in range(12):
        deep = {"$not": deep}
    assert inside.post("entities/by-query", {"query": deep}).status_code == 400
    wide = {"$any": [{"kind": str(number)} for number in range(201)]}
    answer = inside.post("entities/by-query", {"query": wide})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "FILTER_TOO_LARGE")
