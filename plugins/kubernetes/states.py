"""How pods, workloads, nodes are doing, in a word, a level and a reason, as kubectl would tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.plugin_api import Level

from .documents import Document, clean, condition, flag, moment, number, part, parts, text

CRASHING = "CrashLoopBackOff"
TROUBLE = frozenset(
    {CRASHING, "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName",
     "RunContainerError", "CreateContainerConfigError", "CreateContainerError",
     "RegistryUnavailable", "StartError", "OOMKilled",
     "Error", "Failed", "Evicted", "NodeLost", "Unknown", "UnexpectedAdmissionError"}
)  # fmt: skip
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class State:
    """A word for it, how good that is, and why."""

    word: str
    level: Level
    why: str = ""


def pod_state(pod: Document) -> State:
    """The word that kubectl prints in the column STATUS, with the message behind it."""
    if text(pod, "metadata", "deletionTimestamp"):
        return State("Terminating", "unknown")
    phase = text(pod, "status", "phase") or "Unknown"
    for prefix, container in _containers(pod):
        found = _container_state(container)
        if found is not None:
            return State(f"{prefix}{found.word}", found.level, found.why)
    if phase == "Pending":
        return _pending(pod)
    if phase == "Running":
        if text(condition(pod, "Ready"), "status") == "True":
            return State("Running", "ok")
        return State("Not ready", "warning", _cut(_why_not_ready(pod)))
    word = text(pod, "status", "reason") or {"Succeeded": "Completed"}.get(phase, phase)
    return State(word, "ok" if phase == "Succeeded" else "error", _cut(text(pod, "status", "message")))


def is_crash_looping(pod: Document) -> bool:
    return any(text(container, "state", "waiting", "reason") == CRASHING for _, container in _containers(pod))


def restarts(pod: Document) -> int:
    return sum(number(container, "restartCount") for _, container in _containers(pod))


def is_ready(pod: Document) -> bool:
    return text(condition(pod, "Ready"), "status") == "True"


def rollout_state(workload: Document) -> State:
    """As `kubectl rollout status` tells it, of a Deployment, StatefulSet or DaemonSet."""
    if text(workload, "kind") == "DaemonSet":
        wanted = number(workload, "status", "desiredNumberScheduled")
        updated, available = (
            number(workload, "status", "updatedNumberScheduled"),
            number(workload, "status", "numberAvailable"),
        )
    else:
        wanted = number(workload, "spec", "replicas", default=1)
        updated = number(workload, "status", "updatedReplicas")
        ready = number(workload, "status", "readyReplicas")
        available = number(workload, "status", "availableReplicas", default=ready)
    failing = condition(workload, "ReplicaFailure")
    progressing = condition(workload, "Progressing")
    if text(progressing, "reason") == "ProgressDeadlineExceeded":
        return State("Stalled", "error", _cut(text(progressing, "message")))
    if text(failing, "status") == "True":
        return State("Failing", "error", _cut(text(failing, "message")))
    if flag(workload, "spec", "paused"):
        return State("Paused", "warning", "The rollout is paused.")
    if wanted == 0:
        return State("Scaled to zero", "unknown")
    seen, made = number(workload, "status", "observedGeneration"), number(workload, "metadata", "generation")
    if seen < made or updated < wanted:
        return State("Rolling out", "warning", f"{updated} of {wanted} replicas are of the new version.")
    if available < wanted:
        return State("Unavailable", "warning", f"{available} of {wanted} replicas are available.")
    return State("Complete", "ok")


def job_state(job: Document) -> State:
    failed, complete = condition(job, "Failed"), condition(job, "Complete")
    if text(failed, "status") == "True":
        return State("Failed", "error", _cut(text(failed, "message") or text(failed, "reason")))
    if text(complete, "status") == "True":
        return State("Complete", "ok")
    return State("Suspended" if flag(job, "spec", "suspend") else "Running", "unknown")


def node_state(node: Document) -> State:
    """Whether it takes pods, and what presses it."""
    ready = condition(node, "Ready")
    if text(ready, "status") != "True":
        return State("Not ready", "error", _cut(text(ready, "message") or text(ready, "reason")))
    pressed = [
        text(each, "type")
        for each in parts(node, "status", "conditions")
        if text(each, "type") != "Ready" and text(each, "status") == "True"
    ]
    if pressed:
        return State(", ".join(pressed)[:100], "warning")
    return State("Cordoned", "warning") if flag(node, "spec", "unschedulable") else State("Ready", "ok")


def worst(levels: Iterator[Level] | list[Level]) -> Level:
    """The worst of them; `unknown` only where nothing is known of any."""
    found = set(levels)
    order: tuple[Level, ...] = ("error", "warning", "ok")
    return next((level for level in order if level in found), "unknown")


def _containers(pod: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for container in parts(pod, "status", "initContainerStatuses"):
        yield "Init: ", container
    for container in parts(pod, "status", "containerStatuses"):
        yield "", container


def _container_state(container: dict[str, Any]) -> State | None:
    """What is wrong with a container; None where nothing is."""
    waiting = part(container, "state", "waiting")
    reason = text(waiting, "reason")
    if reason in TROUBLE:
        return State(reason, "error", _cut(_why_waiting(container, text(waiting, "message"))))
    terminated = part(container, "state", "terminated")
    if terminated and number(terminated, "exitCode") != 0:
        word = text(terminated, "reason") or "Error"
        code = f"exit code {number(terminated, 'exitCode')}"
        return State(word, "error", _cut(f"{text(container, 'name')}: {code}. {text(terminated, 'message')}"))
    return None


def _why_waiting(container: dict[str, Any], message: str) -> str:
    """The message, with how the container ended last."""
    last = part(container, "lastState", "terminated")
    ended = ""
    if last:
        ended = (
            f" It ended last with {text(last, 'reason') or 'an error'}, exit code {number(last, 'exitCode')}."
        )
    return f"{text(container, 'name')}: {message or text(container, 'image')}.{ended}".replace("..", ".")


def _pending(pod: Document) -> State:
    scheduled = condition(pod, "PodScheduled")
    if text(scheduled, "status") == "False":
        return State(text(scheduled, "reason") or "Unscheduled", "error", _cut(text(scheduled, "message")))
    waiting = (text(container, "state", "waiting", "reason") for _, container in _containers(pod))
    return State(next(filter(None, waiting), "Pending"), "warning", _cut(_why_not_ready(pod)))


def _why_not_ready(pod: Document) -> str:
    for kind in ("ContainersReady", "Ready", "Initialized"):
        found = condition(pod, kind)
        if text(found, "status") == "False" and text(found, "message"):
            return text(found, "message")
    return ""


def _cut(message: str) -> str:
    return clean(message.strip(), LONGEST_REASON)


def started(pod: Document) -> str:
    """When it was started, as the cluster wrote it; "" where it was not."""
    return text(pod, "status", "startTime") if moment(pod, "status", "startTime") else ""
