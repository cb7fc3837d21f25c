"""What is kept of a cluster itself: version, nodes, capacity, and what could not be read."""

from collections.abc import Mapping, Sequence
from typing import Any

from .collecting import Collected
from .documents import Document, clean, labels, name, part, text
from .quantities import gibibytes, quantity
from .states import node_state

ZONE = "topology.kubernetes.io/zone"
SIZE = "node.kubernetes.io/instance-type"


def cluster_data(collected: Collected, *, verified: bool, invented: bool) -> dict[str, Any]:
    """The snapshot of a cluster; memory in GiB, processors in cores."""
    usage = collected.usage
    return {
        "version": clean(collected.version, 60),
        "verified": verified,
        "invented": invented,
        "nodes": [_node(node) for node in collected.nodes],
        "capacity": _capacity(collected.nodes),
        "requested": {
            "cpu": round(usage.cpu, 2),
            "memory": gibibytes(usage.memory),
            "pods": usage.pods,
        },
        "troubled": {clean(word, 60): count for word, count in usage.troubled.most_common(10)},
        "entities": len(collected.found),
        "unreadable": {kind: clean(why, 300) for kind, why in collected.unreadable.items()},
        "cut": collected.cut,
    }


def _node(node: Document) -> dict[str, Any]:
    state = node_state(node)
    return {
        "name": name(node),
        "state": state.word,
        "level": state.level,
        "why": state.why,
        "version": text(node, "status", "nodeInfo", "kubeletVersion"),
        "zone": labels(node).get(ZONE, ""),
        "size": labels(node).get(SIZE, ""),
        **_amounts(part(node, "status", "allocatable")),
    }


def _capacity(nodes: Sequence[Document]) -> dict[str, float]:
    """What the nodes together have for pods."""
    amounts = [_amounts(part(node, "status", "allocatable")) for node in nodes]
    return {key: round(sum(each[key] for each in amounts), 1) for key in ("cpu", "memory", "pods")}


def _amounts(resources: Mapping[str, Any]) -> dict[str, float]:
    return {
        "cpu": round(quantity(text(resources, "cpu")), 2),
        "memory": gibibytes(quantity(text(resources, "memory"))),
        "pods": quantity(text(resources, "pods")),
    }
