"""`entity { kubernetes { … } }`: what runs of an entity, on which cluster, in which version, how it does."""

from collections.abc import Sequence
from typing import Any

from portal.plugin_api import EntityField, Principal
from portal.plugin_api.catalog import Entity
from portal.plugin_api.graphql import Boolean, DateTime, Field, Int, List, NonNull, ObjectType, String

from .selectors import OnCluster, Running, running_by_entity


def _many(of: type[ObjectType], description: str = "") -> List:
    return List(NonNull(of), required=True, description=description)


class KubernetesImage(ObjectType):
    """What a container runs."""

    container = String(required=True)
    image = String(required=True)
    version = String(required=True, description="The tag, or the digest where there is none.")


class KubernetesPod(ObjectType):
    """A pod and how it does."""

    namespace = String(required=True)
    name = String(required=True)
    state = String(required=True, description="As kubectl prints it: Running, CrashLoopBackOff, …")
    level = String(required=True, description="ok, warning, error or unknown.")
    why = String(required=True)
    ready = Boolean(required=True)
    crash_loop = Boolean(required=True)
    restarts = Int(required=True)
    node = String(required=True)
    started_at = String(required=True)


class KubernetesAutoscaler(ObjectType):
    """What scales a workload."""

    name = String(required=True)
    least = Int(required=True)
    most = Int(required=True)
    current = Int(required=True)
    wanted = Int(required=True)
    why = String(required=True, description="Why it cannot scale; empty where it can.")


class KubernetesWorkload(ObjectType):
    """A Deployment, StatefulSet or DaemonSet with its pods."""

    kind = String(required=True)
    namespace = String(required=True)
    name = String(required=True)
    wanted = Int(required=True)
    ready = Int(required=True)
    rollout = String(required=True, description="Complete, Rolling out, Stalled, Paused, …")
    level = String(required=True)
    why = String(required=True)
    images = _many(KubernetesImage)
    pods = _many(KubernetesPod)
    autoscaler = Field(KubernetesAutoscaler)


class KubernetesService(ObjectType):
    """A service that sends to the entity's pods."""

    namespace = String(required=True)
    name = String(required=True)
    type = String(required=True)
    ports = List(NonNull(String), required=True)
    addresses = List(NonNull(String), required=True)


class KubernetesIngress(ObjectType):
    """Where the entity's services are reached from outside."""

    namespace = String(required=True)
    name = String(required=True)
    hosts = List(NonNull(String), required=True)
    secure = Boolean(required=True)
    services = List(NonNull(String), required=True)
    addresses = List(NonNull(String), required=True)


class KubernetesJob(ObjectType):
    """A job, newest first."""

    namespace = String(required=True)
    name = String(required=True)
    state = String(required=True)
    level = String(required=True)
    why = String(required=True)
    started_at = String(required=True)
    ended_at = String(required=True)


class KubernetesCronJob(ObjectType):
    """A job that is run by the clock."""

    namespace = String(required=True)
    name = String(required=True)
    schedule = String(required=True)
    suspended = Boolean(required=True)
    last_at = String(required=True)


class KubernetesEvent(ObjectType):
    """Something that the cluster warned of."""

    at = String(required=True)
    reason = String(required=True)
    message = String(required=True)
    object = String(required=True)
    count = Int(required=True)


class KubernetesOnCluster(ObjectType):
    """What runs of the entity on one cluster."""

    ref = String(required=True)
    name = String(required=True)
    title = String(required=True)
    environment = String(required=True)
    level = String(required=True)
    problem = String(required=True, description="Why the cluster cannot be read now; empty where it can.")
    as_of = DateTime(description="When the cluster was read last.")
    stale = Boolean(required=True)
    pods = Int(required=True)
    ready = Int(required=True)
    crash_loops = Int(required=True)
    workloads = _many(KubernetesWorkload)
    bare_pods = _many(KubernetesPod, "Pods of no workload and no job.")
    services = _many(KubernetesService)
    ingresses = _many(KubernetesIngress)
    jobs = _many(KubernetesJob)
    cron_jobs = _many(KubernetesCronJob)
    events = _many(KubernetesEvent, "Warnings, newest first.")


class KubernetesVersion(ObjectType):
    """Which version of an image runs where."""

    image = String(required=True)
    version = String(required=True)
    cluster = String(required=True)
    environment = String(required=True)
    workload = String(required=True)


class KubernetesDrift(ObjectType):
    """An image of which one environment runs several versions."""

    image = String(required=True)
    versions = List(NonNull(String), required=True)


class EntityKubernetes(ObjectType):
    """What runs of the entity on the clusters of the catalog."""

    level = String(required=True, description="The worst of all clusters: ok, warning, error or unknown.")
    pods = Int(required=True)
    ready = Int(required=True)
    crash_loops = Int(required=True)
    mistake = String(required=True, description="Why the entity's annotations cannot be read.")
    clusters = _many(KubernetesOnCluster)
    versions = _many(KubernetesVersion)
    drift = _many(KubernetesDrift)


def kubernetes_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, dict[str, Any]]:
    """The answer of the field, as plain data."""
    return {pk: _answer(running) for pk, running in running_by_entity(entities, viewer).items()}


def _answer(running: Running) -> dict[str, Any]:
    return {
        "level": running.level,
        "pods": running.sum_of("pods"),
        "ready": running.sum_of("ready"),
        "crash_loops": running.sum_of("crash_loops"),
        "mistake": running.mistake,
        "clusters": [_on_cluster(each) for each in running.clusters],
        "versions": running.versions,
        "drift": [{"image": image, "versions": found} for image, found in running.drift.items()],
    }


EMPTY = {
    "pods": 0, "ready": 0, "crash_loops": 0, "workloads": [], "bare_pods": [], "services": [],
    "ingresses": [], "jobs": [], "cron_jobs": [], "events": [],
}  # fmt: skip


def _on_cluster(each: OnCluster) -> dict[str, Any]:
    return {
        **EMPTY,
        **(each.summary or {}),
        "ref": each.ref,
        "name": each.name,
        "title": each.title,
        "environment": each.environment,
        "level": each.level,
        "problem": each.problem,
        "as_of": each.as_of,
        "stale": each.stale,
    }


entity_kubernetes = EntityField(
    EntityKubernetes, load=kubernetes_by_entity, description="What runs of the entity on Kubernetes."
)
