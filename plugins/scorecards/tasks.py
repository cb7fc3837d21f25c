"""Scheduled work of the scorecards plugin."""

import time
from datetime import timedelta

from django.utils import timezone

from portal.plugin_api import settings_of

from .apps import ScorecardsSettings
from .judging import judge_everything
from .models import FactChange, Tally, VerdictChange
from .news import is_news

REST = 4
"""After judging because of news no news is looked for so many times as long as that took."""


class _Rest:
    """Until when this process looks for no news."""

    until = 0.0


def judge() -> None:
    """Judge everything by every scorecard."""
    judge_everything()


def judge_news() -> None:
    """Judge everything where that would say more than the last time."""
    began = time.monotonic()
    if began >= _Rest.until and is_news():
        judge_everything()
        _Rest.until = time.monotonic() + REST * (time.monotonic() - began)


def tidy() -> None:
    """Forget what is older than is to be kept, but for each fact what it was then."""
    until = timezone.now() - timedelta(days=settings_of(ScorecardsSettings).keep_days)
    VerdictChange.objects.filter(at__lt=until).delete()
    Tally.objects.filter(day__lt=until.date()).delete()
    latest = FactChange.objects.order_by("entity_uid", "fact", "-at", "-pk").distinct("entity_uid", "fact")
    FactChange.objects.filter(at__lt=until).exclude(pk__in=latest.values("pk")).delete()
