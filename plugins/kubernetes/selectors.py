"""What is known of entities and clusters: always for a viewer, for many at once, never from outside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.plugin_api import Level, Principal
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities, owned_by_team, owned_by_viewer
from portal.plugin_api.prepared import Parameter, Prepared
from portal.plugin_api.snapshots import Taken, snapshots_by_target

from .clusters import CatalogCluster, cluster_of, clusters_for, is_cluster
from .models import Workloads
from .selecting import BadSelector, Watch, watch_of
from .states import worst

SOURCE = "kubernetes.clusters"
NOT_ASKED = "It was not asked yet."
MOST_LISTED = 500
Summary = Mapping[str, Any]
SUMMARIES = Prepared(
    lambda: Workloads.objects.filter(
        entity_uid__among=Parameter("uids", "uuid[]"), cluster__among=Parameter("clusters", "text[]")
    ).values_list("cluster", "entity_uid", "summary")
)


@dataclass(frozen=True, slots=True)
class OnCluster:
    """What runs of an entity on one cluster; `problem` says why the cluster cannot be read now."""

    ref: str
    name: str
    title: str
    environment: str
    level: Level
    problem: str
    as_of: datetime | None
    stale: bool
    summary: Summary | None
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an image, and where it runs."""

    image: str
    version: str
    cluster: str
    environment: str
    workload: str


@dataclass(frozen=True, slots=True)
class Running:
    """What runs of an entity; `mistake` says why its annotations cannot be read."""

    clusters: tuple[OnCluster, ...]
    mistake: str = ""
    level: Level = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", worst([each.level for each in self.clusters]))

    def sum_of(self, key: str) -> int:
        """`pods`, `ready` or `crash_loops` of all clusters."""
        return sum(int(each.summary[key]) for each in self.clusters if each.summary)

    @property
    def as_of(self) -> datetime | None:
        """The age of the oldest part of it."""
        return min((each.as_of for each in self.clusters if each.as_of), default=None)

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every image of every workload, in the order of the clusters."""
        return tuple(
            Version(
                _repository(image["image"]), image["version"], each.name, each.environment, workload["name"]
            )
            for each in self.clusters
            if each.summary
            for workload in each.summary["workloads"]
            for image in workload["images"]
        )

    @property
    def drift(self) -> dict[str, tuple[str, ...]]:
        """Images of which one environment runs several versions, with these versions."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for each in self.versions:
            found[each.image, each.environment].add(each.version)
        drifting: dict[str, set[str]] = defaultdict(set)
        for (image, _), versions in found.items():
            if len(versions) > 1:
                drifting[image] |= versions
        return {image: tuple(sorted(versions)) for image, versions in sorted(drifting.items())}


def running_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, Running]:
    """What runs of the entities that ask for it; three statements."""
    watches, mistakes = _watches(entities)
    if not watches and not mistakes:
        return {}
    clusters = clusters_for(viewer)
    taken = snapshots_by_target(SOURCE, [cluster.ref for cluster in clusters])
    summaries = _summaries([entity.uid for entity in entities if entity.pk in watches], clusters)
    found = {pk: Running((), mistake) for pk, mistake in mistakes.items()}
    for entity in entities:
        watch = watches.get(entity.pk)
        if watch is not None:
            found[entity.pk] = Running(
                tuple(
                    _on_cluster(cluster, taken.get(cluster.ref), summaries.get((cluster.ref, entity.uid)))
                    for cluster in clusters
                    if watch.cluster in ("", cluster.name.lower())
                )
            )
    return found


def state_by_cluster(
    entities: Sequence[Entity], viewer: Principal
) -> dict[int, tuple[CatalogCluster, Taken]]:
    """What is known of the entities that are clusters; one statement."""
    clusters = {entity.pk: cluster_of(entity) for entity in entities if is_cluster(entity)}
    taken = snapshots_by_target(SOURCE, [cluster.ref for cluster in clusters.values()])
    nothing = Taken(None, None, stale=True, error="")
    return {pk: (cluster, taken.get(cluster.ref, nothing)) for pk, cluster in clusters.items()}


