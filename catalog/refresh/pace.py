"""When a source is looked at again: after its interval, later after failures, a little at random."""

import random
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from catalog.models import Location
from catalog.sources.plugged import plugged_sources

WEBHOOK_TRUSTED = timedelta(days=7)
"""A host that told of a change within this time is believed to tell of the next."""
LONGEST_BACKOFF = 3600.0
JITTER = 0.1


def is_remote(location: Location) -> bool:
    """Whether looking at it means calling another system; the others are looked at every time."""
    remote = ("url", "github-discovery", "github-org", "backstage", *plugged_sources())
    return location.type in remote or "://" in location.target


def next_attempt(
    location: Location, *, failures: int = 0, wait: float = 0, rest: float | None = None
) -> datetime | None:
    """When to look again after this look; `wait` is what its host asked for, in seconds.

    `rest` is given where only a part was read: the seconds until the next one.

    None for what is looked at at every turn (files, the embedded git host) or never (push).
    """
    if not is_remote(location):
        return None
    if _was_told(location) and not wait:
        return timezone.now() + timedelta(seconds=settings.CATALOG_REFRESH_SECONDS)
    seconds = float(_interval(location)) if rest is None else rest
    if failures:
        seconds = min(seconds * 2.0 ** min(failures, 10), max(LONGEST_BACKOFF, seconds))
    seconds = max(seconds, wait) * random.uniform(1, 1 + 2 * JITTER)  # noqa: S311 - no secret
    return timezone.now() + timedelta(seconds=seconds)


def is_stale(location: Location) -> bool:
    """Whether it was not read for so long that what it says may be wrong; pushed sources never are."""
    if location.type == "push":
        return False
    last = location.last_success_at or location.created_at
    return timezone.now() - last > timedelta(seconds=settings.CATALOG_STALE_SECONDS)


def _was_told(location: Location) -> bool:
    """Whether its host told of a change while it was being looked at, which the look may not have seen."""
    told = Location.objects.filter(pk=location.pk).exclude(webhook_at=None)
    return told.exclude(webhook_at=location.webhook_at).exists()


def _interval(location: Location) -> int:
    many = location.type == "backstage" or location.type.startswith("github-")
    interval: int = settings.CATALOG_DISCOVERY_SECONDS if many else settings.CATALOG_REMOTE_POLL_SECONDS
    if location.webhook_at and timezone.now() - location.webhook_at < WEBHOOK_TRUSTED:
        return max(interval, settings.CATALOG_WEBHOOK_POLL_SECONDS)
    return interval
