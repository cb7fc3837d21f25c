"""Overlaying one field of many entities: looked at first, then all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import prefetch_related_objects

from catalog.entities.etags import require_etag
from catalog.entities.refs import EntityRef, InvalidRef
from catalog.ingestion.write import bump_generation, lock_catalog
from catalog.models import Entity, Overlay
from catalog.permissions import WRITE_SCOPE, overlayable
from catalog.provenance.overlay_services import (
    Laid,
    check_reason,
    lay_other,
    new_overlay,
    not_yours,
    require_kind,
    text_of,
    write_laid,
)
from catalog.provenance.overlays import grouped, parse_target, print_pointer, value_at
from catalog.selectors import get_entities_by_refs
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation, record
from portal.rest.errors import Denied, Invalid, NotFound, PortalError

MAX_ENTITIES = 100


@dataclass(frozen=True)
class Wanted:
    """The value that an entity is to have; None takes the field out."""

    ref: str
    value: Any
    expected_etag: str | None = None


@dataclass(frozen=True)
class Planned:
    """What becomes of one entity: a change of its field, or the reason why there is none."""

    ref: str
    before: Any = None
    after: Any = None
    refused: PortalError | None = None
    laid: Laid | None = None


def preview_overlays(wanted: Sequence[Wanted], *, path: str, viewer: Principal) -> list[Planned]:
    """What `set_overlays` would do to each, in their order; changes nothing. Raises Invalid."""
    require_scope(viewer, WRITE_SCOPE)
    return _plan(wanted, path, "preview", viewer)


def set_overlays(wanted: Sequence[Wanted], *, path: str, reason: str, actor: Principal) -> list[Planned]:
    """Let a value stand at one path of many entities, each its own; all of them or, where one is refused,
    none. Raises what refuses the first of them, and Invalid."""
    with operation("overlay.set_many", actor=actor, target=path) as now:
        require_scope(actor, WRITE_SCOPE)
        check_reason(reason)
        generation = lock_catalog("overlay")
        planned = _plan(wanted, path, reason, actor)
        refused = next((each.refused for each in planned if each.refused), None)
        if refused:
            raise refused
        write_laid([each.laid for each in planned if each.laid], generation)
        now.detail.update(path=path, reason=reason, entities=len(planned))
        for each in planned:
            detail = {"path": path, "reason": reason}
            record("overlay.set", actor=actor, target=each.ref, detail=detail)
        bump_generation()
    return planned


def _plan(wanted: Sequence[Wanted], path: str, reason: str, actor: Principal) -> list[Planned]:
    pointer = parse_target(path)
    if not 0 < len(wanted) <= MAX_ENTITIES:
        raise Invalid(f"Name 1 to {MAX_ENTITIES} entities.", code="TOO_MANY_REFS", path=("values",))
    asked = {_canonical(each.ref): each for each in wanted}
    if len(asked) < len(wanted):
        raise Invalid("Name each entity once.", path=("values",))
    entities = get_entities_by_refs(asked, actor)
    prefetch_related_objects(list(entities.values()), "location")
    allowed = overlayable(actor, list(entities.values()))
    uids = [entity.uid for entity in entities.values()]
    overlays = grouped(Overlay.objects.filter(entity_uid__in=uids))
    planned = []
    for ref, each in asked.items():
        entity = entities.get(ref)
        try:
            if entity is None:
                raise NotFound(f"There is no entity {ref}.", code="ENTITY_NOT_FOUND")
            if ref not in allowed:
                raise Denied(not_yours(entity))
            require_kind(entity)
            require_etag(entity, each.expected_etag)
            overlay = new_overlay(entity, print_pointer(pointer), text_of(each.value), reason, actor)
            laid = lay_other(entity, overlay.path, overlay, overlays.get(entity.uid, []))
            planned.append(Planned(ref, _at(entity, pointer), orjson.loads(overlay.value), laid=laid))
        except PortalError as error:
            planned.append(Planned(ref, refused=error))
    return planned


def _canonical(ref: str) -> str:
    try:
        return str(EntityRef.parse(ref))
    except InvalidRef as error:
        raise Invalid(str(error), code="INVALID_REF", path=("values",)) from None


def _at(entity: Entity, pointer: Sequence[str]) -> Any:
    try:
        return value_at(entity.content, pointer)
    except LookupError:
        return None
