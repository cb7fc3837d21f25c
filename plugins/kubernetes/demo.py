"""Invented clusters for the demo company, read like others; what shows them says what they are."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .reading import Kind
from .selecting import ID, Watch

NOTICE = "Invented for the demo company: no cluster is connected."
NAMESPACE = "apps"
LIMITS = {"cpu": "8", "memory": "32Gi", "pods": "110"}


@dataclass(frozen=True, slots=True)
class Site:
    """A cluster of the demo company; of `share` components in ten something runs there."""

    version: str
    nodes: int
    zones: int
    share: int
    ahead: int = 0


SITES = {
    "prod-north": Site("v1.33.4", 24, 3, 10),
    "prod-south": Site("v1.33.4", 12, 3, 6),
    "staging": Site("v1.34.1", 6, 2, 9, ahead=1),
    "quay-edge": Site("v1.32.8", 18, 9, 2),
}
# What goes wrong: on a cluster, of a component.
CRASHING = {("prod-north", "booking-engine"), ("staging", "loyalty-points")}
NO_IMAGE = {("staging", "fraud-score")}
BEHIND = {("prod-south", "accounts"), ("prod-south", "sailing-search")}


@dataclass
class Invented:
    """What `Reading` is for a real cluster, made from the names alone and the same at every look."""

    name: str
    watches: Mapping[str, Watch]
    unreadable: dict[str, str] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)

    @property
    def site(self) -> Site:
        return SITES.get(self.name, Site("v1.33.4", 3, 1, 5))

    def version(self) -> str:
        return self.site.version

    def objects(self, kind: Kind) -> Iterator[dict[str, Any]]:
        if kind.plural == "nodes":
            yield from (_node(self.site, number) for number in range(self.site.nodes))
            return
        for watch in self.watches.values():
            for each in watch.requirements:
                named = each.key == ID and each.values and not each.negated
                if named and each.values and self._runs(min(each.values)):
                    namespace = watch.namespace or NAMESPACE
                    yield from self._of(kind.plural, min(each.values), namespace)

    def _runs(self, name: str) -> bool:
        return _seed(self.name, name) % 10 < self.site.share

    def _of(self, plural: str, name: str, namespace: str) -> Iterator[dict[str, Any]]:
        component = _Component(self.name, name, namespace, self.site.ahead)
        match plural:
            case "deployments":
                yield component.deployment()
            case "replicasets":
                yield component.replica_set()
            case "pods":
                yield from (component.pod(number) for number in range(component.replicas))
            case "services":
                yield component.service()
            case "events":
                if component.trouble:
                    yield component.event()


class _Component:
    """One component on one cluster."""

    def __init__(self, cluster: str, name: str, namespace: str, ahead: int) -> None:
        self.cluster, self.name, self.namespace = cluster, name, namespace
        seed = _seed(name)
        self.replicas = 2 + seed % 3
        minor = seed % 8 + ahead - ((cluster, name) in BEHIND)
        self.image = f"registry.skerry-lines.example/{name}:{1 + seed % 3}.{minor}.{seed % 5}"
        self.trouble = ""
        if (cluster, name) in CRASHING:
            self.trouble = "CrashLoopBackOff"
        if (cluster, name) in NO_IMAGE:
            self.trouble = "ImagePullBackOff"

    def deployment(self) -> dict[str, Any]:
        ready = self.replicas - bool(self.trouble)
        counts = dict.fromkeys(("replicas", "updatedReplicas"), self.replicas)
        counts |= dict.fromkeys(("readyReplicas", "availableReplicas"), ready)
        spec = {"replicas": self.replicas, "template": {"spec": {"containers": [self._container()]}}}
        return {**self._object("Deployment", self.name), "spec": spec, "status": counts}

    def replica_set(self) -> dict[str, Any]:
        name = f"{self.name}-{_seed(self.image):08x}"
        made = self._object("ReplicaSet", name, owner=self.name)
        return {**made, "spec": {"replicas": self.replicas}, "status": {"replicas": self.replicas}}

    def pod(self, number: int) -> dict[str, Any]:
        owner = f"{self.name}-{_seed(self.image):08x}"
        made = self._object("Pod", f"{owner}-{_seed(owner, str(number)) % 46656:05d}", owner=owner)
        bad = self.trouble if number == 0 else ""
        status: dict[str, Any] = {"name": "app", "restartCount": 0}
        if bad:
            status["state"] = {"waiting": {"reason": bad, "message": self._message()}}
        if bad == "CrashLoopBackOff":
            status |= {
                "restartCount": 14,
                "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}},
            }
        conditions = [{"type": "PodScheduled", "status": "True"}]
        conditions.append({"type": "Ready", "status": "False" if bad else "True"})
        node = f"{self.cluster}-{_seed(self.cluster, self.name, str(number)) % 6:02}"
        return {
            **made,
            "spec": {"nodeName": node, "containers": [self._container()]},
            "status": {
                "phase": "Pending" if bad == "ImagePullBackOff" else "Running",
                "conditions": conditions,
                "containerStatuses": [status],
            },
        }

    def service(self) -> dict[str, Any]:
        address = f"10.96.{_seed(self.name) % 250}.{_seed(self.cluster) % 250}"
        spec = {"clusterIP": address, "ports": [{"port": 80}], "selector": {"app": self.name}}
        return {**self._object("Service", self.name), "spec": spec}

    def event(self) -> dict[str, Any]:
        """A warning of some minutes ago, in whole quarters of an hour so that looks agree."""
        now = datetime.now(UTC)
        at = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) - timedelta(minutes=5)
        pod = self.pod(0)["metadata"]
        return {
            "kind": "Event",
            "metadata": {"name": f"{pod['name']}.1", "namespace": self.namespace},
            "involvedObject": {"kind": "Pod", "name": pod["name"], "uid": pod["uid"]},
            "type": "Warning",
            "reason": "BackOff" if self.trouble == "CrashLoopBackOff" else "Failed",
            "message": self._message(),
            "count": 23,
            "lastTimestamp": at.isoformat(),
        }

    def _message(self) -> str:
        if self.trouble == "CrashLoopBackOff":
            return "back-off 5m0s restarting failed container"
        return f'Back-off pulling image "{self.image}"'

    def _container(self) -> dict[str, Any]:
        requests = {"cpu": "250m", "memory": f"{256 * (1 + _seed(self.name) % 4)}Mi"}
        return {"name": "app", "image": self.image, "resources": {"requests": requests}}

    def _object(self, kind: str, name: str, owner: str = "") -> dict[str, Any]:
        metadata: dict[str, Any] = {"name": name, "namespace": self.namespace, "labels": {ID: self.name}}
        metadata["uid"] = f"{self.cluster}/{kind}/{name}"
        if owner:
            above = {"ReplicaSet": "Deployment", "Pod": "ReplicaSet"}[kind]
            metadata["ownerReferences"] = [{"uid": f"{self.cluster}/{above}/{owner}"}]
        return {"kind": kind, "metadata": metadata}


def _node(site: Site, number: int) -> dict[str, Any]:
    labels = {"topology.kubernetes.io/zone": f"zone-{'abcdefghi'[number % site.zones]}"}
    return {
        "metadata": {"name": f"node-{number:02}", "labels": labels},
        "status": {
            "allocatable": LIMITS,
            "nodeInfo": {"kubeletVersion": site.version},
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def _seed(*words: str) -> int:
    return zlib.crc32("/".join(words).encode())
