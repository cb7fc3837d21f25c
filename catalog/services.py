"""Changing the catalog: locations are registered, read again and removed; favourites are marked."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from catalog.ingestion import Ingested, Preview, documents_of, has_changed, ingest, preview
from catalog.kinds import read_kinds
from catalog.models import Entity, Favourite, Location
from catalog.permissions import WRITE_SCOPE, may_edit, may_manage, may_register, require
from catalog.redefine import is_definition, redefine_kinds
from catalog.refs import LocationRef, is_namespace
from catalog.selectors import find_locations, get_entity, get_entity_by_uid, get_location
from catalog.sources import LOCATION_TYPES, SourceError, open_source
from catalog.tree import entry_paths
from catalog.write import bump_generation, lock_catalog, release, remove_entities, stitch
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.rest.errors import Conflict, Invalid

__all__ = [
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
    with operation("location.register", actor=actor, target=target, namespace=namespace) as now:
        _require_register(actor, namespace, special=trusted or bool(root))
        location = _new_location(target, actor=actor, namespace=namespace)
        location.trusted, location.root = trusted, root
        now.target = str(location)
        now.detail["trusted"] = trusted
        _check_readable(location)
        _save(location)
    ingest(location, actor=actor)
    return location


def preview_location(target: str, *, actor: Principal, namespace: str = "default") -> list[Preview]:
    """What registering a location would do, ref by ref; changes nothing.

    Raises Denied and Invalid as `register_location` does; one that is registered already is previewed too.
    """
    with operation("location.preview", actor=actor, target=target, namespace=namespace):
        _require_register(actor, namespace)
        location = _new_location(target, actor=actor, namespace=namespace)
    try:
        return preview(_registered(location, actor))
    except SourceError as error:
        raise _unreadable(location, error) from None


def read_location(target: str, *, actor: Principal, namespace: str = "default") -> list[str]:
    """The documents of every entity that a location declares, as they would be stored; changes nothing.

    Raises Denied, and Invalid where one of them is refused or the target cannot be read.
    """
    with operation("location.preview", actor=actor, target=target, namespace=namespace):
        _require_register(actor, namespace)
        location = _new_location(target, actor=actor, namespace=namespace)
    try:
        documents, refusals = documents_of(_registered(location, actor))
    except SourceError as error:
        raise _unreadable(location, error) from None
    if refusals:
        first = refusals[0]
        more = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
        raise Invalid(f"{first}{more}", code=first.code, path=("target",))
    return documents


def retarget_location(uid: UUID, target: str, *, actor: Principal) -> Location:
    """Let a location read another target from now on; what only the former one declares goes away.

    Raises NotFound and Denied, Conflict where the target is registered already, Invalid where it cannot be
    read at all.
    """
    with operation("location.retarget", actor=actor, target=str(uid)) as now:
        require_scope(actor, WRITE_SCOPE)
        location = get_location(uid, viewer=actor)
        now.target, now.namespace = str(location), location.namespace
        _require_manage(actor, location)
        _require_register(actor, location.namespace)
        other = _new_location(target, actor=actor, namespace=location.namespace)
        _check_readable(other)
        now.detail["to"] = str(other)
        location.type, location.target, location.root, location.etag = other.type, other.target, "", ""
        _save(location)
    ingest(location, allow_removal=True, actor=actor)
    return location


def unregister_location(uid: UUID, *, actor: Principal) -> None:
    """Remove a location and every entity that comes from it. Raises NotFound and Denied."""
    with operation("location.unregister", actor=actor, target=str(uid)) as now:
        require_scope(actor, WRITE_SCOPE)
        location = get_location(uid, viewer=actor)
        now.target, now.namespace = str(location), location.namespace
        _require_manage(actor, location)
        lock_catalog("unregister", source=str(location))
        kinds = read_kinds()
        gone = Entity.objects.filter(location=location)
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


def refresh_location(location: Location, *, actor: Principal, allow_removal: bool = False) -> Ingested:
    """Read a location again if it changed since it was read last. Raises Denied."""
    name, namespace = str(location), location.namespace
    with operation("location.refresh", actor=actor, target=name, namespace=namespace) as now:
        _require_manage(actor, location)
        outcome = _refresh(location, allow_removal=allow_removal)
        now.detail.update(added=outcome.added, changed=outcome.changed, removed=outcome.removed)
    return outcome


def refresh_entity(ref: str, *, actor: Principal) -> Entity:
    """Read the entity's location again if it changed; the entity as it is then.

    Raises NotFound where it is missing or hidden, also where it vanished by the refresh, and Denied.
    """
    with operation("entity.refresh", actor=actor, target=ref) as now:
        require_scope(actor, WRITE_SCOPE)
        entity = get_entity(ref, viewer=actor)
        now.target, now.namespace = entity.ref, entity.namespace
        require(
            may_edit(actor, entity),
            f"Only its owners and the editors of {entity.namespace} may refresh {entity.ref}.",
            actor=actor,
        )
        if entity.location is not None:
            _refresh(entity.location, allow_removal=False)
    return get_entity(ref, viewer=actor)


def remove_entity(uid: UUID, *, actor: Principal) -> None:
    """Delete an entity; one that its location still declares comes back when that is read next.

    Raises NotFound and Denied.
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
        remove_entities([entity.pk])
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


