"""Who may have a source of another host read now: however many ask, it is asked once in a while.

Requests and webhooks come as often as somebody likes. The first is served at once; what comes within
`PORTAL_CATALOG_REFRESH_SECONDS` of the last look is served together, by one look when that time is over.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, Q
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils import timezone

from catalog.models import Location
from catalog.refresh.pace import is_remote
from catalog.refresh.wake import wake_workers


def take_turn(location: Location) -> bool:
    """Whether its source may be asked now for somebody; else it will be, soon, and nobody waits for that."""
    if not is_remote(location):
        return True
    now = timezone.now()
    rested = Q(last_attempt_at=None) | Q(last_attempt_at__lte=now - _pause())
    if Location.objects.filter(rested, pk=location.pk).update(last_attempt_at=now):
        return True
    ask_soon([location.pk])
    return False


def ask_soon(keys: Iterable[int]) -> None:
    """Let these locations be looked at as soon as they have rested, and let a worker know."""
    rested = ExpressionWrapper(F("last_attempt_at") + _pause(), output_field=DateTimeField())
    soonest = Greatest(Now(), Coalesce(rested, Now()))
    waiting = Location.objects.filter(pk__in=list(keys), next_attempt_at__gt=soonest)
    if not waiting.update(next_attempt_at=soonest) or connection.in_atomic_block:
        return
    last = Location.objects.filter(pk__in=list(keys)).aggregate(last=Max("next_attempt_at"))["last"]
    wake_workers(max(0.0, (last - timezone.now()).total_seconds()))


def _pause() -> timedelta:
    return timedelta(seconds=settings.CATALOG_REFRESH_SECONDS)
