"""How locations are doing as sources: their state, their runs, and what waits for somebody's word."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from catalog.entities.refs import namespace_of
from catalog.models import Location, PendingRemoval, SourceRun
from catalog.permissions import hidden_namespaces
from catalog.refresh.pace import is_stale
from catalog.refresh.runs import LEASE
from portal.accounts.principal import Principal

STATES = {
    "OK": "Read, and nothing is wrong.",
    "RUNNING": "Being read at this moment.",
    "WAITING": "A large removal waits for approval.",
    "FAILING": "The last look failed; the last error says why.",
    "STALE": "Not read for so long that what it says may be wrong.",
}


def state_of(location: Location, *, running: bool, waiting: bool) -> str:
    """One of STATES; what matters most where several hold."""
    if running:
        return "RUNNING"
    if is_stale(location):
        return "STALE"
    if location.last_error:
        return "FAILING"
    return "WAITING" if waiting else "OK"


def running_locations(locations: Iterable[Location]) -> dict[int, bool]:
    """Whether each is being read, by primary key; one statement. A run past its lease was killed."""
    keys = [location.pk for location in locations]
    live = SourceRun.objects.filter(
        location__in=keys, finished_at=None, started_at__gt=timezone.now() - LEASE
    ).values_list("location_id", flat=True)
    return dict.fromkeys(live, True)


def pending_removals(locations: Sequence[Location], *, viewer: Principal) -> dict[int, PendingRemoval]:
    """What waits for approval, by the location's primary key; one statement, or two.

    `viewer` must be whoever loaded the locations; refs that they may not see are left out of `refs`.
    """
    keys = [location.pk for location in locations]
    found = {
        row.location_id: row for row in PendingRemoval.objects.filter(location__in=keys, dismissed=False)
    }
    hidden = hidden_namespaces(viewer) if found else frozenset()
    for row in found.values():
        row.visible_refs = [ref for ref in row.refs if namespace_of(ref) not in hidden]
    return found


def runs_by_location(locations: Sequence[Location]) -> dict[int, list[SourceRun]]:
    """The runs that are kept of each location, the newest first, by primary key; one statement.

    The locations must be those that the viewer was shown.
    """
    found: dict[int, list[SourceRun]] = {location.pk: [] for location in locations}
    for run in SourceRun.objects.filter(location__in=list(found)).order_by("-id"):
        found[run.location_id].append(run)
    return found
