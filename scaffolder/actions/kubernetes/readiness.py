"""Whether a Kubernetes object has become what it should be, by its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.integrations.kubernetes import Document


@dataclass(frozen=True, slots=True)
class Readiness:
    """`failed` is for good: waiting longer does not help. `reason` is for people."""

    ready: bool
    reason: str = ""
    failed: bool = False


def readiness_of(document: Document) -> Readiness:
    status = document.get("status") or {}
    generation = document["metadata"].get("generation", 0)
    if status.get("observedGeneration", generation) < generation:
        return Readiness(False, "its controller has not seen the change yet")
    rule = RULES.get(str(document.get("kind")), _other)
    return rule(document, document.get("spec") or {}, status)


def _condition(status: dict[str, Any], type: str) -> dict[str, Any]:
    conditions = status.get("conditions") or []
    return next((each for each in conditions if each.get("type") == type), {})


def _counted(wanted: int, status: dict[str, Any], *names: str) -> Readiness:
    short = [(name, int(status.get(name) or 0)) for name in names if int(status.get(name) or 0) < wanted]
    return Readiness(not short, ", ".join(f"{name} is {count} of {wanted}" for name, count in short))


def _deployment(_: Document, spec: dict[str, Any], status: dict[str, Any]) -> Readiness:
    progress = _condition(status, "Progressing")
    if progress.get("reason") == "ProgressDeadlineExceeded":
        return Readiness(False, str(progress.get("message") or "it makes no progress"), failed=True)
    found = _counted(int(spec.get("replicas", 1)), status, "updatedReplicas", "availableReplicas")
    old = int(status.get("replicas") or 0) - int(status.get("updatedReplicas") or 0)
    return Readiness(False, f"{old} old replicas are still there") if found.ready and old > 0 else found


def _stateful_set(_: Document, spec: dict[str, Any], status: dict[str, Any]) -> Readiness:
    return _counted(int(spec.get("replicas", 1)), status, "readyReplicas")


def _daemon_set(_: Document, spec: dict[str, Any], status: dict[str, Any]) -> Readiness:
    if "desiredNumberScheduled" not in status:
        return Readiness(False, "its controller has not seen it yet")
    return _counted(int(status["desiredNumberScheduled"]), status, "updatedNumberScheduled", "numberReady")


def _job(_: Document, spec: dict[str, Any], status: dict[str, Any]) -> Readiness:
    failure = _condition(status, "Failed")
    if failure.get("status") == "True":
        return Readiness(
            False, str(failure.get("message") or failure.get("reason") or "it failed"), failed=True
        )
    done = _condition(status, "Complete").get("status") == "True"
    return Readiness(done, "" if done else f"{status.get('active', 0)} pods are running")


def _pod(document: Document, spec: dict[str, Any], status: dict[str, Any]) -> Readiness:
    phase = str(status.get("phase") or "Pending")
    if phase in ("Succeeded", "Failed"):
        return Readiness(phase == "Succeeded", f"it has {phase.lower()}", failed=phase == "Failed")
    return _other(document, spec, status) if status.get("conditions") else Readiness(False, f"it is {phase}")


def _phase(wanted: str) -> "Callable[[Document, dict[str, Any], dict[str, Any]], Readiness]":
    def rule(_: Document, spec: dict[str, Any], status: dict[str, Any]) -> Readiness:
        phase = str(status.get("phase") or "Pending")
        return Readiness(phase == wanted, f"it is {phase}")

    return rule


def _other(_: Document, spec: dict[str, Any], status: dict[str, Any]) -> Readiness:
    """Ready by its condition `Ready`, if it has one; else by being there."""
    ready = _condition(status, "Ready")
    if not ready or ready.get("status") == "True":
        return Readiness(True)
    return Readiness(False, str(ready.get("message") or ready.get("reason") or "it is not ready"))


RULES = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "ReplicaSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "Pod": _pod,
    "PersistentVolumeClaim": _phase("Bound"),
}
