"""Changing the catalog: locations are registered, read again and removed; favourites are marked."""

from dataclasses import replace
from uuid import UUID

from django.db import connection

from catalog.entities.etags import require_etag
from catalog.ingestion.departures import hand_over
from catalog.ingestion.preview import Preview, preview
from catalog.ingestion.redefine import is_definition, redefine_kinds
from catalog.ingestion.rendering import stitch
from catalog.ingestion.run import Ingested, Look, documents_of, find_change, ingest, read
from catalog.ingestion.targets import look_at_new, new_location, registered, save_new, unreadable
from catalog.ingestion.write import bump_generation, lock_catalog, release, remove_entities
from catalog.kinds import read_kinds
from catalog.models import Entity, Favourite, Location
from catalog.permissions import WRITE_SCOPE, may_edit, may_manage, may_refresh, may_register, require
from catalog.refresh.polling import settle_departures, take
from catalog.refresh.turns import take_turn
from catalog.selectors import find_locations, get_entity, get_entity_by_uid, get_location
from catalog.sources import SourceError
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import Operation, operation
from portal.rest.errors import Invalid, PortalError

__all__ = [
    "documents_changed",
    "managed_location",
    "preview_location",
    "read_location",
    "refresh_entity",
    "refresh_location",
    "register_location",
    "remove_entity",
    "retarget_location",
    "set_favourite",
    "unregister_location",
]


def register_location(
    target: str, *, actor: Principal, trusted: bool = False, namespace: str = "default", root: str = ""
) -> Location:
    """Register `file:<path>` or `git:<owner>/<name>[/<path>]` and read it now.

    Descriptors that are refused are problems of the location, which is registered all the same. Raises
    Denied, Conflict where it is registered already, Invalid where the target cannot be read at all.
    """
    special = trusted or bool(root)
    _refuse_register(target, actor, namespace, special=special)
    location = new_location(target, actor=actor, namespace=namespace)
    location.trusted, location.root = trusted, root
    look = look_at_new(location)
    with operation("location.register", actor=actor, target=str(location), namespace=namespace) as now:
        _require_register(actor, namespace, special=special)
        now.detail["trusted"] = trusted
        save_new(location)
    ingest(location, found=look, actor=actor)
    return location


def preview_location(
    target: str, *, actor: Principal, trusted: bool = False, namespace: str = "default"
) -> list[Preview]:
    """What registering a location would do, ref by ref; changes nothing.

    Raises Denied and Invalid as `register_location` does; one that is registered already is previewed too,
    with the trust that it has.
    """
    with operation("location.preview", actor=actor, target=target, namespace=namespace):
        _require_register(actor, namespace, special=trusted)
        location = new_location(target, actor=actor, namespace=namespace)
        location.trusted = trusted
    try:
        return preview(registered(location, actor), viewer=actor)
    except SourceError as error:
        raise unreadable(location, error) from None


def read_location(target: str, *, actor: Principal, namespace: str = "default") -> list[str]:
    """The documents of every entity that a location declares, as they would be stored; changes nothing.

    Raises Denied, and Invalid where one of them is refused or the target cannot be read.
    """
    with operation("location.preview", actor=actor, target=target, namespace=namespace):
        _require_register(actor, namespace)
        location = new_location(target, actor=actor, namespace=namespace)
    try:
        documents, refusals = documents_of(registered(location, actor))
    except SourceError as error:
        raise unreadable(location, error) from None
    if refusals:
        first = refusals[0]
        more = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
        raise Invalid(f"{first}{more}", code=first.code, path=("target",))
    return documents


def retarget_location(uid: UUID | None, target: str, *, actor: Principal) -> Location:
    """Let a location read another target from now on; what only the former one declares goes away.

    Raises NotFound and Denied, Conflict where the target is registered already, Invalid where it cannot be
    read at all.
    """
    with operation("location.retarget", actor=actor, target=str(uid)) as now:
        location = managed_location(uid, now, actor=actor)
        _require_register(actor, location.namespace)
        other = new_location(target, actor=actor, namespace=location.namespace)
        look = look_at_new(other)
        now.detail["to"] = str(other)
        location.type, location.target, location.root, location.etag = other.type, other.target, "", ""
        save_new(location)
    ingest(location, allow_removal=True, found=look, actor=actor)
    return location


def unregister_location(uid: UUID | None, *, actor: Principal) -> None:
    """Remove a location and every entity that it alone declares. Raises NotFound and Denied."""
    with operation("location.unregister", actor=actor, target=str(uid)) as now:
        location = managed_location(uid, now, actor=actor)
        lock_catalog("unregister", source=str(location))
        kinds = read_kinds()
        gone = Entity.objects.filter(location=location)
        hand_over(location, list(gone.values_list("ref", flat=True)))
        refs = list(gone.values_list("ref", flat=True))
        targets = set(gone.values_list("relations__target_ref", flat=True)) - {None}
        gone.delete()
        location.delete()
        release(refs)
        stitch(Entity.objects.filter(ref__in=targets).values_list("pk", flat=True))
        if any(is_definition(ref) for ref in refs):
            redefine_kinds(kinds)
        now.detail["entities"] = len(refs)
        bump_generation()


