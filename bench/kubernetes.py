"""A look at three clusters for a hundred components: `python -m bench.kubernetes --kubeconfig <file>`.

Needs PostgreSQL in DATABASE_URL, on which a database may be made, and a cluster that runs what is put on
it. Each component has a Deployment of three pods, a Service and an autoscaler in the namespace
`portal-bench`. The one API server is three clusters to the portal, so it is asked for everything three
times. Then a process of its own, as a worker is, looks at them and says how long it took and how much
memory it had at most.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.database import own_database
from bench.monitoring import peak_mb

NAMESPACE = "portal-bench"
CLUSTERS = ("north", "south", "west")
SETTLING_SECONDS = 300
CLUSTER = """\
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {{name: {name}}}
spec: {{type: kubernetes-cluster, owner: team-001}}
"""
COMPONENT = """\
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: c-{number:05}, annotations: {{backstage.io/kubernetes-id: c-{number:05}}}}}
spec: {{type: service, lifecycle: production, owner: team-001}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, default=100)
    parser.add_argument("--kubeconfig", default=os.environ.get("PORTAL_TEST_KUBECONFIG", ""))
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if chosen.child:
        look()
    else:
        measure(chosen.components, chosen.kubeconfig)


def measure(components: int, kubeconfig: str) -> None:
    """Set everything up, then let a fresh process look three times."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-kubernetes-")))
        entries = [{"name": name, "kubeconfig": kubeconfig} for name in CLUSTERS]
        os.environ.update(
            DATABASE_URL=stack.enter_context(own_database("kubernetes")),
            PORTAL_HOME=str(folder),
            PORTAL_PLUGINS="docs,kubernetes",
            PORTAL_CLUSTERS=json.dumps(entries),
            PORTAL_STATEMENT_TIMEOUT_MS="0",
            PORTAL_BROKER_URL="redis://127.0.0.1:1/0",
            PORTAL_LOG_LEVEL="ERROR",
        )
        ingest(folder, components)
        stack.callback(take_away)
        run(components)
        for name in ("first", "again", "once more"):
            done = subprocess.run(
                [sys.executable, "-m", "bench.kubernetes", "--child"],
                check=True,
                capture_output=True,
                text=True,
            )
            print(f"{name}: {done.stdout.strip()}", flush=True)


def look() -> None:
    """What a worker does when every cluster is due."""
    import django

    django.setup()
    from django.utils import timezone

    from plugins.kubernetes.models import Workloads
    from portal.snapshots.models import Snapshot
    from portal.snapshots.services import refresh_due_snapshots

    Snapshot.objects.update(due_at=timezone.now())
    before, began, cpu = peak_mb(), time.monotonic(), time.process_time()
    count = refresh_due_snapshots("kubernetes.clusters")
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    rows = Workloads.objects.count()
    pods = sum(Workloads.objects.values_list("summary__pods", flat=True))
    failing = Snapshot.objects.filter(failures__gt=0).count()
    print(
        f"{count} clusters in {seconds:.1f} s ({cpu:.1f} s of CPU), {rows} rows, {pods} pods, "
        f"{failing} failing, at most {peak_mb():.0f} MB ({before:.0f} MB before)"
    )


def ingest(folder: Path, components: int) -> None:
    """Put the clusters and the components into the catalog."""
    import django

    django.setup()
    from django.core.management import call_command

    from catalog.services import register_location
    from portal.accounts.principal import SYSTEM

    call_command("migrate", verbosity=0)
    documents = [CLUSTER.format(name=name) for name in CLUSTERS]
    documents += [COMPONENT.format(number=number) for number in range(components)]
    (folder / "all.yaml").write_text("".join(documents))
    register_location(f"file:{folder}/all.yaml", actor=SYSTEM, trusted=True)


def run(components: int) -> None:
    """Let the cluster run everything; answers when it does."""
    api = _api()
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for number in range(components):
        for document in _documents(f"c-{number:05}"):
            api.apply(document)
    pods = api.find_resource("v1", "Pod")
    ends_at = time.monotonic() + SETTLING_SECONDS
    while time.monotonic() < ends_at:
        phases = Counter(str(pod["status"].get("phase")) for pod in api.list(pods, NAMESPACE))
        if phases["Running"] >= 3 * components:
            return
        time.sleep(2)
    raise SystemExit(
        f"The cluster runs {dict(phases)} of {3 * components} pods: it needs more nodes or time."
    )


def take_away() -> None:
    api = _api()
    api.delete(api.find_resource("v1", "Namespace"), NAMESPACE)


def _api() -> Any:
    from portal.integrations.clusters import get_cluster
    from portal.integrations.kubernetes import Cluster

    return Cluster(get_cluster(CLUSTERS[0]), seconds=60)


def _documents(name: str) -> list[dict[str, Any]]:
    metadata = {"name": name, "namespace": NAMESPACE, "labels": {"backstage.io/kubernetes-id": name}}
    container = {
        "name": "web",
        "image": f"example.org/{name}:1.0",
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
        "env": [{"name": f"VARIABLE_{number}", "value": "x" * 40} for number in range(20)],
    }
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": name}}, "template": template}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    return [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec},
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {"selector": {"app": name}, "ports": [{"port": 80, "protocol": "TCP"}]},
        },
        {
            "apiVersion": "autoscaling/v1",
            "kind": "HorizontalPodAutoscaler",
            "metadata": metadata,
            "spec": {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 9},
        },
    ]


if __name__ == "__main__":
    main()
