"""From a document to its row: the one function that columns, terms, search text and relations come from."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from catalog.entities.envelope import OUTPUT_FIELDS
from catalog.entities.refs import EntityRef, InvalidRef, namespace_of
from catalog.entities.terms import MAX_TEXT, fold, plain, terms_of, words_of
from catalog.entities.validation import refs_at
from catalog.kinds import Kind

LOCATION_ANNOTATION = "backstage.io/managed-by-location"
ORIGIN_ANNOTATION = "backstage.io/managed-by-origin-location"
SOURCE_ANNOTATION = "backstage.io/source-location"
ORPHAN_ANNOTATION = "backstage.io/orphan"
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


def derive(document: dict[str, Any], kind: Kind) -> Derived:
    """Raises nothing for a document that validation accepted."""
    metadata, spec = document["metadata"], document.get("spec") or {}
    ref = EntityRef(document["kind"], metadata["namespace"], metadata["name"])
    edges, system = _edges(document, kind, ref.namespace)
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
    pairs += [("owner", owner), ("system", system), *(("tags", tag) for tag in tags)]
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
    """The relations alone, as `derive` has them."""
    return _edges(document, kind, document["metadata"]["namespace"])[0]


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
    """Thousands of entities have the same few owners and systems."""
    return Edge(type, inverse, target, field, attributes)


def _edges(document: dict[str, Any], kind: Kind, namespace: str) -> tuple[tuple[Edge, ...], str]:
    """The distinct relations, refs outside the grammar left out, and the ref of the system."""
    edges: dict[tuple[str, str], Edge] = {}
    system = ""
    for field in kind.relations:
        for _, text, beside in refs_at(document, field.path):
            try:
                target = str(EntityRef.parse(text, field.default_kind, namespace))
            except InvalidRef:
                continue
            said = orjson.dumps(beside).decode() if beside else None
            if (field.type, target) not in edges:
                edges[field.type, target] = _edge(field.type, field.inverse, target, field.path, said)
            if field.path == "spec.system":
                system = target
    return tuple(edges.values()), system
