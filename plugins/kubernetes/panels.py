"""What the plugin shows: what runs of an entity, a cluster, what is in trouble of what somebody owns."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from portal.plugin_api import (
    SYSTEM,
    Block,
    Empty,
    Error,
    Gauge,
    HomePanel,
    KeyValue,
    Panel,
    Principal,
    Slot,
    Stat,
    Status,
    Table,
    TeamPanel,
    load_one,
)
from portal.plugin_api.catalog import Entity
from portal.plugin_api.snapshots import Taken

from . import tab
from .clusters import is_cluster
from .demo import NOTICE
from .selecting import annotations_of, is_watched
from .selectors import (
    NOT_ASKED,
    SOURCE,
    OnCluster,
    Running,
    clusters_by_entity,
    entities_by_cluster,
    owned_running,
    owned_running_by_group,
    running_by_entity,
    state_by_cluster,
)

SHOWN = 15
CROWDED = 0.9


class _OfWatched(Panel):
    """Of the entities that ask for what runs of them."""

    def applies_to(self, entity: Entity) -> bool:
        return is_watched(annotations_of(entity))

    def as_of(self, entity: Entity, *, viewer: Principal) -> datetime | None:
        running = load_one(running_by_entity, entity, viewer)
        return running.as_of if running else None

    def made_from(self, entity: Entity) -> Iterable[tuple[str, str]]:
        clusters = load_one(clusters_by_entity, entity, SYSTEM) or []
        return [(SOURCE, cluster.ref) for cluster in clusters]


class RunningPanel(_OfWatched):
    """One line for each cluster, and what differs between them."""

    title = "Running"
    slot = Slot.OVERVIEW
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        running = load_one(running_by_entity, entity, viewer)
        if running is None:
            return
        if running.mistake:
            yield Error("The annotations cannot be read", running.mistake)
        yield from _lines(running)
        yield from tab.drift_blocks(running)


class KubernetesPanel(_OfWatched):
    """Everything: versions by cluster, workloads with their pods, jobs, services, warnings."""

    title = "Kubernetes"
    slot = Slot.TAB
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        running = load_one(running_by_entity, entity, viewer)
        if running is None:
            return
        if running.mistake:
            yield Error("The annotations cannot be read", running.mistake)
            return
        yield from _lines(running)
        yield from tab.blocks(running)


class _OfCluster(Panel):
    """Of the entities that are clusters."""

    def applies_to(self, entity: Entity) -> bool:
        return is_cluster(entity)

    def as_of(self, entity: Entity, *, viewer: Principal) -> datetime | None:
        found = load_one(state_by_cluster, entity, viewer)
        return found[1].as_of if found else None

    def made_from(self, entity: Entity) -> Iterable[tuple[str, str]]:
        return [(SOURCE, entity.ref)]


class ClusterPanel(_OfCluster):
    """Health, version and how full a cluster is."""

    title = "Cluster"
    slot = Slot.OVERVIEW
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        found = load_one(state_by_cluster, entity, viewer)
        if found is None:
            return
        taken = found[1]
        if taken.error or not taken.data:
            yield Status("Unreachable" if taken.error else "Unknown", "unknown", taken.error or NOT_ASKED)
        if taken.data:
            yield from _cluster_blocks(taken)


class NodesPanel(_OfCluster):
    """The nodes of a cluster and what runs there of the catalog."""

    title = "Nodes and workloads"
    slot = Slot.TAB
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        found = load_one(state_by_cluster, entity, viewer)
        if found is None or not found[1].data:
            yield Empty("Nothing is known of this cluster", (found and found[1].error) or NOT_ASKED)
            return
        columns = ("Node", "State", "Version", "Size", "Zone", "Cores", "Memory, GiB", "Pods")
        yield Table(columns, tuple(tab.node_row(node) for node in found[1].data["nodes"]))
        running = load_one(entities_by_cluster, entity, viewer) or []
        rows = tuple(
            (
                tab.entity_link(each),
                Status(tab.WORDS[summary["level"]], summary["level"]),
                f"{summary['ready']} of {summary['pods']}",
                ", ".join(tab.versions_of(summary)),
            )
            for each, summary in running
        )
        if rows:
            yield Table(("Entity", "State", "Pods ready", "Versions"), rows)
        else:
            yield Empty("Nothing of the catalog runs here", "Of what you may see, nothing was found.")


class TeamWorkloadsPanel(TeamPanel):
    """What is in trouble of what a team owns."""

    title = "On Kubernetes"
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        yield from _trouble(load_one(owned_running_by_group, entity, viewer) or [])


class TroubledPanel(HomePanel):
    """What is in trouble of what the viewer owns."""

    title = "Your workloads"
    order = 30

    def blocks(self, *, viewer: Principal) -> Iterator[Block]:
        yield from _trouble(owned_running(viewer))


def _lines(running: Running) -> Iterator[Block]:
    """One line for each cluster that runs something or cannot be read."""
    told = [each for each in running.clusters if each.problem or each.summary]
    for each in told:
        yield _line(each)
    if any(each.invented for each in told):
        yield Status("Demo", "unknown", NOTICE)
    if running.clusters and not told:
        names = ", ".join(each.title for each in running.clusters)
        yield Empty("Nothing was found", f"On {names}, no object has the labels that the annotations name.")
    if not running.clusters and not running.mistake:
        yield Empty(
            "There is no cluster", "Add a Resource of type kubernetes-cluster to the catalog, and its access."
        )


def _line(each: OnCluster) -> Status:
    if each.problem:
        seen = f" Seen last {each.as_of:%Y-%m-%d %H:%M} UTC." if each.as_of and each.summary else ""
        return Status(each.title, "unknown", f"{each.problem}{seen}")
    summary = each.summary or {}
    told = [f"{summary['ready']} of {tab.counted(summary['pods'], 'pod')} ready"]
    told += [", ".join(tab.versions_of(summary))] if summary["workloads"] else []
    told += [f"{summary['crash_loops']} crash-looping"] if summary["crash_loops"] else []
    told += [f"seen {each.as_of:%Y-%m-%d %H:%M} UTC"] if each.stale and each.as_of else []
    return Status(each.title, each.level, " · ".join(told))


def _cluster_blocks(taken: Taken) -> Iterator[Block]:
    data = taken.data
    bad = [node for node in data["nodes"] if node["level"] != "ok"]
    if not taken.error:
        nodes = f"{len(data['nodes']) - len(bad)} of {len(data['nodes'])} nodes ready"
        yield Status("Nodes in trouble" if bad else "Healthy", "warning" if bad else "ok", nodes)
    if data["invented"]:
        yield Status("Demo", "unknown", NOTICE)
    if not data["verified"]:
        yield Status("Certificate not verified", "warning", "skipTlsVerify is set in PORTAL_CLUSTERS.")
    yield Stat("Version", data["version"])
    for key, label, unit in (("cpu", "Cores", ""), ("memory", "Memory", " GiB"), ("pods", "Pods", "")):
        whole, used = data["capacity"][key], data["requested"][key]
        if whole:
            share = used / whole
            yield Gauge(
                f"{label} {'in use' if key == 'pods' else 'requested'}",
                round(100 * share, 1),
                level="warning" if share > CROWDED else "ok",
                detail=f"{used:g} of {whole:g}{unit}",
            )
    if data["troubled"]:
        yield KeyValue(tuple((word, tab.counted(count, "pod")) for word, count in data["troubled"].items()))
    for kind, why in data["unreadable"].items():
        yield Status(f"{kind} cannot be read", "warning", why)
    for kind in data["cut"]:
        yield Status(
            f"Not all {kind} were read", "warning", "There are more than PORTAL_KUBERNETES_MOST_OBJECTS."
        )


def _trouble(known: Sequence[tuple[Entity, Running]]) -> Iterator[Block]:
    if not known:
        return
    bad = [(entity, running) for entity, running in known if running.level in ("error", "warning")]
    if bad:
        rows = tuple(
            (
                tab.entity_link(entity),
                Status(tab.WORDS[running.level], running.level),
                tab.reason_of(running),
                f"{running.sum_of('ready')} of {running.sum_of('pods')}",
            )
            for entity, running in sorted(bad, key=lambda pair: (pair[1].level != "error", pair[0].ref))[
                :SHOWN
            ]
        )
        yield Table(("Component", "State", "Why", "Pods ready"), rows)
    elif any(running.sum_of("pods") for _, running in known):
        pods = sum(running.sum_of("pods") for _, running in known)
        yield Status(
            "All well", "ok", f"{tab.counted(pods, 'pod')} of {tab.counted(len(known), 'component')}"
        )
    problems = {each.title: each.problem for _, running in known for each in running.clusters if each.problem}
    for title, problem in sorted(problems.items()):
        yield Status(title, "unknown", problem)
    if any(each.invented for _, running in known for each in running.clusters if each.summary):
        yield Status("Demo", "unknown", NOTICE)
