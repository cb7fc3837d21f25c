"""Overlays: values that people set over what a descriptor says, and how they are laid over a document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from catalog.entities.derive import DERIVED_ANNOTATIONS
from catalog.entities.envelope import word
from catalog.entities.findings import Finding
from catalog.entities.validation import check
from catalog.ingestion.copying import pieces
from catalog.models import Entity, Overlay
from portal.rest.errors import Invalid

MAX_OVERLAYS = 100
MAX_PATH = 1000
MAX_KEYS = 20
FIXED = {
    ("metadata",),
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("metadata", "uid"),
    ("metadata", "etag"),
}
"""What identifies an entity, or is the portal's own."""

Pointer = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unfit:
    """An overlay that does not fit the document as it is now, and why."""

    overlay: Overlay
    why: str


def parse_pointer(text: str) -> Pointer:
    """The keys of a JSON pointer (RFC 6901). Raises Invalid where it is none."""
    parts = text.split("/")
    if len(text) > MAX_PATH or not 1 < len(parts) <= MAX_KEYS or parts[0] or "\x00" in text:
        raise Invalid(
            f"{text[:100]!r} is not a path. Write a JSON pointer, as /spec/owner.",
            code="INVALID_PATH",
            path=("path",),
        )
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts[1:])


def print_pointer(pointer: Iterable[str | int]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def parse_target(text: str) -> Pointer:
    """The keys of a path that an overlay may be set at. Raises Invalid for all others."""
    pointer = parse_pointer(text)
    annotation = pointer[2:3] if pointer[:2] == ("metadata", "annotations") else None
    fixed = pointer in FIXED or annotation == () or (annotation and annotation[0] in DERIVED_ANNOTATIONS)
    if pointer[0] not in ("metadata", "spec") or fixed or "" in pointer:
        raise Invalid(
            f"{text[:100]} cannot be overlaid: only fields in /spec and /metadata, without name, namespace "
            "and what the portal itself writes.",
            code="INVALID_PATH",
            path=("path",),
        )
    return pointer


def value_at(document: Any, pointer: Iterable[str]) -> Any:
    """The value at a pointer, through lists too. Raises LookupError where there is none."""
    value = document
    for key in pointer:
        if isinstance(value, list) and key.isdecimal() and key.isascii():
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value[key]
        else:
            raise LookupError(key)
    return value


def overlays_by_uid(refs: Sequence[str]) -> dict[UUID, list[Overlay]]:
    """The overlays of the entities that have these refs now."""
    found: list[Overlay] = []
    for piece in pieces(refs):
        uids = Entity.objects.filter(ref__among=list(piece)).values("uid")
        found += Overlay.objects.filter(entity_uid__in=uids)
    return grouped(found)


def grouped(overlays: Iterable[Overlay]) -> dict[UUID, list[Overlay]]:
    """By entity, in the order in which they are laid."""
    found: dict[UUID, list[Overlay]] = {}
    for overlay in sorted(overlays, key=lambda each: (each.path.count("/"), each.path)):
        found.setdefault(overlay.entity_uid, []).append(overlay)
    return found


def lay(document: dict[str, Any], overlays: Sequence[Overlay]) -> tuple[dict[str, Any], list[Unfit]]:
    """The document with every overlay that fits: the way there is made of mappings, and what comes out is
    valid. `overlays` are in order, outer paths first; `document` stays as it is."""
    unfit: list[Unfit] = []
    for overlay in overlays:
        try:
            laid = _put(document, parse_pointer(overlay.path), orjson.loads(overlay.value))
        except LookupError as error:
            unfit.append(Unfit(overlay, str(error)))
            continue
        mistakes = [mistake.message for mistake in check(laid).mistakes if mistake.level == "error"]
        if mistakes:
            unfit.append(Unfit(overlay, " ".join(mistakes[:3])))
        else:
            document = laid
    return document, unfit


def _put(value: Any, pointer: Pointer, wanted: Any, above: str = "") -> Any:
    """A copy of a mapping with a value set or, for None, taken out; a key that is there keeps its place."""
    key, *below = pointer
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise LookupError(f"{above} holds {word(value)}, not a mapping: overlay it as a whole")
    if below and not (wanted is None and value.get(key) is None):
        return {**value, key: _put(value.get(key), tuple(below), wanted, f"{above}/{key}")}
    if wanted is None:
        return {each: inner for each, inner in value.items() if each != key}
    return {**value, key: wanted}


def unfit_finding(unfit: Unfit, ref: str) -> Finding:
    """What is told where an overlay cannot be laid any more: the descriptor has its say then."""
    overlay = unfit.overlay
    return Finding(
        "OVERLAY_UNFIT",
        f"The overlay of {overlay.path} by {overlay.author} does not fit the descriptor any more and is not "
        f"laid: {unfit.why} Set it again or remove it.",
        ref=ref,
        level="warning",
    )