def _registered(location: Location, actor: Principal) -> Location:
    """The location as it is registered, or as it would be."""
    same = find_locations(viewer=actor).filter(type=location.type, target=location.target)
    return same.first() or location


def _save(location: Location) -> None:
    try:
        with transaction.atomic():
            location.save()
    except IntegrityError:
        raise Conflict(
            f"The location {location} is registered already. Refresh it instead.",
            code="LOCATION_EXISTS",
            path=("target",),
        ) from None


def _refresh(location: Location, *, allow_removal: bool) -> Ingested:
    if not allow_removal and not has_changed(location):
        return Ingested()
    return ingest(location, allow_removal=allow_removal)


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


def _require_manage(actor: Principal, location: Location) -> None:
    require(
        may_manage(actor, location),
        f"Only who registered {location}, and the editors of {location.namespace}, may do that.",
        actor=actor,
    )


def _new_location(target: str, *, actor: Principal, namespace: str) -> Location:
    """The location, not saved, after every check that needs no reading."""
    parsed = LocationRef.parse(target)
    if parsed.type not in LOCATION_TYPES:
        known = " and ".join(f"{each}:" for each in LOCATION_TYPES)
        raise Invalid(
            f"{parsed.type}: is not read here. Write {known}.", code="UNKNOWN_LOCATION_TYPE", path=("target",)
        )
    if not is_namespace(namespace):
        raise Invalid(f"{namespace[:80]!r} is not a namespace.", code="INVALID_NAME", path=("namespace",))
    where = _file_target(parsed.target, actor) if parsed.type == "file" else parsed.target.strip("/")
    return Location(type=parsed.type, target=where, namespace=namespace, registered_by=actor.label)


def _check_readable(location: Location) -> None:
    """A target that cannot be read at all is a mistake of who registers it, not a problem to keep."""
    try:
        source = open_source(location)
        source.read(entry_paths(source)[0])
    except SourceError as error:
        raise _unreadable(location, error) from None


def _unreadable(location: Location, error: SourceError) -> Invalid:
    return Invalid(f"{location}: {error.message}", code=error.code, path=("target",))


def _file_target(target: str, actor: Principal) -> str:
    """The absolute path; the operator's command may name any, everybody else one inside of the roots."""
    path = Path(target)
    if actor.is_system:
        return str(path.resolve())
    roots = [root.resolve() for root in settings.CATALOG_ROOTS]
    resolved = path.resolve() if path.is_absolute() and ".." not in path.parts else None
    if resolved is None or not any(resolved.is_relative_to(root) for root in roots):
        raise Invalid(
            f"file:{target[:200]} is not inside of a folder that catalogs may be registered from. "
            "An administrator adds folders with PORTAL_CATALOG_ROOTS.",
            code="OUTSIDE_ROOT",
            path=("target",),
        )
    return str(resolved)
