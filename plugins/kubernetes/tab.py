"""The tab of an entity, in blocks: versions by cluster, workloads as a tree, services, jobs, warnings."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from portal.plugin_api import Block, Level, Link, Moment, Node, Status, Table, Text, Timeline, Tree
from portal.plugin_api.catalog import Entity

from .selectors import OnCluster, Running, Summary

WORDS: Mapping[Level, str] = {
    "ok": "Running", "warning": "Needs a look", "error": "In trouble", "unknown": "Not known"
}  # fmt: skip
MOST_PODS = 30
MOST_EVENTS = 15


def blocks(running: Running) -> Iterator[Block]:
    """Everything that is known; a cluster that cannot be read shows what was seen last."""
    yield from _versions(running)
    yield from drift_blocks(running)
    shown = [each for each in running.clusters if each.summary]
    nodes = tuple(_cluster_node(each, each.summary) for each in shown if each.summary)
    if nodes:
        yield Tree(nodes)
    yield from _addresses(shown)
    yield from _jobs(shown)
    yield from _events(shown)


def drift_blocks(running: Running) -> Iterator[Block]:
    """Images of which one environment runs several versions."""
    for image, versions in running.drift.items():
        yield Status("Versions differ", "warning", f"{image.rpartition('/')[2]}: {', '.join(versions)}")


def versions_of(summary: Summary) -> list[str]:
    """The versions of all images of workloads, each once."""
    found = [image["version"] for workload in summary["workloads"] for image in workload["images"]]
    return list(dict.fromkeys(found))


def reason_of(running: Running) -> str:
    """The words for what is wrong, each once: `CrashLoopBackOff, Stalled`."""
    words = [
        pod["state"]
        for each in running.clusters
        if each.summary
        for workload in each.summary["workloads"]
        for pod in workload["pods"]
        if pod["level"] in ("error", "warning")
    ] + [
        workload["rollout"]
        for each in running.clusters
        if each.summary
        for workload in each.summary["workloads"]
        if workload["rollout"] not in ("Complete", "Scaled to zero")
    ]
    return ", ".join(dict.fromkeys(words))


def counted(count: int, word: str) -> str:
    """`1 pod`, `2 pods`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def entity_link(entity: Entity) -> Link:
    path = f"/catalog/{entity.namespace}/{entity.kind.lower()}/{entity.name}"
    return Link(path, entity.title or entity.name)


def node_row(node: Mapping[str, Any]) -> tuple[str | Status, ...]:
    amounts = (f"{node['cpu']:g}", f"{node['memory']:g}", f"{node['pods']:g}")
    state = Status(node["state"], node["level"], node["why"] or None)
    return (node["name"], state, node["version"], node["size"], node["zone"], *amounts)


def _versions(running: Running) -> Iterator[Block]:
    """One row for each image, one column for each cluster: what runs where."""
    columns = list(dict.fromkeys((each.cluster, each.environment) for each in running.versions))
    images = dict.fromkeys(each.image for each in running.versions)
    if not columns:
        return
    rows = []
    for image in images:
        cells = []
        for cluster, _ in columns:
            found = [
                each.version for each in running.versions if each.image == image and each.cluster == cluster
            ]
            cells.append(", ".join(dict.fromkeys(found)) or "-")
        rows.append((image, *cells))
    heads = tuple(
        f"{cluster} ({environment})" if environment else cluster for cluster, environment in columns
    )
    yield Table(("Image", *heads), tuple(rows))


def _cluster_node(each: OnCluster, summary: Summary) -> Node:
    children = [_workload_node(workload) for workload in summary["workloads"]]
    children += [_pod_node(pod) for pod in summary["bare_pods"][:MOST_PODS]]
    return Node(each.title, each.level, each.problem or each.environment or None, children=tuple(children))


def _workload_node(workload: Mapping[str, Any]) -> Node:
    told = [workload["rollout"], f"{workload['ready']} of {workload['wanted']} ready", workload["why"]]
    scaler = workload["autoscaler"]
    if scaler:
        told.append(f"scaled from {scaler['least']} to {scaler['most']}, now {scaler['current']}")
        told.append(scaler["why"])
    pods = tuple(_pod_node(pod) for pod in workload["pods"][:MOST_PODS])
    hidden = len(workload["pods"]) - len(pods)
    rest = (Node(f"and {hidden} more", "unknown"),) if hidden > 0 else ()
    return Node(
        f"{workload['kind']} {workload['namespace']}/{workload['name']}",
        workload["level"],
        " · ".join(filter(None, told)),
        children=(*pods, *rest),
    )


def _pod_node(pod: Mapping[str, Any]) -> Node:
    told = [
        pod["state"],
        pod["why"],
        counted(pod["restarts"], "restart") if pod["restarts"] else "",
        pod["node"],
    ]
    return Node(pod["name"], pod["level"], " · ".join(filter(None, told)))


def _addresses(shown: list[OnCluster]) -> Iterator[Block]:
    rows = []
    for each in shown:
        for ingress in (each.summary or {})["ingresses"]:
            hosts = tuple(dict.fromkeys(ingress["hosts"]))
            where: str | Link = ", ".join(hosts)
            if len(hosts) == 1 and "*" not in hosts[0]:
                where = Link(f"{'https' if ingress['secure'] else 'http'}://{hosts[0]}", hosts[0])
            rows.append((each.title, "Ingress", ingress["name"], where, ", ".join(ingress["services"])))
        for service in (each.summary or {})["services"]:
            addresses = ", ".join(filter(None, service["addresses"]))
            rows.append(
                (each.title, service["type"], service["name"], addresses, ", ".join(service["ports"]))
            )
    if rows:
        yield Text("#### Addresses")
        yield Table(("Cluster", "Type", "Name", "Address", "Ports, services"), tuple(rows))


def _jobs(shown: list[OnCluster]) -> Iterator[Block]:
    rows: list[tuple[str | Link | Status, ...]] = []
    for each in shown:
        for cron in (each.summary or {})["cron_jobs"]:
            word = "Suspended" if cron["suspended"] else cron["schedule"]
            rows.append((each.title, cron["name"], Status(word, "unknown"), _short(cron["last_at"])))
        for job in (each.summary or {})["jobs"]:
            state = Status(job["state"], job["level"], job["why"] or None)
            rows.append((each.title, job["name"], state, _short(job["started_at"])))
    if rows:
        yield Text("#### Jobs")
        yield Table(("Cluster", "Job", "State", "Started"), tuple(rows))


def _events(shown: list[OnCluster]) -> Iterator[Block]:
    found = [
        (at, each, event)
        for each in shown
        for event in (each.summary or {})["events"]
        if (at := _moment(event["at"])) is not None
    ]
    found.sort(key=lambda item: item[0], reverse=True)
    if found:
        yield Text("#### Warnings")
        yield Timeline(
            tuple(
                Moment(
                    at,
                    f"{event['reason']} · {event['object']}",
                    "warning",
                    f"{event['message']} ({each.title}, {event['count']} times)",
                )
                for at, each, event in found[:MOST_EVENTS]
            )
        )


def _moment(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _short(written: str) -> str:
    at = _moment(written)
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""
