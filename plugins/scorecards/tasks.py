"""Scheduled work of the scorecards plugin."""

from datetime import timedelta

from django.utils import timezone

from portal.plugin_api import settings_of

from .apps import ScorecardsSettings
from .judging import judge_everything
from .models import FactChange, Tally, VerdictChange


def judge() -> None:
    """Judge everything by every scorecard."""
    judge_everything()


def tidy() -> None:
    """Forget what is older than is to be kept, but for each fact what it was then."""
    until = timezone.now() - timedelta(days=settings_of(ScorecardsSettings).keep_days)
    VerdictChange.objects.filter(at__lt=until).delete()
    Tally.objects.filter(day__lt=until.date()).delete()
    latest = FactChange.objects.order_by("entity_uid", "fact", "-at", "-pk").distinct("entity_uid", "fact")
    FactChange.objects.filter(at__lt=until).exclude(pk__in=latest.values("pk")).delete()
