"""The adapter of Kubernetes against a fake over TLS, and against the cluster of PORTAL_TEST_KUBECONFIG."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.checks import run_checks

from portal.env import SettingError
from portal.integrations.clusters import all_clusters, get_cluster, read_clusters
from portal.integrations.errors import (
    Conflict,
    DeadlineExceeded,
    IntegrationError,
    NotFound,
    Refused,
    Unauthorized,
)
from portal.integrations.kubernetes import Cluster
from tests.kubernetes_api import REAL_CLUSTER, TOKEN, FakeKubernetes

NAMESPACE = f"portal-{uuid4().hex[:8]}"


def config_map(**data: str) -> dict[str, Any]:
    metadata = {"name": "settings", "namespace": NAMESPACE, "labels": {"app": "cart"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


@pytest.fixture
def api(kubernetes: str) -> Iterator[Cluster]:
    """The cluster with a namespace that holds nothing of ours."""
    api = Cluster(get_cluster("test"), seconds=30)
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    yield api
    with suppress(NotFound):
        api.delete(api.find_resource("v1", "ConfigMap"), "settings", NAMESPACE)


@pytest.fixture(scope="module", autouse=True)
def _namespace_goes() -> Iterator[None]:
    yield
    if REAL_CLUSTER:
        entry = {"name": "real", "kubeconfig": REAL_CLUSTER}
        api = Cluster(read_clusters(json.dumps([entry]))["real"], seconds=30)
        api.delete(api.find_resource("v1", "Namespace"), NAMESPACE)


def test_it_says_its_version_and_what_it_offers(api: Cluster) -> None:
    assert api.version().startswith("v")
    deployment = api.find_resource("apps/v1", "Deployment")
    assert (deployment.plural, deployment.namespaced) == ("deployments", True)
    assert {"get", "list", "patch", "delete"} <= deployment.verbs
    assert api.first_offered("Deployment", ("apps/v9", "apps/v1")) == deployment
    with pytest.raises(NotFound, match="has no kind Nonsense in apps/v1"):
        api.find_resource("apps/v1", "Nonsense")
    with pytest.raises(NotFound, match=r"does not offer example\.org/v1"):
        api.find_resource("example.org/v1", "Deployment")


def test_what_is_applied_is_there_and_a_dry_run_leaves_no_trace(api: Cluster) -> None:
    maps = api.find_resource("v1", "ConfigMap")
    would = api.apply(config_map(port="80"), dry_run=True)
    assert would["data"] == {"port": "80"}
    with pytest.raises(NotFound, match='configmaps "settings" not found'):
        api.get(maps, "settings", NAMESPACE)

    made = api.apply(config_map(port="80", host="a"))
    assert api.get(maps, "settings", NAMESPACE)["data"] == {"port": "80", "host": "a"}
    again = api.apply(config_map(port="80", host="a"))
    assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    changed = api.apply(config_map(port="81"))
    assert changed["data"] == {"port": "81"}
    assert changed["metadata"]["uid"] == made["metadata"]["uid"]


def test_objects_are_listed_by_label(api: Cluster) -> None:
    maps = api.find_resource("v1", "ConfigMap")
    api.apply(config_map(port="80"))
    found = list(api.list(maps, NAMESPACE, label_selector="app=cart"))
    assert [(each["kind"], each["metadata"]["name"]) for each in found] == [("ConfigMap", "settings")]
    assert list(api.list(maps, NAMESPACE, label_selector="app=other")) == []
    assert "settings" in [each["metadata"]["name"] for each in api.list(maps)]


def test_only_the_object_that_was_meant_is_deleted(api: Cluster) -> None:
    maps = api.find_resource("v1", "ConfigMap")
    made = api.apply(config_map(port="80"))
    with pytest.raises(Conflict):
        api.delete(maps, "settings", NAMESPACE, uid="00000000-0000-0000-0000-000000000000")
    assert api.get(maps, "settings", NAMESPACE)["data"] == {"port": "80"}
    api.delete(maps, "settings", NAMESPACE, uid=made["metadata"]["uid"])
    with pytest.raises(NotFound):
        api.delete(maps, "settings", NAMESPACE)


def test_fields_of_another_manager_are_not_taken_unasked(
    api: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.integrations.kubernetes.FIELD_MANAGER", "somebody")
    api.apply(config_map(port="80"))
    monkeypatch.setattr("portal.integrations.kubernetes.FIELD_MANAGER", "portal")
    with pytest.raises(Conflict, match=r'conflict with "somebody".*\.data\.port'):
        api.apply(config_map(port="81"))
    assert api.get(api.find_resource("v1", "ConfigMap"), "settings", NAMESPACE)["data"] == {"port": "80"}
    assert api.apply(config_map(port="81"), force=True)["data"] == {"port": "81"}


def test_a_namespace_that_is_not_there_is_named(api: Cluster) -> None:
    document = config_map(port="80")
    document["metadata"]["namespace"] = "nowhere-at-all"
    with pytest.raises(NotFound, match='namespaces "nowhere-at-all" not found'):
        api.apply(document, dry_run=True)


def test_a_long_list_comes_in_pages_and_ends_where_it_is_told(
    fake_kubernetes: FakeKubernetes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.integrations.kubernetes.PAGE", 2)
    for number in range(5):
        path = f"/api/v1/namespaces/default/configmaps/n{number}"
        fake_kubernetes.objects[path] = {"metadata": {"name": f"n{number}"}}
    api = Cluster(get_cluster("test"))
    maps = api.find_resource("v1", "ConfigMap")
    assert [each["metadata"]["name"] for each in api.list(maps, "default")] == ["n0", "n1", "n2", "n3", "n4"]
    assert len(list(api.list(maps, "default", limit=3))) == 3


@pytest.mark.parametrize(
    "name", ["../../secrets", "a/b", "a?b", "", "a b", "%2e%2e", "x" * 254, "-x", "..", "a\n"]
)
def test_a_name_never_leaves_its_place(fake_kubernetes: FakeKubernetes, name: str) -> None:
    api = Cluster(get_cluster("test"))
    maps = api.find_resource("v1", "ConfigMap")
    with pytest.raises(Refused, match="is not the name of a Kubernetes object"):
        api.get(maps, name, "default")
    with pytest.raises(Refused):
        api.find_resource("../v1", "ConfigMap")


def test_a_wrong_token_is_said_without_saying_it(fake_kubernetes: FakeKubernetes, settings: Any) -> None:
    settings.CLUSTERS = json.dumps([fake_kubernetes.entry(token="canary-token")])
    with pytest.raises(Unauthorized) as raised:
        Cluster(get_cluster("test")).version()
    assert str(raised.value) == "The cluster test: Unauthorized"
    assert "canary-token" not in repr(get_cluster("test"))


def test_a_token_in_a_file_is_read_again(
    fake_kubernetes: FakeKubernetes, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("old")
    entry = fake_kubernetes.entry(tokenFile=str(file))
    del entry["token"]
    settings.CLUSTERS = json.dumps([entry])
    api = Cluster(get_cluster("test"))
    with pytest.raises(Unauthorized):
        api.version()
    file.write_text(f"{TOKEN}\n")
    assert api.version() == "v1.33.0-fake"


@pytest.mark.parametrize("wrong", ["untrusted", "expired", "another name"])
def test_a_certificate_that_cannot_be_verified_ends_the_call(
    settings: Any, tmp_path: Path, wrong: str
) -> None:
    other = {"expired": {"days": -1}, "another name": {"host": "127.0.0.9"}}.get(wrong, {})
    with FakeKubernetes(folder=tmp_path, **other) as fake:  # type: ignore[arg-type]
        entry = fake.entry()
        if wrong == "untrusted":
            del entry["caFile"]
        settings.CLUSTERS = json.dumps([entry])
        with pytest.raises(Unauthorized, match="The certificate of the cluster test cannot be verified"):
            Cluster(get_cluster("test")).version()
        assert fake.seen == []

        settings.CLUSTERS = json.dumps([{**entry, "skipTlsVerify": True}])
        assert Cluster(get_cluster("test")).version() == "v1.33.0-fake"
        assert [warning.id for warning in run_checks() if "cluster test" in warning.msg] == ["portal.W001"]


def test_a_server_that_is_silent_is_given_up(settings: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"https://127.0.0.1:{silent.getsockname()[1]}"
        settings.CLUSTERS = json.dumps([{"name": "test", "url": address, "token": "x"}])
        with pytest.raises(DeadlineExceeded, match="The cluster test did not answer in time"):
            Cluster(get_cluster("test"), seconds=1).version()
    with pytest.raises(IntegrationError, match="The cluster test cannot be reached"):
        Cluster(get_cluster("test"), seconds=1).version()


def test_a_redirect_is_not_followed(fake_kubernetes: FakeKubernetes, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = (302, {"Location": "/version"}, b"")
    monkeypatch.setattr(fake_kubernetes, "answer", lambda seen: answer)
    with pytest.raises(IntegrationError, match="it answered 302"):
        Cluster(get_cluster("test")).version()
    assert len(fake_kubernetes.seen) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "PORTAL_CLUSTERS is not JSON"),
        ('[{"url": "https://x"}]', "Entry 1 of PORTAL_CLUSTERS needs a `name`"),
        ('[{"name": "a", "url": "http://x"}]', "Entry 1 of PORTAL_CLUSTERS: url is not the address"),
        ('[{"name": "a", "url": "https://x", "tokn": ""}]', "unknown key 'tokn'"),
        ('[{"name": "a", "url": "https://x", "caData": "?"}]', "caData is neither PEM nor its base64"),
        ('[{"name": "a", "kubeconfig": "/nowhere"}]', "has no such context"),
        ('[{"name": "a", "url": "https://x"}, {"name": "a", "url": "https://x"}]', "two entries"),
    ],
)
def test_a_setting_that_cannot_be_used_says_where(text: str, message: str, settings: Any) -> None:
    with pytest.raises(SettingError, match=message):
        read_clusters(text)
    settings.CLUSTERS = text
    assert "portal.E010" in [error.id for error in run_checks()]


def test_a_kubeconfig_gives_a_token_and_never_runs_a_command(tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "config"
    user: dict[str, Any] = {"exec": {"command": "touch", "args": [str(tmp_path / "ran")]}}
    config = {
        "clusters": [{"name": "c", "cluster": {"server": "https://10.0.0.1:6443"}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    file.write_text(json.dumps(config))
    entry = [{"name": "a", "kubeconfig": str(file), "writeNamespaces": ["team-*"]}]
    with pytest.raises(SettingError, match=r"has no token\. Commands and client certificates are not used"):
        read_clusters(json.dumps(entry))
    user["token"] = "t"
    file.write_text(json.dumps(config))
    settings.CLUSTERS = json.dumps([*entry, {"name": "b", "url": "https://x"}])
    cluster = all_clusters()["a"]
    assert (cluster.url, cluster.current_token()) == ("https://10.0.0.1:6443", "t")
    assert (cluster.may_write("team-a"), cluster.may_write("kube-system")) == (True, False)
    assert not (tmp_path / "ran").exists()


def test_the_library_is_not_imported_before_a_cluster_is_asked() -> None:
    code = "import sys; import portal.integrations.kubernetes; print('kubernetes' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
