"""Changing what the catalog says without the descriptor: overlays are set and removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson
from django.utils import timezone

from catalog.entities.derive import without_identity
from catalog.entities.etags import require_etag
from catalog.entities.findings import Refused
from catalog.entities.validation import check
from catalog.ingestion.candidates import Candidate, candidate_of
from catalog.ingestion.declared import replace_problems
from catalog.ingestion.placeholders import within_limits
from catalog.ingestion.plan import Plan
from catalog.ingestion.present import Known
from catalog.ingestion.redefine import redefine_kinds
from catalog.ingestion.write import bump_generation, lock_catalog, write_entities
from catalog.kinds import DEFINITION, all_kinds, current_kinds
from catalog.models import Entity, Overlay
from catalog.permissions import may_overlay, require
from catalog.provenance.overlays import (
    MAX_OVERLAYS,
    Unfit,
    grouped,
    lay,
    parse_target,
    print_pointer,
    unfit_finding,
)
from catalog.selectors import get_entity
from portal.accounts.principal import Principal
from portal.audit.services import Operation, operation
from portal.rest.errors import Invalid, NotFound

MAX_REASON = 1000
UNSAID = object()
"""No value, where null is one."""


def set_overlay(
    ref: str, *, path: str, value: Any, reason: str, actor: Principal, expected_etag: str | None = None
) -> Entity:
    """Let `value` stand at `path` (a JSON pointer) of an entity, whatever its descriptor says; None takes the
    field out. Setting a path again replaces what was set there.

    Raises NotFound and Denied; Conflict where the entity is not `expected_etag` any more; Invalid where the
    path is not one to overlay, or the entity would not be a valid one: then nothing is changed.
    """
    with operation("overlay.set", actor=actor, target=ref) as now:
        entity, generation = _begin(ref, actor, now)
        pointer = parse_target(path)
        text = text_of(value)
        now.detail.update(path=print_pointer(pointer), reason=reason[:MAX_REASON])
        check_reason(reason)
        require_etag(entity, expected_etag)
        overlay = new_overlay(entity, print_pointer(pointer), text, reason, actor)
        replace_overlay(entity, overlay.path, overlay, generation)
        bump_generation()
    return get_entity(ref, viewer=actor)


def remove_overlay(ref: str, *, path: str, actor: Principal) -> Entity:
    """Let the descriptor have its say again at `path`. Raises NotFound, Denied, and Invalid where the entity
    would not be a valid one, because another overlay needs this one."""
    with operation("overlay.remove", actor=actor, target=ref) as now:
        entity, generation = _begin(ref, actor, now)
        pointer = print_pointer(parse_target(path))
        now.detail["path"] = pointer
        replace_overlay(entity, pointer, None, generation)
        bump_generation()
    return get_entity(ref, viewer=actor)


def check_reason(reason: str) -> None:
    """Raises Invalid."""
    if not reason.strip() or len(reason) > MAX_REASON or "\x00" in reason:
        raise Invalid(f"Say why, in at most {MAX_REASON} characters.", path=("reason",))


def new_overlay(entity: Entity, path: str, text: str, reason: str, actor: Principal) -> Overlay:
    """An overlay that is not written yet."""
    overlay = Overlay(entity_uid=entity.uid, path=path, value=text)
    overlay.reason, overlay.author, overlay.at = reason.strip(), actor.label, timezone.now()
    return overlay


def _begin(ref: str, actor: Principal, now: Operation) -> tuple[Entity, int]:
    """The entity as it is while no other writer may change it, and the generation of the change."""
    entity = get_entity(ref, viewer=actor)
    now.target, now.namespace = entity.ref, entity.namespace
    require(may_overlay(actor, entity), not_yours(entity), actor=actor)
    generation = lock_catalog("overlay")
    require_kind(entity)
    return get_entity(ref, viewer=actor), generation


def not_yours(entity: Entity) -> str:
    """Why somebody may not overlay an entity."""
    return (
        f"Only its owners and the editors of {entity.namespace} may overlay {entity.ref}; what only trusted "
        "locations define, only administrators."
    )


def require_kind(entity: Entity) -> None:
    """Raises Invalid where an entity cannot be checked any more."""
    if entity.kind.lower() not in all_kinds():
        raise Invalid(f"Nobody defines the kind {entity.kind} any more.", code="UNKNOWN_KIND", path=("ref",))


def text_of(value: Any) -> str:
    """A value as it is kept. Raises Invalid where there is none, or it is none to keep."""
    if value is UNSAID:
        raise Invalid("Say the value; null takes the field out.", path=("value",))
    try:
        return orjson.dumps(within_limits(value)).decode()
    except Refused as error:
        raise Invalid(error.finding.message, code=error.finding.code, path=("value",)) from None
    except TypeError as error:
        raise Invalid(f"The value cannot be kept as JSON: {error}.", path=("value",)) from None


@dataclass(frozen=True)
class Laid:
    """An entity as it will be with another overlay at a path, or with none there."""

    entity: Entity
    path: str
    overlay: Overlay | None
    candidate: Candidate
    unfit: tuple[Unfit, ...]


def replace_overlay(entity: Entity, path: str, overlay: Overlay | None, generation: int) -> None:
    """Put an overlay in the place of the one at a path, or only take that away; write what follows."""
    before = grouped(Overlay.objects.filter(entity_uid=entity.uid)).get(entity.uid, [])
    write_laid([lay_other(entity, path, overlay, before)], generation)


def lay_other(entity: Entity, path: str, overlay: Overlay | None, before: Sequence[Overlay]) -> Laid:
    """What replacing the overlay at a path makes of an entity, which has those of `before`; writes nothing.

    Raises NotFound where there is none to take away, Invalid where the entity would not be a valid one.
    """
    others = [each for each in before if each.path != path]
    if overlay is None and len(others) == len(before):
        raise NotFound(f"{entity.ref} has no overlay at {path}.", code="OVERLAY_NOT_FOUND", path=("path",))
    after = grouped([*others, overlay] if overlay else others).get(entity.uid, [])
    if len(after) > MAX_OVERLAYS:
        raise Invalid(f"{entity.ref} has {MAX_OVERLAYS} overlays already: mend its descriptor.")
    base = orjson.loads(entity.declared) if entity.declared else without_identity(entity.content)
    document, unfit = lay(base, after)
    _refuse_unfit(base, document, before, unfit, overlay)
    candidate = candidate_of(entity, document, orjson.dumps(base).decode() if after else None)
    return Laid(entity, path, overlay, candidate, tuple(unfit))


def write_laid(laid: Sequence[Laid], generation: int) -> None:
    """Write overlays, and what follows from them, of entities whose catalog the caller has locked."""
    for path, each in groupby(sorted(laid, key=lambda one: one.path), key=lambda one: one.path):
        Overlay.objects.filter(path=path, entity_uid__in=[one.entity.uid for one in each]).delete()
    Overlay.objects.bulk_create(one.overlay for one in laid if one.overlay)
    by_place = sorted(laid, key=lambda one: one.entity.location_id or 0)
    for _, together in groupby(by_place, key=lambda one: one.entity.location_id):
        ones = list(together)
        plan = Plan(changed=[(one.candidate, _known(one.entity)) for one in ones])
        write_entities(ones[0].entity.location, plan, generation)
    if any(one.entity.kind == DEFINITION for one in laid):
        redefine_kinds(current_kinds())
    for one in laid:
        if one.entity.location is not None:
            findings = [unfit_finding(each, one.entity.ref) for each in one.unfit]
            replace_problems(one.entity.location, one.entity.ref, "OVERLAY_UNFIT", findings)


def _known(entity: Entity) -> Known:
    return Known(entity.pk, entity.uid, entity.hash, entity.orphan, entity.location_id, "", entity.declared)


def _refuse_unfit(
    base: dict[str, Any],
    document: dict[str, Any],
    before: Sequence[Overlay],
    unfit: Sequence[Unfit],
    overlay: Overlay | None,
) -> None:
    """Raise where the change makes an overlay unfit that was not, or brings a mistake that was not there."""
    known = {each.overlay.path for each in lay(base, before)[1]} - {overlay.path if overlay else None}
    for each in unfit:
        if each.overlay.path not in known:
            whose = "This overlay" if each.overlay is overlay else f"The overlay at {each.overlay.path}"
            raise Invalid(f"{whose} does not fit: {each.why}", code="OVERLAY_UNFIT", path=("value",))
    present = {mistake.message for mistake in check(base).mistakes}
    for mistake in check(document).mistakes:
        if overlay and mistake.message not in present:
            raise Invalid(mistake.message, code=mistake.code, path=("value",))
