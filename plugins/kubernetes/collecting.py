"""Goes through a cluster once and sorts what runs there by the entities that it belongs to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from . import reading
from .documents import Document, labels, name, namespace, owners, part, parts, text, trimmed, uid
from .quantities import quantity
from .reading import Kind
from .selecting import Selecting, Watch
from .states import State, is_crash_looping, is_ready, pod_state

MOST_OF_A_KIND = 100
MOST_EVENTS = 200
FINISHED = ("Succeeded", "Failed")

Keys = frozenset[str]
NONE: Keys = frozenset()


class Source(Protocol):
    """What a cluster is read through; `Reading` is the real one."""

    unreadable: dict[str, str]
    cut: list[str]

    def version(self) -> str: ...

    def objects(self, kind: Kind) -> Iterable[Document]: ...


@dataclass
class Found:
    """What belongs to one entity: trimmed documents by the plural of their kind, and exact counts."""

    objects: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    pods: int = 0
    ready: int = 0
    crash_loops: int = 0

    def keep(self, plural: str, document: dict[str, Any]) -> None:
        most = MOST_EVENTS if plural == "events" else MOST_OF_A_KIND
        if len(self.objects[plural]) < most:
            self.objects[plural].append(document)


@dataclass
class Usage:
    """What the pods of a cluster that are not over ask for: cores, bytes, and how many they are."""

    cpu: float = 0.0
    memory: float = 0.0
    pods: int = 0
    troubled: Counter[str] = field(default_factory=Counter)

    def add(self, pod: Document, state: State) -> None:
        if text(pod, "status", "phase") not in FINISHED:
            self.pods += 1
            for container in parts(pod, "spec", "containers"):
                self.cpu += quantity(text(container, "resources", "requests", "cpu"))
                self.memory += quantity(text(container, "resources", "requests", "memory"))
        if state.level == "error":
            self.troubled[state.word] += 1


@dataclass
class Collected:
    """A cluster as it was in one round."""

    version: str
    nodes: list[dict[str, Any]]
    usage: Usage
    found: dict[str, Found]
    unreadable: dict[str, str]
    cut: list[str]


def collect(source: Source, watches: Mapping[str, Watch]) -> Collected:
    """Read everything once; only what belongs to a watch is kept. Raises what the adapter raises."""
    version = source.version()
    round_ = _Round(source, watches)
    for kind in (*reading.WORKLOADS, *reading.PARTS, *reading.AROUND, reading.EVENTS):
        round_.read(kind)
    nodes = [trimmed(node) for node in source.objects(reading.NODES)]
    return Collected(
        version, nodes, round_.usage, dict(round_.found), dict(source.unreadable), list(source.cut)
    )


class _Round:
    """What is known while a cluster is read: to whom each object belongs that was kept."""

    def __init__(self, source: Source, watches: Mapping[str, Watch]) -> None:
        self.found: dict[str, Found] = defaultdict(Found)
        self.usage = Usage()
        self._source = source
        self._selecting = Selecting(watches)
        self._limits = {key: watch.namespace for key, watch in watches.items()}
        self._of_uid: dict[str, Keys] = {}
        self._of_name: dict[tuple[str, str, str], Keys] = {}
        self._pods: dict[str, list[tuple[dict[str, str], Keys]]] = defaultdict(list)

    def read(self, kind: Kind) -> None:
        for document in self._source.objects(kind):
            keys = self._keys_of(kind, document)
            if kind.plural == "pods":
                state = pod_state(document)
                self.usage.add(document, state)
                self._count(document, keys)
            if keys and not _is_past(kind, document):
                self._keep(kind, document, keys)

    def _keys_of(self, kind: Kind, document: Document) -> Keys:
        if kind.plural == "events":
            return self._of_uid.get(text(document, "involvedObject", "uid"), NONE)
        keys = self._selecting.keys_of(document)
        for owner in owners(document):
            keys |= self._of_uid.get(owner, NONE)
        match kind.plural:
            case "horizontalpodautoscalers":
                keys |= self._named(document, part(document, "spec", "scaleTargetRef"))
            case "services":
                keys |= self._selected(document)
            case "ingresses":
                keys |= self._backends(document)
        return keys

    def _named(self, document: Document, reference: Mapping[str, Any]) -> Keys:
        key = (text(reference, "kind"), namespace(document), text(reference, "name"))
        return self._of_name.get(key, NONE)

    def _selected(self, service: Document) -> Keys:
        """Whose pods a service sends to."""
        wanted = part(service, "spec", "selector").items()
        keys: Keys = NONE
        if wanted:
            for of, belongs in self._pods[namespace(service)]:
                if not belongs <= keys and wanted <= of.items():
                    keys |= belongs
        return keys

    def _backends(self, ingress: Document) -> Keys:
        keys: Keys = NONE
        for service in services_of(ingress):
            keys |= self._of_name.get(("Service", namespace(ingress), service), NONE)
        return keys

    def _count(self, pod: Document, keys: Keys) -> None:
        of = labels(pod)
        if keys:
            self._pods[namespace(pod)].append((of, keys))
        for key in keys:
            found = self.found[key]
            if text(pod, "status", "phase") not in FINISHED:
                found.pods += 1
                found.ready += is_ready(pod)
            found.crash_loops += is_crash_looping(pod)

    def _keep(self, kind: Kind, document: Document, keys: Keys) -> None:
        self._of_uid[uid(document)] = keys
        self._of_name[kind.kind, namespace(document), name(document)] = keys
        kept = trimmed(document)
        for key in keys:
            self.found[key].keep(kind.plural, kept)


def services_of(ingress: Document) -> Iterable[str]:
    """The names of the services that an ingress sends to, in the old form and the new."""
    backends = [part(ingress, "spec", "defaultBackend"), part(ingress, "spec", "backend")]
    for rule in parts(ingress, "spec", "rules"):
        backends += [part(path, "backend") for path in parts(rule, "http", "paths")]
    for backend in backends:
        found = text(backend, "service", "name") or text(backend, "serviceName")
        if found:
            yield found


def _is_past(kind: Kind, document: Document) -> bool:
    """Replica sets of former versions, which a deployment keeps to go back to."""
    if kind.plural != "replicasets":
        return False
    wanted, there = part(document, "spec").get("replicas"), part(document, "status").get("replicas")
    return not wanted and not there
