"""Invented costs of the demo company: a FOCUS file, made from the names of its components and the days."""

import csv
import io
import json
import math
import zlib
from collections.abc import Iterator
from datetime import date, timedelta

from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import EntityQuery, find_entities

from . import focus
from .charges import Charge
from .settings import CostSource, current_settings

NOTICE = "Invented for the demo company: no source of costs is connected."
COLUMNS = ("ChargePeriodStart", "BilledCost", "BillingCurrency", "ServiceName", "SubAccountName", "Tags")
SERVICES = (("Compute", 1.0), ("Database", 0.6), ("Network", 0.15))
# What happened: from this many days ago, a component costs so many times as much.
HAPPENED = {"booking-engine": (6, 1.9), "ais-receiver": (20, 1.4)}


def charges(source: CostSource, first: date, last: date, *, seconds: float) -> Iterator[Charge]:
    """What is read from the invented file, in the same way as from any other."""
    kinds = current_settings().kinds
    refs = (
        find_entities(EntityQuery(kind=kinds), viewer=SYSTEM).order_by("ref").values_list("name", flat=True)
    )
    yield from focus.read(source, io.StringIO(focus_csv(list(refs), source, first, last)), first, last)


def focus_csv(names: list[str], source: CostSource, first: date, last: date) -> str:
    """A FOCUS file of these days: each name with a few services, something idle, something nobody's."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for back in range((last - first).days, -1, -1):
        day = last - timedelta(days=back)
        start = f"{day}T00:00:00Z"
        total = 0.0
        for name in dict.fromkeys(names):
            seed = zlib.crc32(name.encode())
            cluster = ("harbour", "island")[seed % 2]
            for service, share in SERVICES[: 1 + seed % len(SERVICES)]:
                amount = (1 + seed % 37) * share * _pace(day, seed) * _happened(name, back)
                total += amount
                tags = json.dumps({source.key: name, "cluster": cluster})
                writer.writerow((start, f"{amount:.6f}", source.currency, service, cluster, tags))
        for cluster in ("harbour", "island"):
            idle = json.dumps({"portal/idle": "true", "cluster": cluster})
            writer.writerow((start, f"{total * 0.08:.6f}", source.currency, "Compute", cluster, idle))
        writer.writerow((start, f"{total * 0.03:.6f}", source.currency, "Support", "", "{}"))
    return text.getvalue()


def _pace(day: date, seed: int) -> float:
    weekend = 0.8 if day.weekday() >= 5 else 1.0
    return weekend * (1 + 0.03 * math.sin(day.toordinal() + seed))


def _happened(name: str, back: int) -> float:
    since, times = HAPPENED.get(name, (0, 1.0))
    return times if back < since else 1.0
