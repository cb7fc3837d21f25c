"""Keeping the history short: what is older than its retention goes, a little at a time."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from catalog.history.models import Change, Event, FormerRef, Horizon
from catalog.history.selectors import LAST, position_at
from catalog.identity.aliases import RETURNS

BATCH = 5000

PRUNE = """
    DELETE FROM catalog_event WHERE id IN (
        SELECT id FROM catalog_event WHERE id <= %s ORDER BY id LIMIT %s
    )
"""


def prune_history() -> int:
    """Remove what is older than PORTAL_HISTORY_DAYS, in transactions of 5,000 events that lock nobody out.

    Returns how many events went. A feed that had not come so far is told CURSOR_EXPIRED.
    """
    gone = FormerRef.objects.filter(why=FormerRef.Why.DELETED)
    gone.filter(since__lt=timezone.now() - RETURNS).delete()
    if not settings.HISTORY_DAYS:
        return 0
    since = timezone.now() - timedelta(days=settings.HISTORY_DAYS)
    old = Event.objects.filter(id__lte=position_at(since) or LAST)
    last: int | None = old.aggregate(last=Max("id"))["last"]
    if last is None:
        return 0
    with transaction.atomic():
        # Said before anything goes: a reader never gets a page with a hole in it.
        Horizon.objects.update_or_create(pk=1, defaults={"pruned_through": last, "since": since})
    removed = 0
    while count := _prune_batch(last):
        removed += count
    Change.objects.filter(at__lt=since).delete()
    return removed


def _prune_batch(last: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PRUNE, [last, BATCH])
        return int(cursor.rowcount)
