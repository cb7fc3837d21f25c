"""Saying that a location may define every kind, or no longer."""

from uuid import UUID

from catalog.ingestion.run import ingest
from catalog.models import Location
from catalog.permissions import require
from catalog.services import managed_location
from portal.accounts.principal import Principal
from portal.audit.services import operation


def trust_location(uid: UUID | None, trusted: bool, *, actor: Principal) -> Location:
    """Let a location define every kind, or no longer, and read it anew. Raises NotFound and Denied.

    What it may not define any more leaves the catalog; where that is much, it waits for approval.
    """
    with operation("location.trust", actor=actor, target=str(uid)) as now:
        location = managed_location(uid, now, actor=actor)
        require(actor.is_admin, "Only administrators say which locations are trusted.", actor=actor)
        now.detail["trusted"] = trusted
        changed = location.trusted != trusted
        location.trusted, location.etag = trusted, ""
        location.save(update_fields=["trusted", "etag"])
    if changed:
        ingest(location, actor=actor)
    return location
