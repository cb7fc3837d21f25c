"""Backstage's catalog client reads the catalog of a running portal, with every method that reads entities."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account

from .conftest import ClientError, Clients

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("company"),
]

ORDERS, SHOP_WEB = "component:default/orders", "component:default/shop-web"


@pytest.fixture
def catalog(clients_of: Callable[..., Clients], member: Account) -> Callable[..., Any]:
    """A method of the catalog client as a member: `catalog("getEntities", {…})`."""
    clients = clients_of(member)
    return lambda method, *arguments: clients("catalog", method, *arguments)


def names(entities: list[Any]) -> list[str]:
    return [entity["metadata"]["name"] for entity in entities]


def test_get_entities(catalog: Callable[..., Any]) -> None:
    everything = catalog("getEntities")["items"]
    assert len(everything) == Entity.objects.count()
    request = {
        "filter": [
            {"kind": "component", "metadata.tags": {"$symbol": "exists"}},
            {"kind": ["api", "resource"]},
        ],
        "fields": ["kind", "metadata.name"],
        "order": [{"field": "metadata.name", "order": "desc"}],
    }
    assert catalog("getEntities", request)["items"] == [
        {"kind": "Component", "metadata": {"name": "Shop-Web"}},
        {"kind": "Resource", "metadata": {"name": "shop-db"}},
        {"kind": "API", "metadata": {"name": "orders-api"}},
        {"kind": "Component", "metadata": {"name": "orders"}},
    ]
    assert names(catalog("getEntities", {**request, "offset": 1, "limit": 2})["items"]) == [
        "shop-db",
        "orders-api",
    ]


def test_get_entity_by_ref_and_name(catalog: Callable[..., Any]) -> None:
    entity = catalog("getEntityByRef", "component:orders")
    assert entity["metadata"]["uid"] == str(Entity.objects.get(ref=ORDERS).uid)
    assert (
        catalog("getEntityByRef", {"kind": "Component", "namespace": "default", "name": "orders"}) == entity
    )
    assert (
        catalog("getEntityByName", {"kind": "Component", "namespace": "default", "name": "Orders"}) == entity
    )
    assert catalog("getEntityByRef", "component:none") is None


def test_get_entities_by_refs(catalog: Callable[..., Any]) -> None:
    refs = [SHOP_WEB, "component:default/none", ORDERS]
    found = catalog("getEntitiesByRefs", {"entityRefs": refs})["items"]
    assert [each and each["metadata"]["name"] for each in found] == ["Shop-Web", None, "orders"]
    some = {"entityRefs": refs, "fields": ["metadata.name"]}
    filtered = catalog("getEntitiesByRefs", {**some, "filter": {"spec.type": "service"}})
    assert filtered["items"] == [None, None, {"metadata": {"name": "orders"}}]
    queried = catalog("getEntitiesByRefs", {**some, "query": {"$not": {"spec.type": "service"}}})
    assert queried["items"] == [{"metadata": {"name": "Shop-Web"}}, None, None]
    # More than the client puts into one request.
    many = [f"component:default/none-{number}" for number in range(1500)]
    assert catalog("getEntitiesByRefs", {"entityRefs": [*many, ORDERS]})["items"][-1]["kind"] == "Component"


def test_query_entities(catalog: Callable[..., Any]) -> None:
    request = {"filter": {"kind": "component"}, "orderFields": {"field": "metadata.name", "order": "asc"}}
    first = catalog("queryEntities", {**request, "limit": 2})
    assert (names(first["items"]), first["totalItems"]) == (["orders", "Shop-Web"], 3)
    second = catalog("queryEntities", {"cursor": first["pageInfo"]["nextCursor"], "limit": 2})
    assert (names(second["items"]), list(second["pageInfo"])) == (["vault"], ["prevCursor"])
    back = catalog("queryEntities", {"cursor": second["pageInfo"]["prevCursor"], "limit": 2})
    assert names(back["items"]) == ["orders", "Shop-Web"]
    text = {"fullTextFilter": {"term": "web", "fields": ["metadata.title"]}, "fields": ["metadata.title"]}
    assert catalog("queryEntities", {**request, **text})["items"] == [{"metadata": {"title": "Web shop"}}]
    assert catalog("queryEntities", {**request, "totalItems": "exclude"})["totalItems"] == 0
    assert catalog("queryEntities", {**request, "limit": 0}) == {
        "items": [],
        "totalItems": 3,
        "pageInfo": {},
    }
    assert names(catalog("queryEntities", {**request, "offset": 2})["items"]) == ["vault"]


def test_query_entities_by_predicate(catalog: Callable[..., Any]) -> None:
    request = {
        "query": {"$all": [{"kind": "component"}, {"$not": {"spec.type": "website"}}]},
        "filter": {"metadata.namespace": ["default", "secret"]},
        "orderFields": [{"field": "metadata.name", "order": "desc"}],
        "limit": 1,
    }
    first = catalog("queryEntities", request)
    assert (names(first["items"]), first["totalItems"]) == (["vault"], 2)
    second = catalog("queryEntities", {"cursor": first["pageInfo"]["nextCursor"], "limit": 1})
    assert names(second["items"]) == ["orders"]
    with pytest.raises(ClientError) as caught:
        catalog("queryEntities", {"query": {"kind": {"$regex": "c"}}})
    assert (caught.value.status, caught.value.cause["name"]) == (400, "InputError")


def test_stream_entities(catalog: Callable[..., Any]) -> None:
    request = {"filter": {"kind": ["component", "api"]}, "pageSize": 2}
    pages = catalog("streamEntities", request)
    assert [len(page) for page in pages] == [2, 2]
    uids = [entity["metadata"]["uid"] for page in pages for entity in page]
    assert uids == sorted(uids)


def test_get_entity_facets(catalog: Callable[..., Any]) -> None:
    facets = {"facets": ["spec.lifecycle", "metadata.tags"], "filter": {"kind": "component"}}
    found = {
        "facets": {
            "spec.lifecycle": [{"value": "Experimental", "count": 1}, {"value": "production", "count": 2}],
            "metadata.tags": [{"value": word, "count": 1} for word in ("java", "python", "web")],
        }
    }
    assert catalog("getEntityFacets", facets) == found
    assert catalog("getEntityFacets", {"facets": facets["facets"], "query": {"kind": "Component"}}) == found


def test_what_the_client_throws(catalog: Callable[..., Any]) -> None:
    with pytest.raises(ClientError) as caught:
        catalog("queryEntities", {"cursor": "bm90IG91cnM="})
    assert caught.value.name == "ResponseError"
    assert caught.value.status == 400
    assert caught.value.cause["name"] == "InputError"
    assert caught.value.body["error"]["code"] == "INVALID_CURSOR"


def test_an_unknown_token_is_an_authentication_error(node: Any) -> None:
    with pytest.raises(ClientError) as caught:
        Clients(node, "ptl_none_none")("catalog", "getEntities")
    assert (caught.value.status, caught.value.cause["name"]) == (401, "AuthenticationError")


def test_every_method_of_the_client_is_driven(catalog: Callable[..., Any]) -> None:
    inner = {
        "constructor", "requestIgnored", "requestRequired", "requestOptional", "getFilterValue",
        "queryEntitiesByPredicate", "getEntityFacetsByPredicate",
    }  # fmt: skip
    tests = "".join(file.read_text() for file in Path(__file__).parent.glob("test_catalog_*.py"))
    driven = set(re.findall(r'catalog"?,?\(?\s*"(\w+)"', tests))
    assert set(catalog("$methods")) - inner - driven == set()
