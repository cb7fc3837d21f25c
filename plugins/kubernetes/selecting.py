"""Which objects of a cluster belong to which entity: by Backstage's annotations, and what they own."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.plugin_api.catalog import Entity

from .documents import Document, labels, namespace

ID = "backstage.io/kubernetes-id"
SELECTOR = "backstage.io/kubernetes-label-selector"
NAMESPACE = "backstage.io/kubernetes-namespace"
CLUSTER = "backstage.io/kubernetes-cluster"

KEY = r"(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
VALUE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?"
EQUALITY = re.compile(rf"({KEY})\s*(==|=|!=)\s*({VALUE})")
SET = re.compile(rf"({KEY})\s+(in|notin)\s*\(([^()]*)\)")
EXISTENCE = re.compile(rf"(!?)\s*({KEY})")
BETWEEN = re.compile(r",(?![^(]*\))")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One part of a selector: the label `key` is there with one of `values` (any where None), or not."""

    key: str
    values: frozenset[str] | None
    negated: bool = False

    def holds(self, of: Mapping[str, str]) -> bool:
        found = self.key in of and (self.values is None or of[self.key] in self.values)
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class Watch:
    """What is looked for: in `namespace` ("" is everywhere), on `cluster` (a name; "" is on all of them)."""

    requirements: tuple[Requirement, ...]
    namespace: str = ""
    cluster: str = ""

    def holds(self, document: Document, of: Mapping[str, str]) -> bool:
        """Whether the object with these labels is one of them."""
        if self.namespace and namespace(document) != self.namespace:
            return False
        return all(each.holds(of) for each in self.requirements)


class BadSelector(Exception):
    """An annotation that cannot be read; the message says which and how it is written."""


def is_watched(annotations: Mapping[str, str]) -> bool:
    """Whether an entity with these annotations asks for what runs of it."""
    return any(key in annotations for key in (ID, SELECTOR, NAMESPACE))


def annotations_of(entity: Entity) -> dict[str, str]:
    found = entity.content["metadata"].get("annotations") or {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def watch_of(entity: Entity) -> Watch | None:
    """What the entity asks for; None where it asks for nothing. Raises BadSelector."""
    annotations = annotations_of(entity)
    if not is_watched(annotations):
        return None
    selector = annotations.get(SELECTOR, "").strip()
    if selector:
        requirements = read_selector(selector)
    else:
        wanted = annotations.get(ID, "").strip() or entity.name
        requirements = (Requirement(ID, frozenset({wanted})),)
    return Watch(
        requirements, annotations.get(NAMESPACE, "").strip(), annotations.get(CLUSTER, "").strip().lower()
    )


def read_selector(selector: str) -> tuple[Requirement, ...]:
    """Kubernetes' grammar of label selectors: `app=cart,tier in (web, api),!legacy`. Raises BadSelector."""
    return tuple(_requirement(part.strip(), selector) for part in BETWEEN.split(selector))


def _requirement(part: str, selector: str) -> Requirement:
    if match := EQUALITY.fullmatch(part):
        return Requirement(match[1], frozenset({match[3]}), negated=match[2] == "!=")
    if match := SET.fullmatch(part):
        values = frozenset(value.strip() for value in match[3].split(","))
        return Requirement(match[1], values, negated=match[2] == "notin")
    if match := EXISTENCE.fullmatch(part):
        return Requirement(match[2], None, negated=bool(match[1]))
    raise BadSelector(
        f"The annotation {SELECTOR} ({selector[:200]!r}) cannot be read at {part[:60]!r}: write it as "
        "kubectl takes it, for instance app=cart,tier in (web, api)."
    )


class Selecting:
    """Many watches at once: an object is held against those only that want a label which it has."""

    def __init__(self, watches: Mapping[str, Watch]) -> None:
        self._by_label: dict[tuple[str, str], list[tuple[str, Watch]]] = defaultdict(list)
        self._others: list[tuple[str, Watch]] = []
        for key, watch in watches.items():
            self._place(key, watch)

    def keys_of(self, document: Document) -> frozenset[str]:
        """The keys of the watches that want this object."""
        of = labels(document)
        return frozenset(key for key, watch in self._candidates(of) if watch.holds(document, of))

    def _place(self, key: str, watch: Watch) -> None:
        for each in watch.requirements:
            if each.values is not None and not each.negated:
                for value in each.values:
                    self._by_label[each.key, value].append((key, watch))
                return
        self._others.append((key, watch))

    def _candidates(self, of: Mapping[str, str]) -> Iterator[tuple[str, Watch]]:
        for pair in of.items():
            yield from self._by_label.get(pair, ())
        yield from self._others


def watches_of(entities: Iterable[Entity], cluster: str) -> dict[str, Watch]:
    """What is looked for on a cluster, by the uid of the entity; what cannot be read is left out."""
    found = {}
    for entity in entities:
        try:
            watch = watch_of(entity)
        except BadSelector:
            continue
        if watch is not None and watch.cluster in ("", cluster.lower()):
            found[str(entity.uid)] = watch
    return found
