"""What the catalog has of a location before it is read again: entities, and what was said of them."""

from dataclasses import dataclass
from sys import intern
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from catalog.ingestion.copying import pieces
from catalog.models import Descriptor, Entity, Location


@dataclass(frozen=True, slots=True)
class Known:
    """An entity as it is in the catalog now."""

    id: int
    uid: UUID
    hash: str
    orphan: bool
    location_id: int | None
    holder: str
    declared: str | None
    departing: bool = False


class Said(NamedTuple):
    """A descriptor as it was read last: the digest of its text, where it stood, who named its file."""

    hash: str = ""
    path: str = ""
    line: int = 0
    parent_ref: str = ""


NOTHING = Said()


def known_entities(location: Location, refs: list[str]) -> dict[str, Known]:
    """What the catalog has of these refs, and everything of this location."""
    found = _known(Q(location=location)) if location.pk else {}
    for piece in pieces(ref for ref in refs if ref not in found):
        found |= _known(Q(ref__among=list(piece)))
    return found


def _known(condition: Q) -> dict[str, Known]:
    rows = Entity.objects.filter(condition).values_list(
        "ref", "id", "uid", "hash", "orphan", "location_id", "declared", "departure__pk", "location__type",
        "location__target",
    )  # fmt: skip
    return {
        ref: Known(
            pk, uid, hash_, orphan, location_id, f"{type_}:{target}" if type_ else "", declared,
            departure is not None,
        )
        for ref, pk, uid, hash_, orphan, location_id, declared, departure, type_, target in rows
    }  # fmt: skip


def said_before(location: Location) -> dict[str, Said]:
    """Every descriptor of the location."""
    if not location.pk:
        return {}
    rows = Descriptor.objects.filter(location=location)
    return {
        ref: Said(digest, intern(path), line, intern(parent))
        for ref, digest, path, line, parent in rows.values_list("ref", "hash", "path", "line", "parent_ref")
    }
