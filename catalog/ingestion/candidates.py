"""From an accepted document to what is written: completed, overlaid, derived."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from catalog.entities.derive import (
    LOCATION_ANNOTATION,
    ORIGIN_ANNOTATION,
    SOURCE_ANNOTATION,
    Derived,
    complete,
    derive,
    hash_of,
)
from catalog.entities.findings import Finding
from catalog.entities.web_pages import page_annotations
from catalog.ingestion.homes import home_ref
from catalog.ingestion.tree import Document
from catalog.kinds import all_kinds
from catalog.models import Entity, Location, Overlay
from catalog.provenance.overlays import lay, unfit_finding
from catalog.sources.base import Source


@dataclass(frozen=True, slots=True)
class Candidate:
    """An accepted document and what follows from it; `descriptor` is None for the location itself.

    `declared` is the document's text before overlays were laid over it, None where there are none.
    """

    ref: str
    document: dict[str, Any]
    hash: str
    derived: Derived
    descriptor: Document | None
    declared: str | None = None


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
    document = complete(value, home, annotations)
    return Candidate(str(home), document, hash_of(document), derive(document, kind), None)


def candidate_in(location: Location, document: Document, source: Source) -> Candidate:
    """A document of a location, with where it comes from among its annotations."""
    folder = document.path.rpartition("/")[0]
    address = source.address(document.path)
    written = document.value["metadata"].get("annotations") or {}
    where = {key: page for key, page in page_annotations(address).items() if key not in written}
    where |= {LOCATION_ANNOTATION: address, ORIGIN_ANNOTATION: str(location)}
    if SOURCE_ANNOTATION not in written:
        where[SOURCE_ANNOTATION] = f"{source.address(folder)}/"
    completed = complete(document.value, document.ref, where)
    derived = derive(completed, document.kind)
    return Candidate(derived.ref, completed, hash_of(completed), derived, document)


def overlaid(candidate: Candidate, overlays: Sequence[Overlay]) -> tuple[Candidate, list[Finding]]:
    """What overlays make of a candidate, and a finding for each that does not fit any more."""
    if not overlays:
        return candidate, []
    laid, unfit = lay(candidate.document, overlays)
    document = candidate.descriptor
    findings = [unfit_finding(each, candidate.ref) for each in unfit]
    if document:
        findings = [finding.at(document.path, document.line) for finding in findings]
    kind = all_kinds()[candidate.derived.kind.lower()]
    declared = orjson.dumps(candidate.document).decode()
    laid_candidate = replace(
        candidate, document=laid, hash=hash_of(laid), derived=derive(laid, kind), declared=declared
    )
    return laid_candidate, findings


def candidate_of(entity: Entity, document: dict[str, Any], declared: str | None) -> Candidate:
    """An entity that is in the catalog, with another document."""
    derived = derive(document, all_kinds()[entity.kind.lower()])
    return Candidate(entity.ref, document, hash_of(document), derived, None, declared)
