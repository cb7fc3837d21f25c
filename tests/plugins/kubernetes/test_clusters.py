"""Clusters: how they are, what is asked of them, and what is shown when they cannot be read."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugins.kubernetes.models import Workloads
from plugins.kubernetes.reading import KINDS
from portal.accounts.models import NamespaceGrant
from portal.snapshots.models import Snapshot
from tests.kubernetes_api import TOKEN, FakeKubernetes

from .conftest import ROLE, Company


def test_a_cluster_says_how_it_is(shop: Company, panel_of: Any) -> None:
    shop.look()
    blocks = panel_of("resource", "test", "kubernetes-cluster")
    assert {"label": "Healthy", "level": "ok", "detail": "3 of 3 nodes ready"}.items() <= blocks[0].items()
    assert blocks[1]["label"] == "Version"
    assert blocks[1]["value"].startswith("v")
    gauges = {each["label"]: each for each in blocks if each["__typename"] == "GaugeBlock"}
    assert set(gauges) == {"Cores requested", "Memory requested", "Pods in use"}
    assert gauges["Cores requested"]["detail"].endswith(" of 24")
    assert gauges["Memory requested"]["detail"].endswith(" of 96 GiB")
    (nodes, running) = panel_of("resource", "test", "kubernetes-nodes")
    assert (nodes["columns"][0], len(nodes["rows"])) == ("Node", 3)
    assert (running["columns"][0], len(running["rows"])) == ("Entity", 5)


def test_only_lists_of_the_kinds_that_the_role_names_are_asked(
    recorded: FakeKubernetes, company: Company, panel_of: Any, graphql: Any, member: Any
) -> None:
    company.cluster()
    company.shop()
    company.register()
    company.look()
    for name in ("cart", "orders", "ledger"):
        panel_of("component", name, "kubernetes-running")
        panel_of("component", name, "kubernetes")
    panel_of("resource", "test", "kubernetes-nodes")

    asked = {(seen.method, seen.path.partition("?")[0]) for seen in recorded.seen}
    assert {method for method, _ in asked} == {"GET"}
    rules = yaml.safe_load(ROLE.read_text())["rules"]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"list"}
    allowed = {
        (group, plural) for rule in rules for group in rule["apiGroups"] for plural in rule["resources"]
    }
    read = {(version.rpartition("/")[0], kind.plural) for kind in KINDS for version in kind.versions}
    assert read == allowed
    discovery = {path for _, path in asked if path.count("/") <= 3 and path.rsplit("/", 1)[1].startswith("v")}
    lists = {path for _, path in asked} - discovery
    assert {path.rsplit("/", 1)[1] for path in lists} == {plural for _, plural in allowed}
    assert not [path for path in lists if "/namespaces/" in path]


def test_the_rights_of_the_role_do_not_reach_secrets(shop: Company, request: Any, settings: Any) -> None:
    if "real" not in request.node.name:
        rules = yaml.safe_load(ROLE.read_text())["rules"]
        assert not {"secrets", "configmaps", "*"} & {each for rule in rules for each in rule["resources"]}
        return
    from portal.integrations.clusters import get_cluster
    from portal.integrations.errors import Unauthorized
    from portal.integrations.kubernetes import Cluster

    api = Cluster(get_cluster("test"), seconds=30)
    for kind in ("Secret", "ConfigMap"):
        with pytest.raises(Unauthorized, match="forbidden"):
            list(api.list(api.find_resource("v1", kind)))
        with pytest.raises(Unauthorized, match="forbidden"):
            api.get(api.find_resource("v1", kind), "cart", shop.kubernetes_namespace)


@pytest.mark.parametrize("wrong", ["refused", "silent", "token", "certificate", "nonsense", "no entry"])
def test_a_cluster_that_cannot_be_read_is_one_grey_badge_with_its_reason(
    wrong: str, recorded: FakeKubernetes, company: Company, panel_of: Any, settings: Any, monkeypatch: Any
) -> None:
    company.cluster()
    company.shop()
    company.register()
    company.look()
    before = list(Workloads.objects.order_by("pk").values_list())
    entry = recorded.entry()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"https://127.0.0.1:{silent.getsockname()[1]}"
        if wrong == "silent":
            silent.listen()
            monkeypatch.setattr("plugins.kubernetes.services.CALL_SECONDS", 1.0)
        changed, reason = {
            "refused": ({**entry, "url": address}, "The cluster test cannot be reached"),
            "silent": ({**entry, "url": address}, "The cluster test did not answer in time"),
            "token": ({**entry, "token": "canary-old"}, "The cluster test: Unauthorized"),
            "certificate": (
                {**entry, "caFile": ""},
                "The certificate of the cluster test cannot be verified",
            ),
            "nonsense": (entry, "answers, but not as an API server does"),
            "no entry": ({**entry, "name": "other"}, "The portal has no access to test"),
        }[wrong]
        if wrong == "nonsense":
            monkeypatch.setattr(recorded, "answer", lambda seen: (200, {}, b"<html>"))
        settings.CLUSTERS = json.dumps([changed])
        company.look()
    # The page of a component: one grey line with the reason, and what was seen there last.
    (line,) = panel_of("component", "cart", "kubernetes-running")
    assert (line["label"], line["level"]) == ("Test", "unknown")
    assert reason in line["detail"]
    assert "Seen last 20" in line["detail"]
    assert "canary" not in line["detail"]
    tree = next(
        each for each in panel_of("component", "cart", "kubernetes") if each["__typename"] == "TreeBlock"
    )
    assert tree["nodes"][1]["label"].startswith("Deployment ")
    badge = panel_of("resource", "test", "kubernetes-cluster")[0]
    assert (badge["label"], badge["level"]) == ("Unreachable", "unknown")
    assert list(Workloads.objects.order_by("pk").values_list()) == before

    monkeypatch.undo()
    settings.CLUSTERS = json.dumps([entry])
    company.look()
    (line,) = panel_of("component", "cart", "kubernetes-running")
    assert (line["level"], line["detail"]) == ("ok", "3 of 3 pods ready · 1.4.2")


def test_one_cluster_that_is_silent_does_not_hold_the_others(
    recorded: FakeKubernetes, company: Company, kubernetes_of: Any, settings: Any
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent_entry = {"name": "silent", "url": f"https://127.0.0.1:{silent.getsockname()[1]}", "token": "x"}
        settings.CLUSTERS = json.dumps([recorded.entry(), silent_entry])
        company.cluster()
        company.cluster("silent")
        company.shop()
        company.register()
        company.look()
    found = {
        each["name"]: each for each in kubernetes_of("cart", "clusters { name level problem }")["clusters"]
    }
    assert found["test"] == {"name": "test", "level": "ok", "problem": ""}
    assert (found["silent"]["level"], "did not answer in time" in found["silent"]["problem"]) == (
        "unknown",
        True,
    )
    wait = Snapshot.objects.get(target="resource:default/silent")
    assert (wait.failures, wait.data) == (1, None)


def test_the_token_goes_to_the_address_of_the_operator_only(
    recorded: FakeKubernetes, company: Company, tmp_path: Path, settings: Any
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with FakeKubernetes(folder=other) as thief:
        company.cluster(url=thief.url)
        company.register()
        company.look()
        assert thief.seen == []
    assert recorded.seen == []
    snapshot = Snapshot.objects.get(target="resource:default/test")
    assert snapshot.error.startswith("The portal has no access to https://127.0.0.1:")
    assert TOKEN not in snapshot.error


def test_who_may_not_see_a_cluster_is_not_told_what_runs_there(
    recorded: FakeKubernetes, company: Company, graphql: Any, member: Any, outsider: Any
) -> None:
    company.cluster(inside="secret")
    company.shop()
    company.register()
    company.look()
    NamespaceGrant.objects.create(namespace="secret", subject=member.user_ref, role="reader")
    query = """{ entity(ref: "component:default/cart") {
        kubernetes { pods clusters { name } versions { image } }
        panels { id blocks { ... on StatusBlock { label } ... on EmptyBlock { title } } } } }"""
    allowed, denied = (graphql(account)(query)["entity"] for account in (member, outsider))
    assert (allowed["kubernetes"]["pods"], allowed["kubernetes"]["clusters"]) == (3, [{"name": "test"}])
    assert denied["kubernetes"] == {"pods": 0, "clusters": [], "versions": []}
    told = {each["id"]: each["blocks"] for each in denied["panels"]}
    assert told["kubernetes-running"] == [{"title": "There is no cluster"}]
