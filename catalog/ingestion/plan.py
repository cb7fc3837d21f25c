"""What a read of a location would change: decided here once, for ingestion and for the preview."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from catalog.entities.derive import as_orphan, without_identity
from catalog.entities.findings import Finding
from catalog.entities.refs import namespace_of
from catalog.identity.aliases import Names, names_of, notices, reserved_finding, settled
from catalog.ingestion.candidates import (
    Candidate,
    Origin,
    candidate_in,
    candidate_of,
    home_of,
    origin_in,
    overlaid,
)
from catalog.ingestion.documents import Document
from catalog.ingestion.homes import home_ref
from catalog.ingestion.present import NOTHING, Known, Said, known_entities, said_before
from catalog.ingestion.rules import is_allowed
from catalog.ingestion.tree import Tree
from catalog.kinds import all_kinds
from catalog.models import Entity, Location
from catalog.provenance.overlays import overlays_by_uid
from catalog.sources.base import Source
from portal.accounts.models import NamespaceGrant

REMOVAL_ALWAYS = 10
"""So many entities may vanish at once whatever share of the location they are."""


@dataclass(frozen=True, slots=True)
class Held:
    """Entities that would be removed, were it not for their number; `total` is that of the location."""

    refs: tuple[str, ...]
    total: int
    reason: str


@dataclass(slots=True)
class Plan:
    """`added`, `changed`, `orphaned` and `removed` are what is written; `kept` stays though it is not
    declared now, some of it as `orphans`; those that were none before are in `orphaned`."""

    added: list[tuple[Candidate, UUID | None]] = field(default_factory=list)
    """Each with the uid that it takes back; None where it gets a new one."""
    changed: list[tuple[Candidate, Known]] = field(default_factory=list)
    unchanged: list[Candidate] = field(default_factory=list)
    conflicts: list[Candidate] = field(default_factory=list)
    orphaned: list[tuple[Candidate, Known]] = field(default_factory=list)
    removed: dict[str, Known] = field(default_factory=dict)
    departing: dict[str, Known] = field(default_factory=dict)
    """Not declared any more, but another source may have it now, or has it: see `departures`."""
    kept: dict[str, Known] = field(default_factory=dict)
    orphans: set[str] = field(default_factory=set)
    known: dict[str, Known] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    """New ref → the one before; such entities are among `changed`."""
    reclaimed: list[str] = field(default_factory=list)
    """Refs that former refs led to which are entities' own again."""
    findings: list[Finding] = field(default_factory=list)
    held: Held | None = None
    previous: dict[str, Said] = field(default_factory=dict)
    """What the location said of each ref when it was read last."""

    def declared(self) -> Iterable[Candidate]:
        """Every candidate, those of conflicts too."""
        yield from (candidate for candidate, _ in self.added)
        yield from (candidate for candidate, _ in self.changed)
        yield from self.unchanged
        yield from self.conflicts


def make_plan(location: Location, tree: Tree, source: Source, *, allow_removal: bool = False) -> Plan:
    """Reads the catalog, writes nothing. `location` need not be saved."""
    plan = Plan()
    home = home_ref(location)
    candidates, barred = _candidates(location, tree, source, plan)
    refs = [candidate.ref for candidate in candidates]
    plan.known = known_entities(location, refs)
    names = names_of(location, candidates, {ref: known.location_id for ref, known in plan.known.items()})
    plan.renamed, plan.reclaimed = names.renamed, names.reclaimed
    plan.findings += names.findings
    plan.findings += notices(candidates, names.current())
    overlays = overlays_by_uid([*refs, *names.renamed.values()])
    for candidate in candidates:
        known = plan.known.get(names.renamed.get(candidate.ref, candidate.ref))
        laid, findings = overlaid(candidate, overlays.get(known.uid, ()) if known else ())
        plan.findings += findings
        _place(location, laid, plan, names)
    mine = {ref: known for ref, known in plan.known.items() if known.location_id == location.pk}
    declared = {candidate.ref for candidate in plan.declared()} | set(names.renamed.values())
    previous = plan.previous = said_before(location)
    tree_findings = _name_broken(tree.findings, tree, declared, previous)
    gone = {ref: known for ref, known in mine.items() if ref not in declared}
    beside = {ref: known for ref, known in gone.items() if not tree.covers(previous.get(ref, NOTHING).path)}
    gone = {ref: known for ref, known in gone.items() if ref not in beside}
    empty = not (tree.documents or tree.refused or tree.unsure_paths or beside)
    if empty and gone and not allow_removal:
        plan.kept = gone
        reason = f"The source declares nothing now; its {len(gone)} entities are kept."
        plan.held = Held(tuple(sorted(gone)), len(mine), reason)
        plan.findings.append(Finding("EMPTY_SOURCE", reason))
    else:
        _divide(gone, tree, barred, previous, plan)
        _guard_removal(len(mine), plan, allow=allow_removal)
        plan.kept |= beside
    plan.orphaned = _newly_orphaned(plan)
    plan.findings = [
        finding if finding.ref else finding.at(finding.path, finding.line, str(home))
        for finding in [*tree_findings, *plan.findings]
    ]
    return plan


