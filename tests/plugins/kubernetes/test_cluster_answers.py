"""What a cluster answers that is odd, hostile, forbidden or a mistake: told in its place, cut and cleaned."""

import json
from pathlib import Path
from typing import Any

from plugins.kubernetes import services
from plugins.kubernetes.models import Workloads
from portal.plugin_api.testing import with_settings
from portal.snapshots.models import Snapshot
from tests.kubernetes_api import FakeKubernetes

from .conftest import Company


def test_answers_of_a_hostile_cluster_are_cut_and_cleaned(
    recorded: FakeKubernetes, company: Company, kubernetes_of: Any
) -> None:
    path = "/apis/apps/v1/namespaces/shop/deployments/cart"
    cart = recorded.objects[path]
    cart["spec"]["template"]["spec"]["containers"][0]["image"] = "evil\x00\ud800:" + "9" * 10_000
    cart["spec"]["replicas"] = 10**30
    cart["metadata"]["annotations"] = {f"key{index}": "x" * 5_000 for index in range(2_000)}
    cart["status"] = "all is well"
    for pod in [item for place, item in recorded.objects.items() if "/pods/cart-" in place]:
        pod["status"] = {"phase": ["?"], "containerStatuses": {"a": 1}, "conditions": [None, 7, {"type": {}}]}
        pod["metadata"]["ownerReferences"] = [{"uid": None}, "x"]
    recorded.objects["/api/v1/nodes/fake-node-0"]["status"] = {"allocatable": {"cpu": "1e999", "memory": []}}
    company.cluster()
    company.shop()
    company.register()
    company.look()
    found = kubernetes_of("cart", "level clusters { problem workloads { name wanted images { image } } }")
    (cluster,) = found["clusters"]
    assert cluster["problem"] == ""
    (deployment,) = cluster["workloads"]
    assert (deployment["name"], deployment["wanted"]) == ("cart", 1)
    assert deployment["images"][0]["image"].startswith("evil?:999")
    assert len(json.dumps(list(Workloads.objects.values_list("objects_kept", flat=True)))) < 800_000
    assert kubernetes_of("orders", "level")["level"] == "error"


def test_a_role_for_one_namespace_is_enough_and_what_is_missing_is_named(
    recorded: FakeKubernetes, company: Company, kubernetes_of: Any, panel_of: Any, monkeypatch: Any
) -> None:
    answer = recorded.answer

    def narrow(seen: Any) -> Any:
        path = seen.path.partition("?")[0]
        if (path.count("/") > 3 and "/namespaces/shop/" not in path) or path.endswith("/nodes"):
            return 403, {}, json.dumps({"message": f"{path.rsplit('/', 1)[1]} is forbidden"}).encode()
        return answer(seen)

    company.cluster()
    company.shop()
    company.register()
    monkeypatch.setattr(recorded, "answer", narrow)
    company.look()
    assert kubernetes_of("cart", "level pods") == {"level": "ok", "pods": 3}
    told = {
        each["label"]: each.get("detail")
        for each in panel_of("resource", "test", "kubernetes-cluster")
        if "label" in each
    }
    assert "nodes is forbidden" in told["nodes cannot be read"]
    assert "pods cannot be read" not in told


