"""Fetches costs from each source, divides what is idle and shared, and keeps them by day."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.plugin_api import Failed, SnapshotSource
from portal.plugin_api.http import IntegrationError, RateLimited

from . import aws, demo, focus, opencost
from .charges import Charge, by_day, divided
from .keeping import begin_keeping, forget_other_days, keep_day, sum_months
from .matching import entities_meant, known_names, match_names
from .models import Cost, MonthlyCost
from .selectors import source_states
from .settings import DEMO, CostSource, CostsSettings, current_settings

Reader = Callable[..., Iterator[Charge]]
READERS: dict[str, Reader] = {"opencost": opencost.charges, "focus": focus.charges, "aws": aws.charges}
# OpenCost computes days from its Prometheus, which forgets: what it said of a day stays, but for the last.
FORGETFUL = ("opencost",)
SETTLED_AFTER = timedelta(days=3)


def costs_source(settings: CostsSettings) -> SnapshotSource:
    """The snapshots of sources: when they were read, how much it was, how much of it is nobody's."""
    return SnapshotSource(
        "sources",
        targets=lambda: [source.name for source in current_settings().sources],
        fetch=fetch,
        every=settings.every,
        batch=1,
        limit=timedelta(minutes=30),
    )


def fetch(names: Sequence[str]) -> dict[str, Any]:
    """Read each source again for the last days, and answer what is worth knowing of it."""
    settings = current_settings()
    sources = {source.name: source for source in settings.sources}
    forget(settings)
    answers: dict[str, Any] = {}
    for name in names:
        if name in sources:
            try:
                answers[name] = _read(sources[name], settings)
            except RateLimited as error:
                answers[name] = Failed(str(error), timedelta(seconds=error.retry_after))
            except IntegrationError as error:
                answers[name] = Failed(str(error))
    return answers


def forget(settings: CostsSettings) -> None:
    """Costs of sources that are gone, and whole months that are too old."""
    names = [source.name for source in settings.sources]
    oldest = (timezone.now().date() - timedelta(days=settings.keep_days)).replace(day=1)
    with transaction.atomic():
        Cost.objects.exclude(source__in=names, day__gte=oldest).delete()
        MonthlyCost.objects.exclude(source__in=names, month__gte=oldest).delete()


def _read(source: CostSource, settings: CostsSettings) -> dict[str, Any]:
    last = timezone.now().date() - timedelta(days=1)
    how = _how(source, settings)
    first = _first_to_read(source, last - timedelta(days=settings.days - 1), how)
    reader = demo.charges if source.address == DEMO else READERS[source.kind]
    days = by_day(reader(source, first, last, seconds=settings.seconds))
    names = {name for amounts in days.values() for name, *_ in amounts if name}
    meant = entities_meant(known_names() | names, settings)
    rows, total, nobodys = 0, Decimal(0), Decimal(0)
    with transaction.atomic():
        begin_keeping(source)
        if source.kind not in FORGETFUL:
            forget_other_days(source, first, last, days)
        for day in sorted(days):
            amounts = divided(days.pop(day), idle=settings.split_idle, shared=settings.split_shared)
            rows, total = rows + len(amounts), total + sum(amounts.values())
            nobodys += sum(amount for (name, *_), amount in amounts.items() if not name)
            if first <= day <= last:
                keep_day(source, day, amounts, meant)
        sum_months(source, first, last)
    match_names(meant)
    return {
        "first": str(first), "last": str(last), "currency": source.currency, "rows": rows,
        "total": str(total), "unallocated": str(nobodys), "how": how,
    }  # fmt: skip


def _first_to_read(source: CostSource, first: date, how: str) -> date:
    """The first of all days, or of what forgets the first that may say something else than it did."""
    taken = source_states().get(source.name)
    if source.kind not in FORGETFUL or not taken or not taken.data or taken.data.get("how") != how:
        return first
    newest = Cost.objects.filter(source=source.name).aggregate(newest=Max("day"))["newest"]
    return max(first, newest - SETTLED_AFTER) if newest else first


def _how(source: CostSource, settings: CostsSettings) -> str:
    """What decides on what becomes of an answer: where it is another, all days are read again."""
    asked = (*astuple(replace(source, token="", secret_key="")), settings.split_idle, settings.split_shared)
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
