"""Backstage's Kubernetes addresses: nobody unknown, no proxy, no identity of the caller's choosing."""

from typing import Any

import pytest

from tests.kubernetes_api import FakeKubernetes
from tests.openapi import Recorder, described

from .conftest import Company

PATHS = (
    "proxy/api/v1/namespaces/shop/secrets",
    "proxy/api/v1/namespaces/shop/pods/cart/exec",
    "services/../proxy/api/v1/secrets",
    "resources/secrets/query",
    "clusters/../../api/v1/secrets",
)


@pytest.fixture
def looked(recorded: FakeKubernetes, company: Company) -> FakeKubernetes:
    company.cluster()
    company.shop()
    company.register()
    company.look()
    recorded.seen.clear()
    return recorded


@pytest.mark.parametrize("path", PATHS)
def test_there_is_no_way_to_a_cluster(looked: FakeKubernetes, bearer: Any, member: Any, path: str) -> None:
    client = bearer(member, "read", "catalog:write")
    headers = {"Backstage-Kubernetes-Cluster": "test", "Backstage-Kubernetes-Authorization": "Bearer x"}
    for method in ("get", "post", "put", "delete"):
        answer = (
            getattr(client, method)(
                f"/api/kubernetes/{path}", data="{}", content_type="application/json", headers=headers
            )
            if method != "get"
            else client.get(f"/api/kubernetes/{path}", headers=headers)
        )
        assert answer.status_code in (404, 405)
        assert b"canary" not in answer.content
    assert looked.seen == []


def test_a_request_asks_no_cluster_and_nobody_unknown_is_answered(
    looked: FakeKubernetes, bearer: Any, member: Any, client: Any
) -> None:
    body = {"entityRef": "component:default/cart", "auth": {"serviceAccount": "stolen"}}
    place = "/api/kubernetes/resources/workloads/query"
    assert client.post(place, body, content_type="application/json").status_code == 401
    answer = bearer(member, "read").post(place, body, content_type="application/json")
    assert answer.status_code == 200
    assert [item["cluster"]["name"] for item in answer.json()["items"]] == ["test"]
    assert looked.seen == []


def test_answers_are_as_the_document_says(looked: FakeKubernetes, bearer: Any, member: Any) -> None:
    http = bearer(member, "read")
    ask = Recorder(http, described(http, "/api/kubernetes"))
    cart, none = {"entityRef": "component:default/cart"}, {"entityRef": "component:default/none"}
    assert [each["name"] for each in ask("get", "/clusters")["items"]] == ["test"]
    (item,) = ask("post", "/resources/workloads/query", cart)["items"]
    assert {each["type"] for each in item["resources"]} >= {"pods", "deployments"}
    ask("post", "/resources/workloads/query", none, 400)
    custom = {"customResources": [{"group": "a", "apiVersion": "v1", "plural": "b"}]}
    assert ask("post", "/resources/custom/query", {**cart, **custom}) == {"items": []}
    ask("post", "/resources/custom/query", cart, 400)
    entity = {"kind": "Component", "metadata": {"name": "cart"}}
    assert ask("post", "/services/{service}", {"entity": entity}, service="cart") == {"items": [item]}
    ask("post", "/services/{service}", {}, 400, service="cart")
    ask("post", "/services/{service}", {"entity": {**entity, "kind": "API"}}, 404, service="cart")
    assert ask.unproven() == set()


@pytest.mark.parametrize(
    "body", [{}, {"entityRef": 7}, {"entityRef": "a:b:c/d"}, {"entity": []}, {"entity": {}}]
)
def test_bodies_that_name_no_entity_are_refused(
    looked: FakeKubernetes, bearer: Any, member: Any, body: Any
) -> None:
    reader = bearer(member, "read")
    for path in ("resources/workloads/query", "services/cart"):
        answer = reader.post(f"/api/kubernetes/{path}", body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["error"]
