"""The only calls the plugin makes: the version and lists of these kinds, never Secrets, never a change."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.plugin_api.kubernetes import Cluster, NotFound, Unauthorized

from .documents import Document

MOST_NAMESPACES = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind that is read, in the first of these versions that the cluster has."""

    kind: str
    plural: str
    versions: tuple[str, ...]
    namespaced: bool = True
    field_selector: str = ""


WORKLOADS = (
    Kind("Deployment", "deployments", ("apps/v1",)),
    Kind("StatefulSet", "statefulsets", ("apps/v1",)),
    Kind("DaemonSet", "daemonsets", ("apps/v1",)),
    Kind("CronJob", "cronjobs", ("batch/v1", "batch/v1beta1")),
)
PARTS = (
    Kind("Job", "jobs", ("batch/v1",)),
    Kind("ReplicaSet", "replicasets", ("apps/v1",)),
    Kind("Pod", "pods", ("v1",)),
)
AROUND = (
    Kind(
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        ("autoscaling/v2", "autoscaling/v2beta2", "autoscaling/v1"),
    ),
    Kind("Service", "services", ("v1",)),
    Kind("Ingress", "ingresses", ("networking.k8s.io/v1", "networking.k8s.io/v1beta1")),
)
EVENTS = Kind("Event", "events", ("v1",), field_selector="type!=Normal")
NODES = Kind("Node", "nodes", ("v1",), namespaced=False)
KINDS = (*WORKLOADS, *PARTS, *AROUND, EVENTS, NODES)
"""Everything that the plugin reads of a cluster; the role it needs is in README.md a test compares them."""


class Reading:
    """One round of lists on one cluster. What the role does not allow is told in `unreadable`.

    Where a kind may not be listed everywhere, the namespaces that entities name are tried one by one.
    `cut` names the kinds of which there is more than `most` objects.
    """

    def __init__(
        self, cluster: Cluster, *, most: int, namespaces: Iterable[str] = (), ended: Callable[[], None]
    ) -> None:
        self._cluster = cluster
        self._most = most
        self._namespaces = sorted(filter(None, set(namespaces)))[:MOST_NAMESPACES]
        self._ended = ended
        self.unreadable: dict[str, str] = {}
        self.cut: list[str] = []

    def version(self) -> str:
        return self._cluster.version()

    def objects(self, kind: Kind) -> Iterator[Document]:
        """Every object of a kind that may be read. Raises what the cluster's adapter raises, but refusals."""
        for count, document in enumerate(self._allowed(kind)):
            if count == self._most:
                self.cut.append(kind.plural)
                return
            yield document

    def _allowed(self, kind: Kind) -> Iterator[Document]:
        try:
            yield from self._list(kind, "")
        except NotFound as error:
            self.unreadable[kind.plural] = str(error)
        except Unauthorized as error:
            if not (kind.namespaced and self._namespaces):
                self.unreadable[kind.plural] = str(error)
                return
            yield from self._by_namespace(kind)

    def _by_namespace(self, kind: Kind) -> Iterator[Document]:
        for namespace in self._namespaces:
            try:
                yield from self._list(kind, namespace)
            except (Unauthorized, NotFound) as error:
                self.unreadable[kind.plural] = str(error)

    def _list(self, kind: Kind, namespace: str) -> Iterator[dict[str, Any]]:
        self._ended()
        resource = self._cluster.first_offered(kind.kind, kind.versions)
        yield from self._cluster.list(
            resource, namespace, field_selector=kind.field_selector, limit=self._most + 1
        )
