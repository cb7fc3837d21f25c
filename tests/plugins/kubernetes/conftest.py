"""A company with a shop on a cluster: the recorded answers of a real API server, and a real one at hand."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from catalog.services import refresh_location, register_location
from portal.accounts.principal import SYSTEM
from portal.extension import guard
from portal.integrations.clusters import read_clusters
from portal.integrations.kubernetes import Cluster
from portal.snapshots.models import Snapshot
from portal.snapshots.tasks import refresh
from tests.kubernetes_api import REAL_CLUSTER, FakeKubernetes

DATA = Path(__file__).parent / "data"
ROLE = Path("plugins/kubernetes/role.yaml")
SETTLING_SECONDS = 60

RESOURCE = """\
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: {name}
  namespace: {namespace}
  title: {title}
  labels: {labels}
  annotations: {annotations}
spec: {{type: kubernetes-cluster, owner: team-a}}
"""
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  namespace: {namespace}
  annotations: {annotations}
spec: {{type: service, lifecycle: production, owner: team-a}}
"""
TEAM = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: member}
spec: {memberOf: [team-a]}
"""


class Company:
    """Descriptors on disk, registered as a trusted source; `look` does what the schedule does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.documents = {"team": TEAM}
        self.kubernetes_namespace = "shop"

    def cluster(
        self, name: str = "test", *, url: str = "", environment: str = "", inside: str = "default"
    ) -> None:
        written = {"kubernetes.io/api-server": url} if url else {}
        text = RESOURCE.format(
            name=name,
            namespace=inside,
            title=name.title(),
            labels=json.dumps({"portal/environment": environment} if environment else {}),
            annotations=json.dumps(written),
        )
        self.documents[f"cluster {name}"] = text

    def component(self, name: str, inside: str = "default", **annotations: str) -> None:
        """`id`, `label_selector`, `namespace` and `cluster` become Backstage's annotations."""
        written = {
            f"backstage.io/kubernetes-{key.replace('_', '-')}": value for key, value in annotations.items()
        }
        text = COMPONENT.format(name=name, namespace=inside, annotations=json.dumps(written))
        self.documents[f"component {inside}/{name}"] = text

    def register(self) -> None:
        """Everything of the company is in the catalog."""
        (self.path / "all.yaml").write_text("---\n".join(self.documents.values()))
        if hasattr(self, "location"):
            refresh_location(self.location.uid, actor=SYSTEM)
        else:
            self.location = register_location(f"file:{self.path}", actor=SYSTEM, trusted=True)

    def shop(self) -> None:
        """The components whose workloads data/shop.yaml holds."""
        inside = {"namespace": self.kubernetes_namespace}
        self.component("cart", id="cart", **inside)
        self.component("orders", label_selector="app=orders", **inside)
        self.component("ledger", label_selector="app in (ledger, books),tier!=web", **inside)
        self.component("greedy", id="greedy", **inside)
        self.component("agent", **inside)
        self.component("idle", id="nothing-has-this", **inside)
        self.component("library")

    def look(self) -> None:
        """One round, as a worker does it."""

        Snapshot.objects.update(due_at="2020-01-01T00:00:00Z")
        refresh("kubernetes.clusters")


@pytest.fixture
def company(tmp_path: Path, transactional_db: None) -> Company:
    """Plugins read on a connection of their own, so what they read must really be committed."""
    guard.shut_down()
    return Company(tmp_path / "company")


@pytest.fixture
def recorded(fake_kubernetes: FakeKubernetes) -> FakeKubernetes:
    """The cluster `test` with what a real API server 1.20 answered of data/shop.yaml."""
    fake_kubernetes.objects.update(json.loads((DATA / "recorded.json").read_text()))
    secret = {"metadata": {"name": "cart", "namespace": "shop", "labels": {"app": "cart"}}}
    secret |= {"data": {"password": base64.b64encode(b"canary-secret").decode()}}
    fake_kubernetes.objects["/api/v1/namespaces/shop/secrets/cart"] = secret
    return fake_kubernetes


@pytest.fixture(params=["recorded", "real"] if REAL_CLUSTER else ["recorded"])
def shop(request: pytest.FixtureRequest, company: Company, settings: Any) -> Iterator[Company]:
    """The company with its shop on the cluster `test`, read with no more rights than role.yaml gives."""
    if request.param == "recorded":
        request.getfixturevalue("recorded")
        company.cluster(environment="production")
        company.shop()
        company.register()
        yield company
        return
    with RealShop() as real:
        settings.CLUSTERS = json.dumps([real.entry])
        company.kubernetes_namespace = real.namespace
        company.cluster(environment="production")
        company.shop()
        company.register()
        yield company


