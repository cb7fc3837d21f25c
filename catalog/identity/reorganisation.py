"""What a reorganisation would do: worked out before anything is changed, and again when it is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils import timezone

from catalog.entities.refs import EntityRef
from catalog.identity.aliases import RESERVED, Why
from catalog.models import Entity, FormerRef, Relation
from catalog.permissions import may_overlay, may_register
from catalog.provenance.explanation import places_of
from catalog.selectors import find_visible, get_entity
from portal.accounts.principal import Principal
from portal.rest.errors import Conflict, Denied, Invalid, PortalError

MAX_OPERATIONS = 50
MAX_CHANGES = 1000
OWNERS = ("Group", "User")


class Act(StrEnum):
    RENAME = "rename"
    MERGE = "merge"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Step:
    """Rename an entity, merge it into another, or let another own what it owns. Refs as they are written.

    `act` is None where the request does not say which of them, or says several.
    """

    act: Act | None
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Shift:
    """What becomes different at one entity."""

    ref: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What to write in a file of a location, so that it says what the catalog says."""

    location: str
    path: str
    line: int
    ref: str
    change: str


@dataclass(slots=True)
class Worked:
    """One step, and the entities it is about: `entities` are the renamed or merged one, or what is owned."""

    step: Step
    target: str
    entities: list[Entity]
    into: Entity | None = None


@dataclass(slots=True)
class Reorganisation:
    """Everything a reorganisation does; where anything is refused, nothing of it is done."""

    steps: list[Worked] = field(default_factory=list)
    changes: list[Shift] = field(default_factory=list)
    files: list[FileChange] = field(default_factory=list)
    refused: list[PortalError] = field(default_factory=list)


def plan_reorganisation(steps: Sequence[Step], *, viewer: Principal) -> Reorganisation:
    """Reads the catalog, changes nothing. What the viewer may not do is among `refused`, with its place."""
    plan = Reorganisation()
    if not 0 < len(steps) <= MAX_OPERATIONS:
        plan.refused.append(Invalid(f"Give 1 to {MAX_OPERATIONS} operations.", path=("operations",)))
        return plan
    named: set[str] = set()
    written: list[tuple[Entity, str, str]] = []
    for index, step in enumerate(steps):
        try:
            worked = _work_out(step, viewer)
            refs = {str(EntityRef.parse(step.source)), worked.target}
            if refs & named:
                raise Invalid(
                    f"{sorted(refs & named)[0]} stands in two operations: do one after the other.",
                    code="OPERATIONS_OVERLAP",
                )
            named |= refs
            written += _describe(worked, plan, viewer)
        except PortalError as error:
            error.path = ("operations", str(index))
            plan.refused.append(error)
    if len(plan.changes) > MAX_CHANGES:
        plan.refused.append(
            Invalid(f"That changes {len(plan.changes)} entities, {MAX_CHANGES} are allowed at once.")
        )
        return plan
    plan.files = _find_files(written, viewer)
    return plan


def _work_out(step: Step, viewer: Principal) -> Worked:
    if step.act is None:
        raise Invalid("Give one of rename, merge and transfer in each operation.")
    source = _own(step.source, viewer)
    if step.act is Act.RENAME:
        _require_change(source, viewer)
        return Worked(step, _free_name(source, step.target, viewer), [source])
    into = _own(step.target, viewer)
    if into == source:
        raise Invalid(f"{source.ref} cannot be merged or transferred to itself.")
    if step.act is Act.MERGE:
        if into.kind != source.kind:
            raise Invalid(
                f"{source.ref} is a {source.kind}, {into.ref} a {into.kind}: only like can be merged."
            )
        _require_change(source, viewer)
        _require_change(into, viewer)
        return Worked(step, into.ref, [source], into)
    if into.kind not in OWNERS:
        raise Invalid(f"{into.ref} is a {into.kind}: groups and users own.")
    owned = list(find_visible(viewer=viewer).filter(owner_ref=source.ref).order_by("ref"))
    for entity in owned:
        _require_change(entity, viewer)
    return Worked(step, into.ref, owned, into)


