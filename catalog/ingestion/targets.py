"""From what somebody writes as a target to a location: read as far as can be done without any right."""

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import IntegrityError, transaction

from catalog.entities.refs import NAME_FORM, LocationRef, is_name, is_namespace
from catalog.ingestion.run import Look
from catalog.ingestion.tree import entry_paths
from catalog.models import Location
from catalog.selectors import find_locations
from catalog.sources import SourceError, location_types, open_source
from catalog.sources.github_target import read_organisation
from catalog.sources.plugged import check_plugged_target, plugged_sources
from catalog.sources.remote_git import read_target
from portal.accounts.principal import Principal
from portal.integrations.errors import IntegrationError
from portal.integrations.forges import read_page
from portal.integrations.outbound import check_url
from portal.rest.errors import Conflict, Invalid


def registered(location: Location, actor: Principal) -> Location:
    """The location as it is registered, or as it would be."""
    same = find_locations(viewer=actor).filter(type=location.type, target=location.target)
    return same.first() or location


def find_registered(target: str, *, viewer: Principal) -> Location | None:
    """The location that is registered for what somebody writes as a target. Raises Invalid."""
    location = registered(new_location(target, actor=viewer, namespace="default"), viewer)
    return location if location.pk else None


def save_new(location: Location) -> None:
    try:
        with transaction.atomic():
            location.save()
    except IntegrityError:
        raise Conflict(
            f"The location {location} is registered already. Refresh it instead.",
            code="LOCATION_EXISTS",
            path=("target",),
        ) from None


def new_location(target: str, *, actor: Principal, namespace: str) -> Location:
    """The location, not saved, after every check that needs no reading."""
    parsed = LocationRef.parse(target)
    if parsed.type not in location_types():
        known = ", ".join(f"{each}:" for each in location_types())
        raise Invalid(
            f"{parsed.type}: is not read here. Write one of {known}.",
            code="UNKNOWN_LOCATION_TYPE",
            path=("target",),
        )
    if not is_namespace(namespace):
        raise Invalid(f"{namespace[:80]!r} is not a namespace.", code="INVALID_NAME", path=("namespace",))
    if parsed.type == "file":
        parsed = LocationRef("file", _file_target(parsed.target, actor))
    else:
        parsed = _web_target(parsed)
    return Location(type=parsed.type, target=parsed.target, namespace=namespace, registered_by=actor.label)


def _web_target(parsed: LocationRef) -> LocationRef:
    """The target in its one spelling; a page of a forge that shows no single file is its repository."""
    try:
        if parsed.type == "url":
            page = read_page(parsed.target)
            if page and ("*" in page.path or not page.is_file):
                place = f"@{quote(page.ref, safe='')}/{page.path}" if page.ref else ""
                return LocationRef("git", f"{page.clone_url}{place}".rstrip("/"))
            kept = parsed.target.partition("#")[0]
            return LocationRef("url", kept if not page or page.forge == "azure" else kept.partition("?")[0])
        if parsed.type in plugged_sources():
            check_plugged_target(parsed.type, parsed.target)
            return parsed
        if parsed.type == "push" and not is_name(parsed.target):
            raise SourceError("INVALID_NAME", f"{parsed.target[:80]!r} is no name: use {NAME_FORM}.")
        if parsed.type in ("github-discovery", "github-org"):
            check_url(read_organisation(parsed.target).organisation)
        elif parsed.type == "backstage":
            check_url(parsed.target)
        elif "://" in parsed.target:
            read_target(parsed.target)
    except (IntegrationError, SourceError) as error:
        raise Invalid(str(error), code=error.code, path=("target",)) from None
    return LocationRef(parsed.type, parsed.target.strip("/"))


def look_at_new(location: Location) -> Look:
    """The source, looked at. A target that cannot be read at all is a mistake of who registers it, not a
    problem to keep; it is read before any transaction begins."""
    try:
        source = open_source(location, look=True)
        for path in entry_paths(source)[:1]:
            source.read(path)
    except SourceError as error:
        raise unreadable(location, error) from None
    return Look(True, source)


def unreadable(location: Location, error: SourceError) -> Invalid:
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
