"""Fetches costs from each source, divides what is idle and shared, and keeps them by day."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.plugin_api import Failed, SnapshotSource
from portal.plugin_api.http import IntegrationError, RateLimited

from . import aws, demo, focus, opencost
from .charges import Charge, divided
from .matching import match_names
from .models import Cost
from .settings import DEMO, CostSource, CostsSettings, current_settings

Reader = Callable[..., Iterator[Charge]]
READERS: dict[str, Reader] = {"opencost": opencost.charges, "focus": focus.charges, "aws": aws.charges}
ROWS_AT_ONCE = 2000


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
    """Costs of sources that are gone, and those that are too old."""
    Cost.objects.exclude(source__in=[source.name for source in settings.sources]).delete()
    Cost.objects.filter(day__lt=timezone.now().date() - timedelta(days=settings.keep_days)).delete()


def _read(source: CostSource, settings: CostsSettings) -> dict[str, Any]:
    last = timezone.now().date() - timedelta(days=1)
    first = last - timedelta(days=settings.days - 1)
    reader = demo.charges if source.address == DEMO else READERS[source.kind]
    charges = list(reader(source, first, last, seconds=settings.seconds))
    rows = divided(charges, idle=settings.split_idle, shared=settings.split_shared)
    keep(source, rows, first, last)
    match_names(settings)
    total = sum((charge.amount for charge in charges), Decimal(0))
    nobodys = sum((row.amount for row in rows if not row.name), Decimal(0))
    return {
        "first": str(first), "last": str(last), "currency": source.currency, "rows": len(rows),
        "total": str(total), "unallocated": str(nobodys),
    }  # fmt: skip


def keep(source: CostSource, charges: Iterable[Charge], first: date, last: date) -> None:
    """Put these charges in the place of everything that the source said of these days."""
    rows = [
        Cost(
            source=source.name, day=each.day, name=each.name[:300], cluster=each.cluster[:200],
            service=each.service[:200], part=each.part.value, amount=each.amount, currency=source.currency,
        )
        for each in charges
        if first <= each.day <= last
    ]  # fmt: skip
    with transaction.atomic():
        Cost.objects.filter(source=source.name, day__range=(first, last)).delete()
        Cost.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
