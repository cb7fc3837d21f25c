"""The runs of sources: written down when they begin and when they end, also where they are killed."""

from datetime import timedelta

from django.db import IntegrityError
from django.utils import timezone

from catalog.models import Location, SourceRun

LEASE = timedelta(minutes=10)
"""After so long a run that has not ended was killed, and a source that was claimed is free again."""
KEPT = 100


def begin_run(location: Location) -> SourceRun:
    """A new run; older ones that never ended are marked as interrupted, the oldest are forgotten.

    Of a location that somebody removed meanwhile there is none: the run is not saved.
    """
    now = timezone.now()
    runs = SourceRun.objects.filter(location=location)
    runs.filter(finished_at=None, started_at__lt=now - LEASE).update(
        finished_at=now, outcome=SourceRun.Outcome.INTERRUPTED
    )
    oldest = runs.order_by("-id").values_list("pk", flat=True)[KEPT : KEPT + 1].first()
    if oldest is not None:
        runs.filter(pk__lte=oldest).delete()
    run = SourceRun(location=location, started_at=now)
    try:
        run.save()
    except IntegrityError:
        run.pk = None
    return run


def end_run(run: SourceRun, outcome: SourceRun.Outcome, **figures: int | str) -> None:
    """Write down how a run ended; `figures` are its counts, `error` and `revision`.

    It goes with its location where that was removed meanwhile.
    """
    saved = SourceRun.objects.filter(pk=run.pk)
    if Location.objects.filter(pk=run.location_id).exists():
        saved.update(outcome=outcome, finished_at=timezone.now(), **figures)
    else:
        saved.delete()
