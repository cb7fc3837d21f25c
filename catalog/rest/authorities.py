"""What Backstage's permissions of the catalog mean here, for `POST /api/permission/authorize`."""

from collections.abc import Collection, Sequence

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.models import Entity
from catalog.permissions import READ_SCOPE, WRITE_SCOPE, editable, may_register, refreshable
from catalog.selectors import find_visible
from portal.accounts.authorizing import Decisions, OfResources
from portal.accounts.principal import Principal

NAMESPACE = "default"
"""The namespace that Backstage's clients register locations for."""


def _visible(viewer: Principal, refs: Sequence[str]) -> dict[str, Entity]:
    """The entities that a viewer may know of, by the refs as they were written."""
    asked: dict[str, str] = {}
    for ref in refs:
        try:
            asked[ref] = str(EntityRef.parse(ref))
        except InvalidRef:
            continue
    rows = find_visible(viewer=viewer).select_related("location").filter(ref__in=set(asked.values()))
    found = {entity.ref: entity for entity in rows}
    return {ref: found[folded] for ref, folded in asked.items() if folded in found}


def readable(viewer: Principal, refs: Sequence[str]) -> Collection[str]:
    return _visible(viewer, refs).keys()


def _deletable(viewer: Principal, refs: Sequence[str]) -> Collection[str]:
    found = _visible(viewer, refs)
    allowed = editable(viewer, list(found.values()))
    return {ref for ref, entity in found.items() if entity.ref in allowed}


def _refreshable(viewer: Principal, refs: Sequence[str]) -> Collection[str]:
    found = _visible(viewer, refs)
    allowed = refreshable(viewer, list(found.values()))
    return {ref for ref, entity in found.items() if entity.ref in allowed}


def _reads(viewer: Principal) -> bool:
    return viewer.has_scope(READ_SCOPE)


def _writes(viewer: Principal) -> bool:
    return viewer.has_scope(WRITE_SCOPE)


def _registers(viewer: Principal) -> bool:
    return may_register(viewer, NAMESPACE)


DECISIONS: Decisions = {
    "catalog.entity.read": OfResources(readable),
    "catalog.entity.delete": OfResources(_deletable),
    "catalog.entity.refresh": OfResources(_refreshable),
    "catalog.entity.create": _registers,
    "catalog.entity.validate": _reads,
    "catalog.location.read": _reads,
    "catalog.location.create": _registers,
    "catalog.location.analyze": _registers,
    "catalog.location.delete": _writes,
}
"""Each location says for itself who may delete it; a basic permission cannot."""