def _candidates(
    location: Location, tree: Tree, source: Source, plan: Plan
) -> tuple[list[Candidate], set[str]]:
    """The documents that the rules let in, after the location itself; and the refs that they do not."""
    granted = set(NamespaceGrant.objects.values_list("namespace", flat=True)) - {location.namespace}
    home = home_ref(location)
    found = [home_of(location)]
    barred: set[str] = set()
    origins: dict[str, Origin] = {}
    for document in tree.documents:
        value = document.value
        reason = None if location.trusted else _rule(document, value, location, granted)
        if reason is None and document.ref == str(home):
            reason = ("REF_CONFLICT", f"{home} is the registered location itself.")
        if reason:
            code, message = reason
            plan.findings.append(Finding(code, message, document.path, document.line, document.ref))
            barred.add(document.ref)
            continue
        if document.path not in origins:
            origins[document.path] = origin_in(location, document.path, source)
        found.append(candidate_in(document, value, origins[document.path]))
    present, findings = settled(location, found, tree.refused)
    plan.findings += findings
    return present, barred


def _rule(
    document: Document, value: dict[str, Any], location: Location, granted: set[str]
) -> tuple[str, str] | None:
    """Why a location that is not trusted may not define this, if so."""
    name, spec_type = document.kind.name, (value.get("spec") or {}).get("type")
    if not is_allowed(name, spec_type, type=location.type, target=location.target):
        return "KIND_NOT_ALLOWED", (
            f"This {name} may come from trusted locations only. Ask an administrator to trust this one, or "
            "for a rule."
        )
    namespace = namespace_of(document.ref)
    if namespace in granted:
        return "NAMESPACE_NOT_ALLOWED", (
            f"The namespace {namespace} is kept for those with a role in it. "
            "Register the location in that namespace."
        )
    return None


def _newly_orphaned(plan: Plan) -> list[tuple[Candidate, Known]]:
    """Those orphans that are not marked yet, with the mark in their documents."""
    newly = [ref for ref in plan.orphans if not plan.kept[ref].orphan]
    found = []
    known = [kind.name for kind in all_kinds().values()]
    for entity in Entity.objects.filter(ref__in=newly, kind__in=known) if newly else ():
        declared = orjson.loads(entity.declared) if entity.declared else None
        text = orjson.dumps(as_orphan(declared)).decode() if declared else None
        document = as_orphan(without_identity(entity.content))
        found.append((candidate_of(entity, document, text), plan.kept[entity.ref]))
    return found


def _place(location: Location, candidate: Candidate, plan: Plan, names: Names) -> None:
    known = plan.known.get(candidate.ref)
    if candidate.ref in names.renamed:
        plan.changed.append((candidate, plan.known[names.renamed[candidate.ref]]))
    elif known is None and candidate.ref in names.reserved:
        plan.conflicts.append(candidate)
        plan.findings.append(reserved_finding(candidate, names.reserved[candidate.ref]))
    elif known is None:
        plan.added.append((candidate, names.uids.get(candidate.ref)))
    elif known.location_id not in (None, location.pk) and not known.departing:
        plan.conflicts.append(candidate)
        document = candidate.descriptor
        plan.findings.append(
            Finding(
                "REF_CONFLICT",
                f"{candidate.ref} is declared by {known.holder} already, which keeps it. "
                "Rename this one, or remove it there.",
                document.path if document else "",
                document.line if document else None,
                candidate.ref,
            )
        )
    elif (
        known.hash != candidate.hash
        or known.declared != candidate.declared
        or known.orphan
        or known.location_id != location.pk
    ):
        plan.changed.append((candidate, known))
    else:
        plan.unchanged.append(candidate)


def _name_broken(
    findings: list[Finding], tree: Tree, declared: set[str], previous: dict[str, Said]
) -> list[Finding]:
    """A document that cannot be read has no ref; where a file lost as many refs as it has such documents,
    they are those, in their order."""
    seen = declared | set(tree.refused)
    lost: dict[str, list[tuple[int, str]]] = {}
    for ref, said in previous.items():
        if tree.unsure_paths and tree.is_unsure(said.path) and ref not in seen:
            lost.setdefault(said.path, []).append((said.line, ref))
    broken: dict[str, list[int]] = {}
    for index, finding in enumerate(findings):
        if finding.is_error and not finding.ref and finding.path in lost:
            broken.setdefault(finding.path, []).append(index)
    named = list(findings)
    for path, indexes in broken.items():
        if len(indexes) == len(lost[path]):
            for index, (_, ref) in zip(indexes, sorted(lost[path]), strict=True):
                named[index] = named[index].at(path, named[index].line, ref)
    return named


def _divide(
    gone: dict[str, Known],
    tree: Tree,
    barred: set[str],
    previous: dict[str, Said],
    plan: Plan,
) -> None:
    """Of what is not declared now: removed, or kept because the read cannot tell."""
    kept = {ref for ref in gone if ref in tree.refused}
    for ref in gone:
        path = previous.get(ref, NOTHING).path
        if ref not in barred and tree.is_unsure(path):
            kept.add(ref)
            if tree.is_missing(path):
                plan.orphans.add(ref)
    while below := {ref for ref in gone if ref not in kept and previous.get(ref, NOTHING).parent_ref in kept}:
        kept |= below
    for ref, known in gone.items():
        (plan.kept if ref in kept else plan.removed)[ref] = known


def _guard_removal(count: int, plan: Plan, *, allow: bool) -> None:
    """A large removal waits for somebody to say that it is meant."""
    vanished = len(plan.removed)
    limit = max(REMOVAL_ALWAYS, count * settings.CATALOG_REMOVAL_PERCENT // 100)
    if allow or vanished <= limit:
        return
    reason = f"The source no longer declares {vanished} of {count} entities; they are kept as orphans."
    plan.held = Held(tuple(sorted(plan.removed)), count, reason)
    plan.kept.update(plan.removed)
    plan.orphans |= set(plan.removed)
    plan.removed = {}
    plan.findings.append(
        Finding(
            "REMOVAL_HELD",
            f"{reason} If that is meant, approve it at the location, or run `portal catalog refresh "
            "--allow-removal`.",
        )
    )
