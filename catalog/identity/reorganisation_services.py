"""Doing a reorganisation: all of it in one transaction, one generation and one audit record, or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from catalog.entities.derive import without_identity
from catalog.entities.refs import EntityRef
from catalog.identity.aliases import Why, with_name
from catalog.identity.renames import carry_rights, follow
from catalog.identity.reorganisation import Act, Reorganisation, Step, Worked, name_in, plan_reorganisation
from catalog.ingestion.candidates import candidate_of
from catalog.ingestion.plan import Plan
from catalog.ingestion.present import Known
from catalog.ingestion.rebuild import follow_names
from catalog.ingestion.write import bump_generation, lock_catalog, write_entities
from catalog.models import Descriptor, Entity, FormerRef, Problem
from catalog.permissions import WRITE_SCOPE
from catalog.provenance.overlay_services import MAX_REASON, new_overlay, replace_overlay
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.rest.errors import Denied, Invalid


def reorganise(steps: Sequence[Step], *, reason: str, actor: Principal) -> Reorganisation:
    """Rename, merge and transfer, whatever the descriptors say; returns what was done and the files to mend.

    Raises what `plan_reorganisation` finds refused (all of it in `causes`); then nothing is changed.
    """
    with operation("catalog.reorganise", actor=actor, target=f"{len(steps)} operations") as now:
        require_scope(actor, WRITE_SCOPE)
        if not reason.strip() or len(reason) > MAX_REASON or "\x00" in reason:
            raise Invalid(f"Say why, in at most {MAX_REASON} characters.", path=("reason",))
        generation = lock_catalog("reorganisation")
        plan = plan_reorganisation(steps, viewer=actor)
        if plan.refused:
            first: Any = next((each for each in plan.refused if isinstance(each, Denied)), plan.refused[0])
            first.causes = tuple(plan.refused)
            raise first
        for worked in plan.steps:
            _do(worked, reason=reason.strip(), actor=actor, generation=generation)
        now.detail = {"reason": reason, "operations": [[str(s.act), s.source, s.target] for s in steps]}
        bump_generation()
    return plan


def _do(worked: Worked, *, reason: str, actor: Principal, generation: int) -> None:
    match worked.step.act:
        case Act.RENAME:
            _rename(worked, generation)
        case Act.MERGE:
            _merge(worked, generation)
        case Act.TRANSFER:
            for entity in worked.entities:
                _transfer(entity, worked.target, reason=reason, actor=actor, generation=generation)


def _rename(worked: Worked, generation: int) -> None:
    (entity,) = worked.entities
    target, name = EntityRef.parse(worked.target), name_in(worked.step.target)
    document = with_name(without_identity(entity.content), target.namespace, name)
    declared = None
    if entity.declared:
        declared = with_name(orjson.loads(entity.declared), target.namespace, name)
    text = orjson.dumps(declared).decode() if declared else None
    candidate = replace(candidate_of(entity, document, text), ref=str(target))
    plan = Plan(changed=[(candidate, _known(entity))], renamed={str(target): entity.ref})
    write_entities(entity.location, plan, generation)
    FormerRef.objects.filter(ref=entity.ref).update(pinned=True)
    Descriptor.objects.filter(location=entity.location_id, ref=str(target)).delete()
    Descriptor.objects.filter(location=entity.location_id, ref=entity.ref).update(ref=str(target))
    Problem.objects.filter(location=entity.location_id, ref=entity.ref).update(
        ref=str(target), namespace=target.namespace
    )
    follow(plan)


def _merge(worked: Worked, generation: int) -> None:
    (entity,), into = worked.entities, worked.into
    assert into is not None
    write_entities(entity.location, Plan(removed={entity.ref: _known(entity)}), generation)
    FormerRef.objects.filter(ref=entity.ref).update(why=Why.MERGED, pinned=True)
    FormerRef.objects.filter(uid=entity.uid).update(uid=into.uid)
    carry_rights({into.ref: entity.ref})
    follow_names([entity.ref])


def _transfer(entity: Entity, owner: str, *, reason: str, actor: Principal, generation: int) -> None:
    overlay = new_overlay(entity, "/spec/owner", orjson.dumps(owner).decode(), reason, actor)
    replace_overlay(entity, overlay.path, overlay, generation)


def _known(entity: Entity) -> Known:
    return Known(entity.pk, entity.uid, entity.hash, entity.orphan, entity.location_id, "", entity.declared)
