"""Deciding about removals that wait: approved by who has seen how many, or dismissed."""

from uuid import UUID

from catalog.ingestion.removals import keep_held, remove_held
from catalog.models import Location, PendingRemoval
from catalog.services import managed_location
from portal.accounts.principal import Principal
from portal.audit.services import Operation, operation
from portal.rest.errors import Conflict, NotFound


def approve_removal(uid: UUID | None, count: int, *, actor: Principal) -> Location:
    """Remove the entities that a location declares no longer and that wait for approval.

    `count` is how many whoever approves has seen: where others are waiting by now, Conflict. Raises
    NotFound and Denied too.
    """
    with operation("location.approve_removal", actor=actor, target=str(uid)) as now:
        pending = _pending(uid, actor, now)
        if len(pending.refs) != count:
            raise Conflict(
                f"{len(pending.refs)} entities wait for removal by now, not {count}. Look at them again.",
                code="REMOVAL_CHANGED",
                path=("count",),
            )
        now.detail["refs"] = pending.refs
        now.detail["entities"] = remove_held(pending)
    return pending.location


def dismiss_removal(uid: UUID | None, *, actor: Principal) -> Location:
    """Keep the entities that wait for approval, as orphans. Raises NotFound and Denied."""
    with operation("location.dismiss_removal", actor=actor, target=str(uid)) as now:
        pending = _pending(uid, actor, now)
        keep_held(pending)
        now.detail["entities"] = len(pending.refs)
    return pending.location


def _pending(uid: UUID | None, actor: Principal, now: Operation) -> PendingRemoval:
    location = managed_location(uid, now, actor=actor)
    pending = PendingRemoval.objects.select_for_update().filter(location=location, dismissed=False).first()
    if pending is None:
        raise NotFound(f"Nothing of {location} waits for removal.", code="NO_REMOVAL_PENDING", path=("id",))
    return pending
