"""Whose ref it is, over renames, merges and deletions: aliases, refs that are kept free, uids that return."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.entities.derive import Derived, Edge, hash_of
from catalog.entities.findings import Finding
from catalog.entities.refs import EntityRef, InvalidRef, namespace_of
from catalog.ingestion.candidates import RENAMED_FROM, Candidate
from catalog.ingestion.copying import pieces
from catalog.models import Entity, FormerRef, Location
from catalog.permissions import visible_to
from portal.accounts.principal import Principal

RESERVED = timedelta(days=90)
"""So long nobody else may take a ref that was renamed away from or merged."""

RETURNS = timedelta(days=30)
"""So long a deleted entity that comes back from the same location takes its uid back."""

Why = FormerRef.Why


@dataclass(slots=True)
class Names:
    """What former names mean for the candidates of one read."""

    renamed: dict[str, str] = field(default_factory=dict)
    """New ref → the ref that the entity has in the catalog until now."""
    reserved: dict[str, str] = field(default_factory=dict)
    """Ref that may not be taken → the entity it leads to."""
    uids: dict[str, UUID] = field(default_factory=dict)
    """Ref → the uid that it takes back."""
    reclaimed: list[str] = field(default_factory=list)
    """What refs led to that are free to be taken, and are taken now."""
    findings: list[Finding] = field(default_factory=list)

    def current(self) -> dict[str, str]:
        """Every former ref, those of this read too, and the ref that the entity has then."""
        return present_names(self.renamed)


def names_of(location: Location, candidates: Sequence[Candidate], held: Mapping[str, int | None]) -> Names:
    """Looks at the candidates whose refs are new in the catalog; `held` is which location holds which ref."""
    names = Names()
    declared = {candidate.ref for candidate in candidates}
    fresh = [candidate for candidate in candidates if candidate.ref not in held]
    if not fresh:
        return names
    for candidate in fresh:
        former = _renamed_from(candidate)
        if former is None:
            continue
        if (
            former in held
            and held[former] == location.pk
            and former not in declared | set(names.renamed.values())
        ):
            names.renamed[candidate.ref] = former
        else:
            names.findings.append(_no_rename(candidate, former))
    _look_back(location, [candidate.ref for candidate in fresh if candidate.ref not in names.renamed], names)
    return names


def settled(
    location: Location, candidates: Sequence[Candidate], refused: dict[str, str]
) -> tuple[list[Candidate], list[Finding]]:
    """What the candidates are that still have the names from before a reorganisation.

    A renamed one is the entity under its new name, a merged one is left out; each with a warning that says
    what to write in its file. `refused` learns the new names of documents that cannot be accepted now.
    """
    refs = [*(candidate.ref for candidate in candidates), *refused]
    mine = FormerRef.objects.filter(pinned=True, source=str(location))
    pins = {row.ref: row for piece in pieces(refs) for row in mine.filter(ref__among=list(piece))}
    if not pins:
        return list(candidates), []
    live = {each.uid: each for each in Entity.objects.filter(uid__in=[row.uid for row in pins.values()])}
    for ref, row in pins.items():
        if ref in refused and row.uid in live:
            refused[live[row.uid].ref] = refused[ref]
    declared = {candidate.ref for candidate in candidates}
    found, findings = [], []
    for candidate in candidates:
        pin = pins.get(candidate.ref)
        entity = live.get(pin.uid) if pin else None
        if pin is None or entity is None:
            found.append(candidate)
            continue
        findings.append(_reorganised(candidate, entity.ref, merged=pin.why == Why.MERGED))
        if pin.why == Why.RENAMED and entity.ref not in declared:
            found.append(under_name(candidate, entity.namespace, entity.name))
    return found, findings


def under_name(candidate: Candidate, namespace: str, name: str) -> Candidate:
    """The same document under another name."""
    document = with_name(candidate.document, namespace, name)
    ref = str(EntityRef(candidate.kind.name, namespace, name))
    return replace(candidate, ref=ref, said=document, hash=hash_of(document))


def with_name(document: dict[str, Any], namespace: str, name: str) -> dict[str, Any]:
    return {**document, "metadata": {**document["metadata"], "name": name, "namespace": namespace}}


def _reorganised(candidate: Candidate, ref: str, *, merged: bool) -> Finding:
    where = candidate.descriptor
    what = "was merged into" if merged else "was renamed to"
    remedy = "Remove it here." if merged else "Write the new name here."
    return Finding(
        "REF_RENAMED",
        f"{candidate.ref} {what} {ref}. {remedy}",
        where.path if where else "",
        where.line if where else None,
        ref,
        "warning",
    )


def _renamed_from(candidate: Candidate) -> str | None:
    """The canonical ref in the annotation; parts left out are those of the candidate."""
    text = candidate.renamed_from
    if not isinstance(text, str):
        return None
    try:
        former = EntityRef.parse(text, candidate.kind.name, namespace_of(candidate.ref))
    except InvalidRef:
        return text[:200]
    return str(former)


def _no_rename(candidate: Candidate, former: str) -> Finding:
    where = candidate.descriptor
    return Finding(
        "RENAME_IGNORED",
        f"{RENAMED_FROM} names {former}, which is not an entity that this location declared until now and "
        "declares no longer. This one is a new entity.",
        where.path if where else "",
        where.line if where else None,
        candidate.ref,
        "warning",
    )


def reserved_finding(candidate: Candidate, holder: str) -> Finding:
    where = candidate.descriptor
    return Finding(
        "REF_RESERVED",
        f"{candidate.ref} was the name of {holder} until lately and still leads there; it is kept free for "
        f"{RESERVED.days} days. Choose another name.",
        where.path if where else "",
        where.line if where else None,
        candidate.ref,
    )


def _look_back(location: Location, refs: list[str], names: Names) -> None:
    now = timezone.now()
    rows = [row for piece in pieces(refs) for row in FormerRef.objects.filter(ref__among=list(piece))]
    leads_to = dict(Entity.objects.filter(uid__in=[row.uid for row in rows]).values_list("uid", "ref"))
    for row in rows:
        if row.why == Why.DELETED:
            if row.source == str(location) and row.since > now - RETURNS and row.uid not in leads_to:
                names.uids[row.ref] = row.uid
        elif row.uid in leads_to and row.since > now - RESERVED:
            names.reserved[row.ref] = leads_to[row.uid]
        elif row.uid in leads_to:
            names.reclaimed.append(leads_to[row.uid])


def aliases() -> dict[str, str]:
    """Every former ref that leads to a live entity, and the ref it leads to."""
    former = {row.ref: row.uid for row in FormerRef.objects.exclude(why=Why.DELETED)}
    if not former:
        return {}
    refs = dict(Entity.objects.filter(uid__in=set(former.values())).values_list("uid", "ref"))
    return {ref: refs[uid] for ref, uid in former.items() if uid in refs}


def present_names(renamed: Mapping[str, str]) -> dict[str, str]:
    """The aliases, with those that `renamed` (new ref → the one before) is about to make."""
    present = aliases()
    if not renamed:
        return present
    new_of = {old: new for new, old in renamed.items()}
    return {former: new_of.get(ref, ref) for former, ref in present.items() if former not in renamed} | new_of


def uids_of_former(refs: Collection[str], *, viewer: Principal) -> dict[str, UUID]:
    """The uid that each canonical ref leads to which was renamed or merged, as far as the viewer may know."""
    former = FormerRef.objects.filter(visible_to(viewer), ref__in=refs).exclude(why=Why.DELETED)
    return dict(former.values_list("ref", "uid"))


def aliases_by_entity(entities: Sequence[Entity], *, viewer: Principal) -> dict[int, list[str]]:
    """The former refs that lead to each entity, by primary key; one statement."""
    pk_of = {entity.uid: entity.pk for entity in entities}
    found: dict[int, list[str]] = {entity.pk: [] for entity in entities}
    rows = FormerRef.objects.filter(visible_to(viewer), uid__in=list(pk_of)).exclude(why=Why.DELETED)
    for row in rows.order_by("ref"):
        found[pk_of[row.uid]].append(row.ref)
    return found


def canonical_edges(edges: tuple[Edge, ...], names: Mapping[str, str]) -> tuple[Edge, ...]:
    """Relations, each to a former ref leading to what had it."""
    if not names or not any(edge.target_ref in names for edge in edges):
        return edges
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        target = names.get(edge.target_ref, edge.target_ref)
        found.setdefault((edge.type, target), replace(edge, target_ref=target))
    return tuple(found.values())


def canonical(derived: Derived, names: Mapping[str, str]) -> Derived:
    """The same with `canonical_edges`; the document stays as it is."""
    edges = canonical_edges(derived.edges, names)
    if edges is derived.edges:
        return derived
    chosen = [
        (key, names.get(value, value) if key in ("owner", "system") else value)
        for key, value in derived.chosen
    ]
    return replace(
        derived,
        edges=edges,
        owner_ref=names.get(derived.owner_ref, derived.owner_ref),
        chosen=tuple(dict.fromkeys(chosen)),
    )


def notices(candidates: Iterable[Candidate], names: Mapping[str, str]) -> list[Finding]:
    """A warning for each relation that is written with a former ref."""
    found = []
    for candidate in candidates if names else ():
        where = candidate.descriptor
        for edge in candidate.edges:
            if edge.target_ref in names and where:
                found.append(
                    Finding(
                        "REF_RENAMED",
                        f"{edge.type}: {edge.target_ref} is called {names[edge.target_ref]} now. "
                        "Write that instead.",
                        where.path,
                        where.line,
                        candidate.ref,
                        "warning",
                    )
                )
    return found