def refresh_location(uid: UUID | None, *, actor: Principal, allow_removal: bool = False) -> Ingested:
    """Read a location again if it changed since it was read last. Raises NotFound and Denied.

    Nothing is read where others have had it read just now: then it is read soon.
    """
    known = find_locations(viewer=actor).filter(uid=uid).first() if uid else None
    managed = known if known and may_manage(actor, known) else None
    has_turn = allow_removal or managed is None or _has_turn(managed, actor)
    look = _find(managed, allow_removal=allow_removal) if managed and has_turn else None
    with operation("location.refresh", actor=actor, target=str(uid)) as now:
        location = managed_location(uid, now, actor=actor)
        if not has_turn:
            return Ingested()
        outcome = take(known or location, look or find_change(location), allow_removal=allow_removal)
        now.detail.update(added=outcome.added, changed=outcome.changed, removed=outcome.removed)
    settle_departures()
    return outcome


def refresh_entity(ref: str, *, actor: Principal) -> Entity:
    """Read the entity's location again if it changed, unless that was just done; the entity as it is then.

    Raises NotFound where it is missing or hidden, also where it vanished by the refresh, and Denied.
    """
    look = _find_of(ref, actor)
    with operation("entity.refresh", actor=actor, target=ref) as now:
        require_scope(actor, WRITE_SCOPE)
        entity = get_entity(ref, viewer=actor)
        now.target, now.namespace = entity.ref, entity.namespace
        require(
            may_refresh(actor, entity),
            f"{entity.ref} is refreshed by its owners, who registered it or edits {entity.namespace}.",
            actor=actor,
        )
        if entity.location and look:
            take(entity.location, look)
    settle_departures()
    return get_entity(ref, viewer=actor)


def remove_entity(uid: UUID, *, actor: Principal, expected_etag: str | None = None) -> None:
    """Delete an entity; one that its location still declares comes back when that is read next.

    Raises NotFound and Denied; Conflict where the entity is not `expected_etag` any more.
    """
    with operation("entity.remove", actor=actor, target=str(uid)) as now:
        require_scope(actor, WRITE_SCOPE)
        entity = get_entity_by_uid(uid, viewer=actor)
        now.target, now.namespace = entity.ref, entity.namespace
        require(
            may_edit(actor, entity),
            f"Only its owners and the editors of {entity.namespace} may delete {entity.ref}.",
            actor=actor,
        )
        lock_catalog("removal", actor=actor)
        if expected_etag is not None:
            require_etag(get_entity_by_uid(uid, viewer=actor), expected_etag)
        kinds = read_kinds()
        remove_entities([entity.pk])
        if is_definition(entity.ref):
            redefine_kinds(kinds)
        bump_generation()


def set_favourite(ref: str, favourite: bool, *, actor: Principal) -> Entity:
    """Mark an entity for the actor, or take the mark away. Raises NotFound, and Denied for tokens."""
    with operation("entity.favourite", actor=actor, target=ref) as now:
        require_scope(actor, WRITE_SCOPE)
        entity = get_entity(ref, viewer=actor)
        now.target, now.namespace = entity.ref, entity.namespace
        if actor.account is None:
            raise Invalid("The portal itself has no favourites.")
        if favourite:
            Favourite.objects.get_or_create(account=actor.account, entity=entity)
        else:
            Favourite.objects.filter(account=actor.account, entity=entity).delete()
        now.detail["favourite"] = favourite
    return entity


def _find(location: Location, *, allow_removal: bool = False) -> Look:
    """The location's source, looked at and read, before any transaction begins."""
    look = find_change(location)
    return read(location, replace(look, changed=True) if allow_removal else look)


def _find_of(ref: str, actor: Principal) -> Look | None:
    """The same for an entity's location; None where the actor may not refresh it, which the caller says.

    None too where it is not this request's turn.
    """
    try:
        entity = get_entity(ref, viewer=actor)
    except PortalError:
        return None
    if entity.location is None or not may_refresh(actor, entity) or not _has_turn(entity.location, actor):
        return None
    return _find(entity.location)


def _has_turn(location: Location, actor: Principal) -> bool:
    """The portal's own commands have it always."""
    return actor.account is None or take_turn(location)


def _refuse_register(target: str, actor: Principal, namespace: str, *, special: bool) -> None:
    """The denial, with its record, before a source is read for somebody who may not register it."""
    if not may_register(actor, namespace) or (special and not actor.is_admin):
        with operation("location.register", actor=actor, target=target, namespace=namespace):
            _require_register(actor, namespace, special=special)


def _require_register(actor: Principal, namespace: str, *, special: bool = False) -> None:
    require(
        may_register(actor, namespace),
        f"Only the editors of the namespace {namespace[:80]} may register a location in it.",
        actor=actor,
    )
    require(
        actor.is_admin or not special,
        "Only administrators register trusted locations and choose their root.",
        actor=actor,
    )


def managed_location(uid: UUID | None, now: Operation, *, actor: Principal) -> Location:
    """The location that an operation changes, noted as its target.

    A token without the scope of writing is refused before it is told what there is. Raises NotFound and
    Denied.
    """
    require_scope(actor, WRITE_SCOPE)
    location = get_location(uid, viewer=actor)
    now.target, now.namespace = str(location), location.namespace
    require_manage(actor, location)
    return location


def require_manage(actor: Principal, location: Location) -> None:
    require(
        may_manage(actor, location),
        f"Only who registered {location}, and the editors of {location.namespace}, may do that.",
        actor=actor,
    )


def documents_changed(name: str) -> None:
    """The search documents of this name are others than before: what was remembered of them is not shown.

    For plugins, in the transaction that changes them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_searchrevision AS r (name, revision) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET revision = r.revision + 1",
            [name],
        )