def test_versions_that_differ_between_clusters_of_an_environment_are_told(
    recorded: FakeKubernetes,
    company: Company,
    kubernetes_of: Any,
    panel_of: Any,
    settings: Any,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "south"
    folder.mkdir()
    with FakeKubernetes(folder=folder) as south:
        south.objects.update(json.loads(json.dumps(recorded.objects)))
        cart = south.objects["/apis/apps/v1/namespaces/shop/deployments/cart"]
        cart["spec"]["template"]["spec"]["containers"][0]["image"] = (
            "registry.example.org:5000/shop/cart:1.5.0"
        )
        settings.CLUSTERS = json.dumps([recorded.entry(), south.entry(name="south")])
        company.cluster(environment="production")
        company.cluster("south", environment="production")
        company.shop()
        company.register()
        company.look()
        drift = kubernetes_of("cart", "drift { image versions }")["drift"]
        assert drift == [{"image": "registry.example.org:5000/shop/cart", "versions": ["1.4.2", "1.5.0"]}]
        told = [
            each for each in panel_of("component", "cart", "kubernetes-running") if each["level"] == "warning"
        ]
        assert [(each["label"], each["detail"]) for each in told] == [
            ("Versions differ", "cart: 1.4.2, 1.5.0")
        ]

        company.cluster("south", environment="staging")
        company.register()
        assert kubernetes_of("cart", "drift { image }")["drift"] == []


def test_a_selector_that_cannot_be_read_is_told_on_the_page(
    recorded: FakeKubernetes, company: Company, kubernetes_of: Any
) -> None:
    company.cluster()
    company.component("odd", label_selector="app=cart,tier in (")
    company.register()
    company.look()
    mistake = kubernetes_of("odd", "mistake")["mistake"]
    assert "cannot be read at 'tier in ('" in mistake


def test_a_cluster_that_is_not_accepted_is_not_asked(
    recorded: FakeKubernetes, company: Company, graphql: Any, admin: Any, settings: Any, refusals: Any
) -> None:
    settings.CLUSTERS = json.dumps([recorded.entry(), recorded.entry(name="south")])
    company.cluster()
    company.cluster("south")
    company.register()
    decide = """mutation ($accepted: PluginClaimsInput) {
        decidePluginClaims(input: {plugin: "kubernetes", accepted: $accepted}) { problems { message } } }"""
    claims = {
        "kinds": ["Resource"],
        "fields": ["spec.owner"],
        "annotations": ["kubernetes.io/*", "backstage.io/kubernetes-*"],
        "clusters": ["south"],
    }
    assert graphql(admin)(decide, accepted=claims)["decidePluginClaims"] == {"problems": []}
    company.look()
    state = dict(Snapshot.objects.values_list("target", "error"))
    assert state["resource:default/test"].startswith("The plugin kubernetes is not accepted for reading")
    assert state["resource:default/south"] == ""
    assert {refusal[:2] for refusal in refusals} == {("kubernetes", "clusters")}
    refusals.clear()


def test_a_mistake_with_one_cluster_is_told_and_the_others_are_read(
    recorded: FakeKubernetes, company: Company, settings: Any, monkeypatch: Any
) -> None:
    settings.CLUSTERS = json.dumps([recorded.entry(), recorded.entry(name="south")])
    company.cluster()
    company.cluster("south")
    company.register()
    real = services.collect

    def broken(source: Any, watches: Any) -> Any:
        if source.name == "south":
            raise TypeError("a surprise")
        return real(source, watches)

    monkeypatch.setattr(services, "collect", broken)
    monkeypatch.setattr(
        services.Reading, "name", property(lambda self: self._cluster.config.name), raising=False
    )
    company.look()
    state = dict(Snapshot.objects.values_list("target", "error"))
    assert state["resource:default/test"] == ""
    assert state["resource:default/south"] == (
        "The answers of the cluster cannot be read (TypeError); the log says more."
    )


def test_what_is_invented_says_so_and_is_not_asked_for(
    company: Company, kubernetes_of: Any, panel_of: Any, settings: Any
) -> None:
    settings.CLUSTERS = ""
    company.cluster("prod-north", environment="production")
    company.component("booking-engine", id="booking-engine")
    company.register()
    with with_settings("kubernetes", demo=("prod-north",)):
        company.look()
    found = kubernetes_of(
        "booking-engine", "level crashLoops clusters { problem workloads { pods { state } } }"
    )
    assert (found["level"], found["crashLoops"]) == ("error", 1)
    line, notice = panel_of("component", "booking-engine", "kubernetes-running")
    assert line["detail"].endswith("1 crash-looping")
    assert notice["detail"] == "Invented for the demo company: no cluster is connected."
    assert notice in panel_of("resource", "prod-north", "kubernetes-cluster")