def _own(text: str, viewer: Principal) -> Entity:
    """The entity that has this ref itself."""
    entity = get_entity(text, viewer=viewer)
    if entity.ref != str(EntityRef.parse(text)):
        raise Invalid(f"{text} is called {entity.ref} now: write that.", code="REF_RENAMED")
    return entity


def _require_change(entity: Entity, viewer: Principal) -> None:
    if not may_overlay(viewer, entity):
        raise Denied(
            f"Only its owners and the editors of {entity.namespace} may reorganise {entity.ref}; what only "
            "trusted locations define, only administrators."
        )


def _free_name(entity: Entity, text: str, viewer: Principal) -> str:
    """The canonical ref to rename an entity to; raises where it may not have it."""
    target = EntityRef.parse(text, default_kind=entity.kind, default_namespace=entity.namespace)
    if target.kind != entity.kind.lower():
        raise Invalid(f"{entity.ref} stays a {entity.kind}: {target} is another kind.")
    if target.namespace != entity.namespace and not may_register(viewer, target.namespace):
        raise Denied(f"Only the editors of the namespace {target.namespace} may rename something into it.")
    former = FormerRef.objects.filter(ref=str(target), since__gt=timezone.now() - RESERVED)
    leads = former.exclude(why=Why.DELETED).exclude(uid=entity.uid).values("uid")
    if Entity.objects.filter(ref=str(target)).exists() or Entity.objects.filter(uid__in=leads).exists():
        raise Conflict(f"{target} is taken.", code="REF_TAKEN")
    return str(target)


def _describe(worked: Worked, plan: Reorganisation, viewer: Principal) -> list[tuple[Entity, str, str]]:
    """What the step changes, at its entities and at those with relations to them; returns what is to be
    written in files: (entity, JSON pointer, change)."""
    plan.steps.append(worked)
    target = worked.target
    if worked.step.act is Act.TRANSFER:
        plan.changes += [
            Shift(entity.ref, f"ownedBy {entity.owner_ref}", f"ownedBy {target}")
            for entity in worked.entities
        ]
        return [(entity, "/spec/owner", f"spec.owner: {target}") for entity in worked.entities]
    (entity,) = worked.entities
    plan.changes.append(Shift(entity.ref, entity.ref, target))
    written = _own_files(worked, entity)
    relations = Relation.objects.filter(target_ref=entity.ref).order_by("source__ref", "type")
    sources = find_visible(viewer=viewer).in_bulk([each.source_id for each in relations])
    for relation in relations:
        source = sources.get(relation.source_id)
        if source is None:
            continue
        plan.changes.append(Shift(source.ref, f"{relation.type} {entity.ref}", f"{relation.type} {target}"))
        pointer = "/" + relation.field.replace(".", "/") if relation.field else ""
        written.append((source, pointer, f"{relation.field}: {target} instead of {entity.ref}"))
    return written


def _own_files(worked: Worked, entity: Entity) -> list[tuple[Entity, str, str]]:
    """What is to be written in the file of the renamed or merged entity itself."""
    if worked.step.act is Act.MERGE:
        return [(entity, "", f"remove {entity.ref}")]
    target = EntityRef.parse(worked.target)
    written = [(entity, "/metadata/name", f"metadata.name: {name_in(worked.step.target)}")]
    if target.namespace != entity.namespace:
        written.append((entity, "/metadata/namespace", f"metadata.namespace: {target.namespace}"))
    return written


def name_in(text: str) -> str:
    """The name in a ref, in the letters it is written with."""
    return text.rpartition("/")[2].rpartition(":")[2]


def _find_files(written: list[tuple[Entity, str, str]], viewer: Principal) -> list[FileChange]:
    """Where each (entity, pointer, change) is to be written."""
    places = places_of([(entity, pointer) for entity, pointer, _ in written], viewer=viewer)
    return [
        FileChange(*place, entity.ref, change)
        for (entity, _, change), place in zip(written, places, strict=True)
        if place
    ]