def entities_by_cluster(
    clusters: Sequence[Entity], viewer: Principal
) -> dict[int, list[tuple[Entity, Summary]]]:
    """What runs on each cluster of what the viewer may see, the worst first."""
    rows = Workloads.objects.filter(cluster__in=[cluster.ref for cluster in clusters]).defer("objects_kept")
    on = defaultdict(list)
    for row in rows[:MOST_LISTED]:
        on[row.cluster].append(row)
    uids = {row.entity_uid for found in on.values() for row in found}
    visible = {each.uid: each for each in find_entities(EntityQuery(), viewer=viewer).filter(uid__in=uids)}
    return {
        cluster.pk: _worst_first(
            (visible[row.entity_uid], row.summary) for row in on[cluster.ref] if row.entity_uid in visible
        )
        for cluster in clusters
    }


def owned_running(viewer: Principal) -> list[tuple[Entity, Running]]:
    """What runs of what the viewer and their groups own."""
    owned = owned_by_viewer(viewer)
    return _of(owned, running_by_entity(owned, viewer))


def owned_running_by_group(
    groups: Sequence[Entity], viewer: Principal
) -> dict[int, list[tuple[Entity, Running]]]:
    """What runs of what each group and the groups below it own."""
    owned = owned_by_team(groups, viewer)
    entities = {each.pk: each for found in owned.values() for each in found}
    running = running_by_entity(list(entities.values()), viewer)
    return {pk: _of(found, running) for pk, found in owned.items()}


def clusters_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, list[CatalogCluster]]:
    """The clusters on which something of each entity is looked for, of those that the viewer may see."""
    watches, _ = _watches(entities)
    clusters = clusters_for(viewer) if watches else []
    return {
        pk: [cluster for cluster in clusters if watch.cluster in ("", cluster.name.lower())]
        for pk, watch in watches.items()
    }


def problem_of(taken: Taken | None) -> str:
    """Why nothing newer is known of a cluster; "" where all is well."""
    return NOT_ASKED if taken is None or (taken.as_of is None and not taken.error) else taken.error


def objects_of(entity: Entity, clusters: Iterable[CatalogCluster]) -> dict[str, Mapping[str, list[Any]]]:
    """The documents that were kept of an entity, by the ref of the cluster and the plural of their kind."""
    rows = Workloads.objects.filter(entity_uid=entity.uid, cluster__in=[each.ref for each in clusters])
    return dict(rows.values_list("cluster", "objects_kept"))


def _of(entities: Sequence[Entity], running: Mapping[int, Running]) -> list[tuple[Entity, Running]]:
    return [(entity, running[entity.pk]) for entity in entities if entity.pk in running]


def _watches(entities: Sequence[Entity]) -> tuple[dict[int, Watch], dict[int, str]]:
    watches, mistakes = {}, {}
    for entity in entities:
        try:
            watch = watch_of(entity)
        except BadSelector as error:
            mistakes[entity.pk] = str(error)
            continue
        if watch is not None:
            watches[entity.pk] = watch
    return watches, mistakes


def _summaries(uids: Sequence[UUID], clusters: Sequence[CatalogCluster]) -> dict[tuple[str, UUID], Summary]:
    rows = SUMMARIES(uids=uids, clusters=[each.ref for each in clusters])
    return {(cluster, uid): found for cluster, uid, found in rows}


def _on_cluster(cluster: CatalogCluster, taken: Taken | None, summary: Summary | None) -> OnCluster:
    problem = problem_of(taken)
    level: Level = "unknown" if problem or summary is None else summary["level"]
    return OnCluster(
        ref=cluster.ref,
        name=cluster.name,
        title=cluster.title or cluster.name,
        environment=cluster.environment,
        level=level,
        problem=problem,
        as_of=taken.as_of if taken else None,
        stale=taken is None or taken.stale,
        summary=summary,
        invented=bool(taken and taken.data and taken.data["invented"]),
    )


def _worst_first(found: Iterable[tuple[Entity, Summary]]) -> list[tuple[Entity, Summary]]:
    order = ("error", "warning", "unknown", "ok")
    return sorted(found, key=lambda pair: (order.index(pair[1]["level"]), pair[0].ref))


def _repository(image: str) -> str:
    """`registry:5000/cart` of `registry:5000/cart:1.4`."""
    path = image.partition("@")[0]
    folder, slash, last = path.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"
