"""Looking at sources by themselves: those of this machine at every turn, others when their time has come."""

import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, Max, Q
from django.utils import timezone

from catalog.ingestion.departures import remove_departed
from catalog.ingestion.run import Ingested, Look, find_change, ingest
from catalog.models import Departure, Location
from catalog.refresh.pace import next_attempt
from catalog.refresh.runs import LEASE

logger = logging.getLogger(__name__)

BATCH = 10
LOCAL = Q(next_attempt_at=None) & ~Q(type="push")


def poll_local() -> None:
    """Look at every file and repository of this machine and read those that changed."""
    some_depart = Exists(Departure.objects.all())
    locations = list(
        Location.objects.filter(LOCAL).annotate(some_depart=some_depart).order_by("last_attempt_at", "id")
    )
    if look_at(locations) or any(location.some_depart for location in locations):
        remove_departed()


def poll_due() -> int:
    """Look at the other sources whose time has come, until none is left; returns how many those were.

    Several workers may do this at once: each takes a few at a time. What a killed one had taken is due
    again after the lease.
    """
    done = 0
    while batch := _claim():
        look_at(batch)
        done += len(batch)
    if done:
        remove_departed()
    return done


def settle_departures() -> None:
    """Look whether sources of this machine have what has just left another; what no source has goes.

    Where sources are elsewhere, that is decided when they were looked at in their turn.
    """
    last = Departure.objects.aggregate(last=Max("since"))["last"]
    if last:
        look_at(Location.objects.filter(LOCAL, last_success_at__lt=last))
        remove_departed()


def count_due() -> int:
    return Location.objects.filter(next_attempt_at__lte=timezone.now()).count()


def look_at(locations: Iterable[Location]) -> int:
    """Read those that changed, and return how many; that the others did not is written in one statement.

    A location that fails in a way nobody foresaw does not keep the others from their turn.
    """
    unchanged, read = [], 0
    for location in locations:
        try:
            look = find_change(location)
            if look.changed:
                read += 1
                logger.info("read %s: %s", location, ingest(location, found=look))
            else:
                unchanged.append(_seen(location, failed=look.error is not None, wait=look.wait))
        except Exception:
            logger.exception("reading %s failed", location)
    if unchanged:
        fields = ["last_attempt_at", "last_success_at", "failures", "next_attempt_at"]
        Location.objects.bulk_update(unchanged, fields)
    return read


def take(location: Location, look: Look, *, allow_removal: bool = False) -> Ingested:
    """Bring one location's look into the catalog; where nothing changed, that it was seen."""
    if look.changed:
        return ingest(location, allow_removal=allow_removal, found=look)
    _seen(location, failed=look.error is not None, wait=look.wait).save(
        update_fields=["last_attempt_at", "last_success_at", "failures", "next_attempt_at"]
    )
    return Ingested(error=look.error.message if look.error else "")


def _seen(location: Location, *, failed: bool, wait: float) -> Location:
    """The location after a look that found nothing new; not saved."""
    failed = failed or bool(location.last_error)  # as it was when it was read
    location.last_attempt_at = timezone.now()
    location.failures = location.failures + 1 if failed else 0
    if not failed:
        location.last_success_at = location.last_attempt_at
    location.next_attempt_at = next_attempt(location, failures=location.failures, wait=wait)
    return location


def _claim() -> list[Location]:
    """Take some of what is due, by moving its time behind the lease."""
    now = timezone.now()
    with transaction.atomic():
        due = Location.objects.select_for_update(skip_locked=True).filter(next_attempt_at__lte=now)
        batch = list(due.order_by("next_attempt_at")[:BATCH])
        keys = [location.pk for location in batch]
        Location.objects.filter(pk__in=keys).update(next_attempt_at=now + LEASE)
    return batch
