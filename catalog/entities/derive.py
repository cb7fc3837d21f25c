"""From a document to its row: the one function that columns, terms, search text and relations come from."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any
from uuid import UUID

import orjson

from catalog.entities.envelope import OUTPUT_FIELDS
from catalog.entities.refs import EntityRef, InvalidRef, canonical_ref, namespace_of
from catalog.entities.terms import MAX_TEXT, fold, plain, terms_of, words_of
from catalog.entities.validation import fields_in, refs_at
from catalog.kinds import Kind, RelationField

LOCATION_ANNOTATION = "backstage.io/managed-by-location"
ORIGIN_ANNOTATION = "backstage.io/managed-by-origin-location"
SOURCE_ANNOTATION = "backstage.io/source-location"
ORPHAN_ANNOTATION = "backstage.io/orphan"
SYSTEM = "spec.system"
DERIVED_ANNOTATIONS = (LOCATION_ANNOTATION, ORIGIN_ANNOTATION, ORPHAN_ANNOTATION)
"""Annotations that only the portal writes: what a descriptor says in them is dropped."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation as its descriptor declares it."""

    type: str
    inverse: str
    target_ref: str
    field: str
    attributes: str | None = None
    """What is written beside the ref, as a JSON object; None where nothing is."""

    @property
    def target_namespace(self) -> str:
        return namespace_of(self.target_ref)


@dataclass(frozen=True, slots=True)
class Derived:
    """Everything of an entity that follows from its document alone."""

    ref: str
    kind: str
    namespace: str
    name: str
    title: str
    description: str
    type: str
    lifecycle: str
    owner_ref: str
    sort_name: str
    search_name: str
    search_text: str
    edges: tuple[Edge, ...]
    chosen: tuple[tuple[str, str], ...]
    """(key, value) pairs for facets."""
    document: dict[str, Any]

    @property
    def terms(self) -> list[str]:
        """Made when they are asked for: they take more memory than all the rest, and only what changed is
        written."""
        return terms_of(self.document, self.namespace)


def complete(value: dict[str, Any], namespace: str, annotations: dict[str, str]) -> dict[str, Any]:
    """The document as it is served, but for uid and etag: the namespace is filled in, where the entity comes
    from is among its annotations; what a descriptor says in the portal's own fields is dropped."""
    written = value["metadata"]
    metadata = {key: inner for key, inner in written.items() if key not in ("uid", "etag")}
    metadata.setdefault("namespace", namespace)
    kept = {
        key: text
        for key, text in (written.get("annotations") or {}).items()
        if key not in DERIVED_ANNOTATIONS
    }
    metadata["annotations"] = {**kept, **annotations}
    document = {key: inner for key, inner in value.items() if key not in OUTPUT_FIELDS}
    document["metadata"] = metadata
    return document


def hash_of(document: dict[str, Any]) -> str:
    """The etag of a document without uid and etag; the order of its keys counts."""
    return hashlib.sha1(orjson.dumps(document), usedforsecurity=False).hexdigest()


def render(document: dict[str, Any], uid: UUID, etag: str) -> str:
    """The text that is stored and served."""
    metadata = {**document["metadata"], "uid": str(uid), "etag": etag}
    return orjson.dumps({**document, "metadata": metadata}).decode()


def without_identity(document: dict[str, Any]) -> dict[str, Any]:
    """A served document as it was before its uid and etag were put in."""
    metadata = {key: value for key, value in document["metadata"].items() if key not in ("uid", "etag")}
    return {**document, "metadata": metadata}


def as_orphan(document: dict[str, Any]) -> dict[str, Any]:
    """The document of an entity that its source declares no longer."""
    metadata = document["metadata"]
    annotations = {**metadata.get("annotations", {}), ORPHAN_ANNOTATION: "true"}
    return {**document, "metadata": {**metadata, "annotations": annotations}}


def is_orphan(document: dict[str, Any]) -> bool:
    return ORPHAN_ANNOTATION in document["metadata"].get("annotations", {})


