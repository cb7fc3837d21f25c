"""Backstage's Kubernetes client reads a running portal, with every method it has."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.models import Account
from tests.kubernetes_api import FakeKubernetes
from tests.plugins.kubernetes.conftest import Company, company, recorded  # noqa: F401 - fixtures

from .conftest import ClientError, Clients

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]

CART = {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "cart"}}


@pytest.fixture
def reader(
    recorded: FakeKubernetes,  # noqa: F811
    company: Company,  # noqa: F811
    clients_of: Callable[..., Clients],
    member: Account,
) -> Callable[..., Any]:
    """Calls a method of the client of somebody whose token may only read."""
    company.cluster(url=recorded.url)
    company.cluster("far", url="https://far.example:6443")
    company.shop()
    company.register()
    company.look()
    clients = clients_of(member, "read")
    return lambda method, *arguments: clients("kubernetes", method, *arguments)


def test_the_clusters(reader: Any) -> None:
    assert reader("getClusters") == [
        {"name": "far", "title": "Far", "authProvider": "serviceAccount"},
        {"name": "test", "title": "Test", "authProvider": "serviceAccount"},
    ]
    assert reader("getCluster", "test")["title"] == "Test"
    with pytest.raises(ClientError, match="Cluster nowhere not found"):
        reader("getCluster", "nowhere")


@pytest.mark.parametrize("method", ["getObjectsByEntity", "getWorkloadsByEntity"])
def test_the_objects_of_an_entity(reader: Any, method: str) -> None:
    far, here = reader(method, {"auth": {}, "entity": CART})["items"]
    assert far["cluster"] == {"name": "far", "title": "Far"}
    (error,) = far["errors"]
    assert error["errorType"] == "FETCH_ERROR"
    assert error["message"].startswith("The portal has no access to https://far.example:6443")
    assert (here["cluster"], here["podMetrics"], here["errors"]) == (
        {"name": "test", "title": "Test"},
        [],
        [],
    )
    found = {each["type"]: each["resources"] for each in here["resources"]}
    assert {type_: len(objects) for type_, objects in found.items() if objects} == {
        "pods": 4, "replicasets": 1, "deployments": 1, "services": 1, "ingresses": 1, "cronjobs": 1,
        "jobs": 1, "horizontalpodautoscalers": 1,
    }  # fmt: skip
    assert found["deployments"][0]["status"]["readyReplicas"] == 3
    assert found["deployments"][0]["kind"] == "Deployment"
    assert "canary" not in str(here)


def test_custom_resources_are_none_and_an_unknown_entity_is_an_error(reader: Any) -> None:
    asked = {
        "auth": {},
        "entity": CART,
        "customResources": [{"group": "g", "apiVersion": "v1", "plural": "p"}],
    }
    assert reader("getCustomObjectsByEntity", asked) == {"items": []}
    with pytest.raises(ClientError, match="Request failed with 400"):
        reader("getCustomObjectsByEntity", {**asked, "customResources": []})
    nobody = {**CART, "metadata": {"name": "nobody"}}
    with pytest.raises(ClientError, match=r"Request failed with 400.*Entity ref missing"):
        reader("getWorkloadsByEntity", {"auth": {}, "entity": nobody})
    with pytest.raises(ClientError, match="HTTP 404"):
        reader("getObjectsByEntity", {"auth": {}, "entity": nobody})
