"""What runs of components, as a member sees it: the recorded shop, and a real one where there is one."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.kubernetes.facts import facts, kubernetes_facts
from plugins.kubernetes.models import Workloads
from plugins.kubernetes.selectors import running_by_entity
from plugins.kubernetes.states import TROUBLE
from portal.accounts.principal import SYSTEM
from portal.plugin_api.catalog import get_entity
from tests.kubernetes_api import TOKEN, FakeKubernetes

from .conftest import Company

WORKLOADS = """level pods ready crashLoops mistake
    clusters { name environment level problem stale
        workloads { kind name wanted ready rollout level why images { container image version }
                    pods { state level why ready crashLoop restarts node } autoscaler { least most } }
        barePods { name } services { name type ports } ingresses { name hosts secure services }
        jobs { state } cronJobs { name schedule } events { reason object message } }
    versions { image version cluster environment workload }"""


@pytest.fixture
def looked(shop: Company) -> Company:
    shop.look()
    return shop


def test_a_healthy_component_with_everything_around_it(looked: Any, kubernetes_of: Any) -> None:
    found = kubernetes_of("cart", WORKLOADS)
    assert (found["level"], found["pods"], found["ready"], found["crashLoops"]) == ("ok", 3, 3, 0)
    (cluster,) = found["clusters"]
    assert (cluster["name"], cluster["environment"], cluster["problem"]) == ("test", "production", "")
    (deployment,) = cluster["workloads"]
    assert (deployment["kind"], deployment["name"], deployment["rollout"]) == (
        "Deployment",
        "cart",
        "Complete",
    )
    assert deployment["images"] == [
        {"container": "web", "image": "registry.example.org:5000/shop/cart:1.4.2", "version": "1.4.2"}
    ]
    assert deployment["autoscaler"] == {"least": 3, "most": 10}
    # Only the deployment and the cron job carry the label: pods, service and ingress follow from them.
    assert [pod["state"] for pod in deployment["pods"]] == ["Running"] * 3
    assert cluster["services"] == [{"name": "cart", "type": "ClusterIP", "ports": ["80/TCP"]}]
    assert cluster["ingresses"] == [
        {"name": "shop", "hosts": ["cart.example.org"], "secure": True, "services": ["cart"]}
    ]
    assert cluster["cronJobs"] == [{"name": "sweep", "schedule": "*/1 * * * *"}]
    assert found["versions"] == [
        {
            "image": "registry.example.org:5000/shop/cart",
            "version": "1.4.2",
            "cluster": "test",
            "environment": "production",
            "workload": "cart",
        }
    ]


def test_pods_in_trouble_say_why(looked: Any, kubernetes_of: Any, request: Any) -> None:
    states = {}
    for name in ("orders", "ledger", "greedy"):
        found = kubernetes_of(name, WORKLOADS)
        assert found["level"] == "error"
        ((workload,),) = [cluster["workloads"] for cluster in found["clusters"]]
        (states[name],) = workload["pods"]
        assert (workload["ready"], workload["wanted"], states[name]["level"]) == (0, 1, "error")
    assert states["greedy"]["state"] == "Unschedulable"
    assert "nodes are available" in states["greedy"]["why"]
    if "real" in request.node.name:
        # Another cluster than the one of the recording may have a kubelet that finds no image at all.
        assert {states["orders"]["state"], states["ledger"]["state"]} <= TROUBLE
        return
    assert (states["orders"]["state"], states["orders"]["restarts"]) == ("CrashLoopBackOff", 7)
    assert states["orders"]["crashLoop"]
    assert states["orders"]["why"].startswith("web: back-off 5m0s restarting failed container")
    assert states["ledger"]["state"] == "ImagePullBackOff"


def test_selectors_namespaces_and_names_choose(looked: Any, kubernetes_of: Any) -> None:
    ledger = kubernetes_of("ledger", WORKLOADS)["clusters"][0]["workloads"]
    assert [(each["kind"], each["images"][0]["version"]) for each in ledger] == [
        ("StatefulSet", "sha256:0123456789ab")
    ]
    # With a namespace alone, the name of the entity is the id.
    agent = kubernetes_of("agent", WORKLOADS)
    assert agent["level"] == "ok"
    assert agent["clusters"][0]["workloads"][0]["kind"] == "DaemonSet"
    idle = kubernetes_of("idle", WORKLOADS)
    assert (idle["level"], idle["pods"], idle["clusters"][0]["workloads"]) == ("unknown", 0, [])
    assert kubernetes_of("library", "level") is None


def test_warnings_of_the_cluster_are_kept(looked: Any, kubernetes_of: Any) -> None:
    events = kubernetes_of("greedy", WORKLOADS)["clusters"][0]["events"]
    assert events
    assert {event["reason"] for event in events} == {"FailedScheduling"}
    assert events[0]["object"].startswith("Pod greedy-")


def test_what_containers_are_given_is_not_kept_and_secrets_are_not_read(looked: Any) -> None:
    kept = str(list(Workloads.objects.values_list("summary", "objects_kept")))
    assert "registry.example.org:5000/shop/cart:1.4.2" in kept
    assert "canary" not in kept


def test_an_unchanged_cluster_writes_no_row(looked: Company) -> None:
    before = list(Workloads.objects.order_by("pk").values_list("pk", "hash", "changed_at"))
    looked.look()
    after = list(Workloads.objects.order_by("pk").values_list("pk", "hash", "changed_at"))
    # A cluster that lives may have gone on; what is the same keeps its time.
    assert {row[:2] for row in before} & {row[:2] for row in after}
    assert [row for row in before if row[:2] in {each[:2] for each in after}] == [
        row for row in after if row[:2] in {each[:2] for each in before}
    ]


def test_facts_for_checks(looked: Any) -> None:
    names = ("cart", "orders", "idle")
    entities = [get_entity(f"component:default/{name}", viewer=SYSTEM) for name in names]
    known = kubernetes_facts(entities)
    cart, orders = (known[entity.pk] for entity in entities[:2])
    assert cart.as_of is not None
    assert cart.values == {
        "level": "ok", "clusters": 1, "clustersUnreachable": 0, "pods": 3, "podsReady": 3, "crashLoops": 0,
        "images": ["registry.example.org:5000/shop/cart:1.4.2"], "versions": ["1.4.2"], "drift": False,
    }  # fmt: skip
    assert set(cart.values) == {fact.name for fact in facts.facts}
    assert orders.values["level"] == "error"
    assert entities[2].pk not in known


def test_crash_loops_are_counted(recorded: FakeKubernetes, company: Company, kubernetes_of: Any) -> None:
    company.cluster()
    company.shop()
    company.register()
    company.look()
    assert kubernetes_of("orders", "crashLoops level") == {"crashLoops": 1, "level": "error"}


def test_many_entities_cost_as_many_statements_as_one(recorded: FakeKubernetes, company: Company) -> None:
    company.cluster()
    company.cluster("south")
    company.shop()
    company.register()
    company.look()
    names = ("cart", "orders", "ledger", "greedy", "agent", "idle", "library")
    entities = [get_entity(f"component:default/{name}", viewer=SYSTEM) for name in names]
    counts = []
    for some in (entities[:1], entities):
        with CaptureQueriesContext(connection) as captured:
            running_by_entity(some, SYSTEM)
        counts.append([query["sql"].split('"')[1] for query in captured.captured_queries])
    told = ["catalog_entity", "snapshots_snapshot", "kubernetes_workloads"]
    assert counts == [told] * 2


def test_the_token_of_a_cluster_is_in_no_table_and_no_answer(
    recorded: FakeKubernetes, company: Company, graphql: Any, admin: Any, bearer: Any, caplog: Any
) -> None:
    company.cluster()
    company.shop()
    company.register()
    company.look()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            assert not [row for (row,) in cursor.fetchall() if TOKEN in row], table
    everything = (
        f'{{ entity(ref: "component:cart") {{ kubernetes {{ {WORKLOADS} }} }} plugins {{ name reason }} }}'
    )
    answer = graphql(admin).post(everything).content.decode()
    assert "registry.example.org" in answer
    assert TOKEN not in answer
    asked = bearer(admin, "read").get("/api/kubernetes/clusters").content.decode()
    assert TOKEN not in asked + caplog.text
