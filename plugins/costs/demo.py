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
# Of so many things: invented costs are for looking at, and ten thousand things are two million rows.
MOST = 1000
# What happened: from this many days ago, a component costs so many times as much.
HAPPENED = {"booking-engine": (6, 1.9), "ais-receiver": (20, 1.4)}


def charges(source: CostSource, first: date, last: date, *, seconds: float) -> Iterator[Charge]:
    """What is read from the invented file, in the same way as from any other."""
    kinds = current_settings().kinds
    some = find_entities(EntityQuery(kind=kinds), viewer=SYSTEM).order_by("ref")[:MOST]
    names = list(some.values_list("name", flat=True))
    yield from focus.read(source, focus_lines(names, source, first, last), first, last)


def focus_lines(names: list[str], source: CostSource, first: date, last: date) -> Iterator[str]:
    """A FOCUS file of these days: each name with a few services, something idle, something nobody's."""
    yield ",".join(COLUMNS) + "\n"
    things = [_Thing(source, name) for name in dict.fromkeys(names)]
    for back in range((last - first).days, -1, -1):
        day = last - timedelta(days=back)
        start, total = f"{day}T00:00:00Z", 0.0
        for thing in things:
            amount = thing.base * _pace(day, thing.seed) * _happened(thing.name, back)
            for share, rest in thing.services:
                total += amount * share
                yield f"{start},{amount * share:.6f},{rest}"
        for cluster in ("harbour", "island"):
            rest = _rest(source, "Compute", cluster, {"portal/idle": "true", "cluster": cluster})
            yield f"{start},{total * 0.08:.6f},{rest}"
        yield f"{start},{total * 0.03:.6f},{_rest(source, 'Support', '', {})}"


class _Thing:
    """What is the same every day of something that costs: `services` are shares with the end of a line."""

    def __init__(self, source: CostSource, name: str) -> None:
        self.name = name
        self.seed = zlib.crc32(name.encode())
        self.base = 1 + self.seed % 37
        cluster = ("harbour", "island")[self.seed % 2]
        tags = {source.key: name, "cluster": cluster}
        some = SERVICES[: 1 + self.seed % len(SERVICES)]
        self.services = [(share, _rest(source, service, cluster, tags)) for service, share in some]


def _rest(source: CostSource, service: str, cluster: str, tags: dict[str, str]) -> str:
    """The end of a line, after its amount."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow((source.currency, service, cluster, json.dumps(tags)))
    return text.getvalue()


def _pace(day: date, seed: int) -> float:
    weekend = 0.8 if day.weekday() >= 5 else 1.0
    return weekend * (1 + 0.03 * math.sin(day.toordinal() + seed))


def _happened(name: str, back: int) -> float:
    since, times = HAPPENED.get(name, (0, 1.0))
    return times if back < since else 1.0
