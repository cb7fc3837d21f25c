"""What is told of an entity on a cluster, made from its objects: plain data, as it is kept and shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .collecting import Found, services_of
from .documents import Document, clean, name, namespace, number, owners, part, parts, text, uid
from .states import (
    State,
    is_crash_looping,
    is_ready,
    job_state,
    pod_state,
    restarts,
    rollout_state,
    started,
    worst,
)

CONTROLLERS = ("deployments", "statefulsets", "daemonsets")
NEWEST_EVENTS = 30
NEWEST_JOBS = 20


def summarise(found: Found) -> dict[str, Any]:
    """The summary of what belongs to one entity on one cluster."""
    pods = _pods_by_owner(found.objects)
    workloads = [
        _workload(document, pods[uid(document)], found.objects)
        for plural in CONTROLLERS
        for document in found.objects.get(plural, ())
    ]
    bare = pods[""]
    jobs = [_job(document) for document in _newest(found.objects.get("jobs", ()))[:NEWEST_JOBS]]
    return {
        "level": worst([*(each["level"] for each in workloads), *(each["level"] for each in bare)]),
        "pods": found.pods,
        "ready": found.ready,
        "crash_loops": found.crash_loops,
        "workloads": workloads,
        "bare_pods": bare,
        "services": [_service(document) for document in found.objects.get("services", ())],
        "ingresses": [_ingress(document) for document in found.objects.get("ingresses", ())],
        "jobs": jobs,
        "cron_jobs": [_cron_job(document) for document in found.objects.get("cronjobs", ())],
        "events": _events(found.objects.get("events", ())),
    }


def image_version(image: str) -> str:
    """`1.4` of `registry:5000/cart:1.4`; the digest where there is no tag, else `latest`."""
    path, _, digest = image.partition("@")
    tag = path.rpartition("/")[2].partition(":")[2]
    return tag or digest[:19] or "latest"


def _workload(
    document: Document, pods: list[dict[str, Any]], objects: Mapping[str, Sequence[Document]]
) -> dict[str, Any]:
    state = rollout_state(document)
    kind = text(document, "kind")
    is_daemons = kind == "DaemonSet"
    wanted = (
        number(document, "status", "desiredNumberScheduled")
        if is_daemons
        else number(document, "spec", "replicas", default=1)
    )
    ready = number(document, "status", "numberReady" if is_daemons else "readyReplicas")
    return {
        "kind": kind,
        "namespace": namespace(document),
        "name": name(document),
        "wanted": wanted,
        "ready": ready,
        "rollout": state.word,
        "level": worst([state.level, *(pod["level"] for pod in pods if pod["level"] == "error")]),
        "why": state.why,
        "images": _images(part(document, "spec", "template", "spec")),
        "pods": pods,
        "autoscaler": next(
            (
                _autoscaler(each)
                for each in objects.get("horizontalpodautoscalers", ())
                if _scales(each, document)
            ),
            None,
        ),
    }


def _pods_by_owner(objects: Mapping[str, Sequence[Document]]) -> dict[str, list[dict[str, Any]]]:
    """The pods of each controller by its uid; under "" those that have none, nor a job."""
    controllers = {uid(document) for plural in CONTROLLERS for document in objects.get(plural, ())}
    above = {uid(each): next(iter(owners(each)), "") for each in objects.get("replicasets", ())}
    revisions = {
        uid(each): text(each, "metadata", "annotations", "deployment.kubernetes.io/revision")
        for each in objects.get("replicasets", ())
    }
    jobs = {uid(document) for document in objects.get("jobs", ())}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pod in objects.get("pods", ()):
        owner = next(iter(owners(pod)), "")
        if owner not in jobs:
            controller = above.get(owner, owner)
            found[controller if controller in controllers else ""].append(_pod(pod, revisions.get(owner, "")))
    return found


def _pod(pod: Document, revision: str) -> dict[str, Any]:
    state = pod_state(pod)
    return {
        "namespace": namespace(pod),
        "name": name(pod),
        **_told(state, "state"),
        "ready": is_ready(pod),
        "crash_loop": is_crash_looping(pod),
        "restarts": restarts(pod),
        "node": text(pod, "spec", "nodeName"),
        "revision": revision,
        "started_at": started(pod),
        "images": _images(part(pod, "spec")),
    }


def _images(spec: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "container": text(each, "name"),
            "image": text(each, "image"),
            "version": image_version(text(each, "image")),
        }
        for each in parts(spec, "containers")
    ]


def _scales(autoscaler: Document, workload: Document) -> bool:
    target = part(autoscaler, "spec", "scaleTargetRef")
    wanted = (text(workload, "kind"), name(workload), namespace(workload))
    return (text(target, "kind"), text(target, "name"), namespace(autoscaler)) == wanted


def _autoscaler(document: Document) -> dict[str, Any]:
    limited = next(
        (
            text(each, "message")
            for each in parts(document, "status", "conditions")
            if text(each, "type") == "AbleToScale" and text(each, "status") == "False"
        ),
        "",
    )
    return {
        "name": name(document),
        "least": number(document, "spec", "minReplicas", default=1),
        "most": number(document, "spec", "maxReplicas"),
        "current": number(document, "status", "currentReplicas"),
        "wanted": number(document, "status", "desiredReplicas"),
        "why": clean(limited, 300),
    }


def _service(document: Document) -> dict[str, Any]:
    ports = [
        f"{number(each, 'port')}/{text(each, 'protocol') or 'TCP'}"
        for each in parts(document, "spec", "ports")
    ]
    return {
        "namespace": namespace(document),
        "name": name(document),
        "type": text(document, "spec", "type") or "ClusterIP",
        "ports": ports,
        "addresses": [text(document, "spec", "clusterIP"), *_balancers(document)],
    }


def _ingress(document: Document) -> dict[str, Any]:
    hosts = [text(rule, "host") or "*" for rule in parts(document, "spec", "rules")]
    return {
        "namespace": namespace(document),
        "name": name(document),
        "hosts": hosts,
        "secure": bool(parts(document, "spec", "tls")),
        "services": sorted(set(services_of(document))),
        "addresses": _balancers(document),
    }


def _balancers(document: Document) -> list[str]:
    points = parts(document, "status", "loadBalancer", "ingress")
    return [text(each, "hostname") or text(each, "ip") for each in points]


def _job(document: Document) -> dict[str, Any]:
    return {
        "namespace": namespace(document),
        "name": name(document),
        **_told(job_state(document), "state"),
        "started_at": text(document, "status", "startTime"),
        "ended_at": text(document, "status", "completionTime"),
        "images": _images(part(document, "spec", "template", "spec")),
    }


def _cron_job(document: Document) -> dict[str, Any]:
    return {
        "namespace": namespace(document),
        "name": name(document),
        "schedule": text(document, "spec", "schedule"),
        "suspended": document.get("spec", {}).get("suspend") is True,
        "last_at": text(document, "status", "lastScheduleTime"),
        "images": _images(part(document, "spec", "jobTemplate", "spec", "template", "spec")),
    }


def _events(documents: Iterable[Document]) -> list[dict[str, Any]]:
    found = [
        {
            "at": text(each, "lastTimestamp")
            or text(each, "eventTime")
            or text(each, "metadata", "creationTimestamp"),
            "reason": text(each, "reason"),
            "message": clean(text(each, "message"), 500),
            "object": f"{text(each, 'involvedObject', 'kind')} {text(each, 'involvedObject', 'name')}",
            "count": number(each, "count", default=1),
        }
        for each in documents
    ]
    return sorted(found, key=lambda each: str(each["at"]), reverse=True)[:NEWEST_EVENTS]


def _newest(documents: Iterable[Document]) -> list[Document]:
    return sorted(documents, key=lambda each: text(each, "metadata", "creationTimestamp"), reverse=True)


def _told(state: State, word: str) -> dict[str, str]:
    return {word: state.word, "level": state.level, "why": state.why}
