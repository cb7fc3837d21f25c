"""From an accepted document to what is written: completed, overlaid, derived."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from catalog.entities.derive import (
    DERIVED_ANNOTATIONS,
    LOCATION_ANNOTATION,
    ORIGIN_ANNOTATION,
    SOURCE_ANNOTATION,
    Derived,
    Edge,
    complete,
    derive,
    edges_of,
    hash_of,
)
from catalog.entities.findings import Finding
from catalog.entities.refs import namespace_of
from catalog.entities.web_pages import page_annotations
from catalog.ingestion.documents import Document
from catalog.ingestion.homes import home_ref
from catalog.kinds import Kind, all_kinds
from catalog.models import Entity, Location, Overlay
from catalog.provenance.overlays import lay, unfit_finding
from catalog.sources.base import Source

RENAMED_FROM = "portal/renamed-from"


@dataclass(frozen=True, slots=True)
class Origin:
    """What the annotations of the entities in a file say of it."""

    annotations: dict[str, str]

    def completed(self, document: Document, value: dict[str, Any]) -> dict[str, Any]:
        """The document with them, but for those that it may say itself and does."""
        written = value["metadata"].get("annotations") or {}
        where = {
            key: text
            for key, text in self.annotations.items()
            if key not in written or key in DERIVED_ANNOTATIONS
        }
        return complete(value, namespace_of(document.ref), where)


def origin_in(location: Location, path: str, source: Source) -> Origin:
    """The origin of every document of a file."""
    address = source.address(path)
    above = f"{source.address(path.rpartition('/')[0])}/"
    where = {LOCATION_ANNOTATION: address, ORIGIN_ANNOTATION: str(location), SOURCE_ANNOTATION: above}
    return Origin(page_annotations(address) | where)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An accepted document and what follows from it; `descriptor` is None for the location itself.

    `declared` is the document's text before overlays were laid over it, None where there are none. `said` is
    the document where it is not just what the descriptor says, at its `origin`; `renamed_from` what it says
    of its former name.
    """

    ref: str
    kind: Kind
    hash: str
    descriptor: Document | None = None
    declared: str | None = None
    said: dict[str, Any] | None = None
    origin: Origin | None = None
    renamed_from: Any = None

    @property
    def document(self) -> dict[str, Any]:
        """Made each time it is asked for, so that a catalog of any size can be planned."""
        if self.said is not None:
            return self.said
        assert self.descriptor and self.origin
        return self.origin.completed(self.descriptor, self.descriptor.value)

    def derived(self, edges: tuple[Edge, ...]) -> Derived:
        """As `document`; `edges` are those below."""
        return derive(self.document, self.kind, edges)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """As `document`."""
        return edges_of(self.document, self.kind)


def home_of(location: Location) -> Candidate:
    """The Location entity that a registered location itself is."""
    home = home_ref(location)
    kind = all_kinds()["location"]
    value = {
        "apiVersion": kind.api_versions[0],
        "kind": kind.name,
        "metadata": {"name": home.name},
        "spec": {"type": location.type, "target": location.target},
    }
    annotations = {LOCATION_ANNOTATION: str(location), ORIGIN_ANNOTATION: str(location)}
    document = complete(value, home.namespace, annotations)
    return Candidate(str(home), kind, hash_of(document), said=document)


def candidate_in(document: Document, value: dict[str, Any], origin: Origin) -> Candidate:
    """A document of a location, with where it comes from among its annotations."""
    completed = origin.completed(document, value)
    return Candidate(
        document.ref,
        document.kind,
        hash_of(completed),
        document,
        origin=origin,
        renamed_from=completed["metadata"]["annotations"].get(RENAMED_FROM),
    )


def overlaid(candidate: Candidate, overlays: Sequence[Overlay]) -> tuple[Candidate, list[Finding]]:
    """What overlays make of a candidate, and a finding for each that does not fit any more."""
    if not overlays:
        return candidate, []
    before, where = candidate.document, candidate.descriptor
    laid, unfit = lay(before, overlays)
    findings = [unfit_finding(each, candidate.ref) for each in unfit]
    if where:
        findings = [finding.at(where.path, where.line) for finding in findings]
    declared = orjson.dumps(before).decode()
    return replace(candidate, said=laid, hash=hash_of(laid), declared=declared), findings


def candidate_of(entity: Entity, document: dict[str, Any], declared: str | None) -> Candidate:
    """An entity that is in the catalog, with another document."""
    kind = all_kinds()[entity.kind.lower()]
    return Candidate(entity.ref, kind, hash_of(document), declared=declared, said=document)