def derive(document: dict[str, Any], kind: Kind, edges: tuple[Edge, ...] | None = None) -> Derived:
    """Raises nothing for a document that validation accepted. `edges` are its `edges_of`, where they are
    known already."""
    metadata, spec = document["metadata"], document.get("spec") or {}
    ref = EntityRef(document["kind"], metadata["namespace"], metadata["name"])
    edges = edges_of(document, kind) if edges is None else edges
    owner = next((edge.target_ref for edge in edges if edge.type == "ownedBy"), "")
    profile = spec.get("profile")
    display = profile.get("displayName", "") if isinstance(profile, dict) else ""
    title = metadata.get("title", "")
    shown = title or display or metadata["name"]
    type_, lifecycle = _short(spec.get("type")), _short(spec.get("lifecycle"))
    tags = [tag for tag in metadata.get("tags", ()) if isinstance(tag, str)]
    names = [metadata["name"], title, display]
    pairs = [
        ("kind", document["kind"]),
        ("namespace", ref.namespace),
        ("type", type_),
        ("lifecycle", lifecycle),
    ]
    pairs += [("owner", owner), ("system", _system(document, kind)), *(("tags", tag) for tag in tags)]
    return Derived(
        ref=str(ref),
        kind=document["kind"],
        namespace=ref.namespace,
        name=metadata["name"],
        title=title,
        description=metadata.get("description", ""),
        type=type_,
        lifecycle=lifecycle,
        owner_ref=owner,
        sort_name=plain(shown),
        search_name=" ".join(
            dict.fromkeys(plain(part) for part in (metadata["name"], title, display) if part)
        ),
        search_text=_search_text([*names, *tags, type_, lifecycle], metadata, profile, owner),
        edges=edges,
        chosen=_chosen(pairs),
        document=document,
    )


def edges_of(document: dict[str, Any], kind: Kind) -> tuple[Edge, ...]:
    """The distinct relations, refs outside the grammar left out."""
    edges: dict[tuple[str, str], Edge] = {}
    for field in fields_in(document, kind):
        for target, beside in _targets(document, field):
            if (field.type, target) not in edges:
                said = orjson.dumps(beside).decode() if beside else None
                edges[field.type, target] = _edge(field.type, field.inverse, target, field.path, said)
    return tuple(edges.values())


def _system(document: dict[str, Any], kind: Kind) -> str:
    """The ref of the system that it says it is part of, "" where it says none."""
    fields = [field for field in fields_in(document, kind) if field.path == SYSTEM]
    found = [target for field in fields for target, _ in _targets(document, field)]
    return found[-1] if found else ""


def _targets(document: dict[str, Any], field: RelationField) -> Iterator[tuple[str, dict[str, Any]]]:
    """The refs within the grammar that stand in a field, in full, each with what is written beside it."""
    namespace = document["metadata"]["namespace"]
    for _, text, beside in refs_at(document, field.path):
        try:
            yield canonical_ref(text, field.default_kind, namespace), beside
        except InvalidRef:
            continue


def _search_text(words: list[str], metadata: dict[str, Any], profile: Any, owner: str) -> str:
    email = profile.get("email", "") if isinstance(profile, dict) else ""
    description = metadata.get("description", "")[:10_000]
    return words_of(" ".join([*words, description, owner.rpartition("/")[2], email]))


def _chosen(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those pairs that have a value, distinct but for case."""
    distinct = {(key, fold(value)): (key, value) for key, value in pairs if value and len(value) <= MAX_TEXT}
    return tuple(distinct.values())


def _short(value: Any) -> str:
    """Text for a column that is filtered and sorted by; longer text is in the document only."""
    return value if isinstance(value, str) and len(value) <= MAX_TEXT else ""


@lru_cache(maxsize=8192)
def _edge(type: str, inverse: str, target: str, field: str, attributes: str | None) -> Edge:
    """Thousands of entities have the same few owners and systems, and any other is named more than once."""
    return Edge(type, inverse, intern(target), field, attributes)