class RealShop:
    """data/shop.yaml in a namespace of its own, and a service account that may do what role.yaml says."""

    def __init__(self) -> None:
        self.namespace = f"portal-{uuid4().hex[:8]}"
        config = read_clusters(json.dumps([{"name": "real", "kubeconfig": REAL_CLUSTER}]))["real"]
        self.admin = Cluster(config, seconds=30)
        token = self._prepared()
        self.entry = {"name": "test", "url": config.url, "token": token, "caData": config.ca}

    def __enter__(self) -> "RealShop":
        self._wait_until_settled()
        return self

    def __exit__(self, *_: object) -> None:
        self.admin.delete(self.admin.find_resource("v1", "Namespace"), self.namespace)
        group = "rbac.authorization.k8s.io/v1"
        self.admin.delete(self.admin.find_resource(group, "ClusterRoleBinding"), self.namespace)

    def _prepared(self) -> str:
        for document in yaml.safe_load_all((DATA / "shop.yaml").read_text()):
            if document["kind"] == "Namespace":
                document["metadata"]["name"] = self.namespace
            else:
                document["metadata"]["namespace"] = self.namespace
            self.admin.apply(document)
        self.admin.apply(yaml.safe_load(ROLE.read_text()))
        account = {"name": "portal", "namespace": self.namespace}
        self.admin.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
        self.admin.apply(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": self.namespace},
                "roleRef": {
                    "apiGroup": "rbac.authorization.k8s.io",
                    "kind": "ClusterRole",
                    "name": "portal-reader",
                },
                "subjects": [{"kind": "ServiceAccount", **account}],
            }
        )
        path = f"/api/v1/namespaces/{self.namespace}/serviceaccounts/portal/token"
        asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        return str(self.admin._json("POST", path, body=asked)["status"]["token"])

    def _wait_until_settled(self) -> None:
        """Controllers and kubelets have told of every pod but the one that fits on no node."""
        deployments = self.admin.find_resource("apps/v1", "Deployment")
        pods = self.admin.find_resource("v1", "Pod")
        events = self.admin.find_resource("v1", "Event")
        ends_at = time.monotonic() + SETTLING_SECONDS
        while time.monotonic() < ends_at:
            cart = self.admin.get(deployments, "cart", self.namespace)
            told = [each["status"].get("containerStatuses") for each in self.admin.list(pods, self.namespace)]
            warned = list(self.admin.list(events, self.namespace, field_selector="type!=Normal"))
            if cart.get("status", {}).get("readyReplicas") == 3 and sum(map(bool, told)) >= 8 and warned:
                return
            time.sleep(0.5)
        raise AssertionError(f"The cluster has not run the shop within {SETTLING_SECONDS} s.")


@pytest.fixture
def kubernetes_of(graphql: Any, member: Any) -> Callable[..., Any]:
    """`kubernetes_of("cart", "level pods")` as a member sees it."""

    def ask(name: str, fields: str, kind: str = "component") -> Any:
        query = f"query ($ref: String!) {{ entity(ref: $ref) {{ kubernetes {{ {fields} }} }} }}"
        return graphql(member)(query, ref=f"{kind}:default/{name}")["entity"]["kubernetes"]

    return ask


PANELS = """query ($ref: String!) { entity(ref: $ref) { panels { id asOf failed blocks { __typename
    ... on StatusBlock { label level detail } ... on StatBlock { label value }
    ... on GaugeBlock { label amount detail } ... on TableBlock { columns rows { __typename } }
    ... on EmptyBlock { title message } ... on TreeBlock { nodes { label level detail depth } } } } } }"""


@pytest.fixture
def panel_of(graphql: Any, member: Any) -> Any:
    """`panel_of("resource", "test", "kubernetes-cluster")`: its blocks, as a member sees them."""

    def ask(kind: str, name: str, panel: str) -> list[dict[str, Any]]:
        found = graphql(member)(PANELS, ref=f"{kind}:default/{name}")["entity"]["panels"]
        (shown,) = [each for each in found if each["id"] == panel]
        assert shown["failed"] is None
        blocks: list[dict[str, Any]] = shown["blocks"]
        return blocks

    return ask
