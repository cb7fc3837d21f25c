"""Looking at clusters, side by side, and keeping what was found of each entity."""

import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import timezone

from portal.plugin_api import SYSTEM, Failed
from portal.plugin_api.catalog import Condition, Entity, EntityQuery, find_entities
from portal.plugin_api.kubernetes import Cluster, ClusterConfig, IntegrationError

from .clusters import CatalogCluster, NotConfigured, clusters_for, config_of
from .collecting import Collected, Found, collect
from .demo import Invented
from .documents import clean
from .models import Workloads
from .nodes import cluster_data
from .reading import Reading
from .selecting import ID, NAMESPACE, SELECTOR, Watch, watches_of
from .settings import KubernetesSettings, current_settings
from .summary import summarise

logger = logging.getLogger(__name__)

AT_ONCE = 8
CALL_SECONDS = 10.0
WATCHED = EntityQuery(
    any_of=tuple(
        EntityQuery(where=(Condition(f"metadata.annotations.{key}", exists=True),))
        for key in (ID, SELECTOR, NAMESPACE)
    )
)


class TooSlow(IntegrationError):
    """The time for one look at a cluster is over."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a cluster needs, so that it can be done on a thread without the database.

    Without a `config` the cluster is an invented one.
    """

    cluster: CatalogCluster
    config: ClusterConfig | None
    watches: Mapping[str, Watch]
    settings: KubernetesSettings

    def run(self) -> Collected:
        """Raises what the adapter raises."""
        if self.config is None:
            return collect(Invented(self.cluster.name, self.watches), self.watches)
        source = Reading(
            Cluster(self.config, seconds=CALL_SECONDS),
            most=self.settings.most_objects,
            namespaces=[watch.namespace for watch in self.watches.values()],
            ended=_deadline(self.cluster.name, self.settings.seconds),
        )
        return collect(source, self.watches)


def cluster_refs() -> list[str]:
    """Every cluster of the catalog: what there is a snapshot of."""
    return [cluster.ref for cluster in clusters_for(SYSTEM)]


def look_at_clusters(refs: Sequence[str]) -> dict[str, Any]:
    """The state of each cluster; what runs of entities on it is kept in `Workloads`.

    A cluster that cannot be read is a `Failed` with the reason, and what was found there last stays.
    """
    clusters = clusters_for(SYSTEM)
    entities = list(find_entities(WATCHED, viewer=SYSTEM).order_by())
    answers: dict[str, Any] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="kubernetes") as pool:
        started: dict[Future[Collected], Look] = {}
        for cluster in clusters:
            if cluster.ref in refs:
                look = _look(cluster, entities)
                if isinstance(look, Failed):
                    answers[cluster.ref] = look
                else:
                    # With the context of this thread: in whose name the clusters are asked.
                    started[pool.submit(copy_context().run, look.run)] = look
        for done in as_completed(started):
            # Forgotten as soon as it is kept: a large cluster is not held until the slowest has answered.
            look = started.pop(done)
            answers[look.cluster.ref] = _kept(look, done)
    Workloads.objects.exclude(cluster__in=[cluster.ref for cluster in clusters]).delete()
    return answers


def _look(cluster: CatalogCluster, entities: Sequence[Entity]) -> Look | Failed:
    settings, watches = current_settings(), watches_of(entities, cluster.name)
    if cluster.name in settings.demo:
        return Look(cluster, None, watches, settings)
    try:
        return Look(cluster, config_of(cluster), watches, settings)
    except NotConfigured as error:
        return Failed(str(error))


def _kept(look: Look, done: "Future[Collected]") -> Any:
    try:
        collected = done.result()
    except IntegrationError as error:
        seconds = getattr(error, "retry_after", None)
        return Failed(clean(str(error), 400), retry_after=timedelta(seconds=seconds) if seconds else None)
    except Exception as error:
        logger.exception("plugin=kubernetes the cluster %s could not be read", look.cluster.name)
        return Failed(
            f"The answers of the cluster cannot be read ({type(error).__name__}); the log says more."
        )
    keep_workloads(look.cluster.ref, collected.found)
    verified = look.config is None or not look.config.skip_tls_verify
    return cluster_data(collected, verified=verified, invented=look.config is None)


@transaction.atomic
def keep_workloads(cluster: str, found: Mapping[str, Found]) -> int:
    """Make the table say what was found on the cluster; answers how many rows were written or removed."""
    now = timezone.now()
    known = dict(Workloads.objects.filter(cluster=cluster).values_list("entity_uid", "hash"))
    changed = []
    for key, each in found.items():
        row = Workloads(
            cluster=cluster,
            entity_uid=UUID(key),
            summary=summarise(each),
            objects_kept=each.objects,
            changed_at=now,
        )
        written = orjson.dumps([row.summary, row.objects_kept], option=orjson.OPT_SORT_KEYS)
        row.hash = hashlib.sha256(written).hexdigest()
        if known.get(row.entity_uid) != row.hash:
            changed.append(row)
    Workloads.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["cluster", "entity_uid"],
        update_fields=["summary", "objects_kept", "hash", "changed_at"],
        batch_size=100,
    )
    gone = set(known) - {UUID(key) for key in found}
    if gone:
        Workloads.objects.filter(cluster=cluster, entity_uid__in=gone).delete()
    return len(changed) + len(gone)


def _deadline(name: str, seconds: int) -> Callable[[], None]:
    ends_at = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() > ends_at:
            raise TooSlow(f"The cluster {name} was not read within {seconds} s.")

    return check
