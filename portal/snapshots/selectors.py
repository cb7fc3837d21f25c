"""Reads snapshots: for panels and fields many targets at once, always with their age."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Now
from django.utils import timezone

from portal.database import ask
from portal.database.prepared import Parameter, Prepared
from portal.extension_points import snapshot_sources
from portal.snapshots.models import Snapshot
from portal.snapshots.sources import LONGEST_TURN, stale_after

TAKEN = """
    SELECT source, target, data::text, taken_at, error FROM "snapshots_snapshot"
     WHERE source = ANY (%s) AND target = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of a target: `data` (None until the first fetch), its age, and what went wrong lately."""

    data: Any
    as_of: datetime | None
    stale: bool
    error: str


def snapshots_by_target(source: str, targets: Iterable[str]) -> dict[str, Taken]:
    """What `source` (`<plugin>.<name>`) knows of these targets, in one statement.

    Targets are names to the portal: that the viewer may see what they stand for is the caller's to know.
    """
    return snapshots_by_source([source], targets)[source]


def snapshots_by_source(sources: Sequence[str], targets: Iterable[str]) -> dict[str, dict[str, Taken]]:
    """The same of several sources that have the same targets, in one statement; an entry for each source."""
    found: dict[str, dict[str, Taken]] = {source: {} for source in sources}
    limits = {source: stale_after(source) for source in sources}
    now = timezone.now()
    for source, target, data, taken_at, error in ask(TAKEN, [list(sources), list(targets)]):
        is_stale = taken_at is None or now - taken_at > limits[source]
        found[source][target] = Taken(data and orjson.loads(data), taken_at, is_stale, error)
    return found


_pulses: list[Callable[[], int]] = []
_looked: dict[str, tuple[list[int], float]] = {}


def targets_follow(pulse: Callable[[], int]) -> None:
    """Name a number that changes with what targets are made of, as the catalog does."""
    _pulses[:] = [pulse]


DUE = Prepared(
    lambda: Snapshot.objects.filter(source=Parameter("source", "text"), due_at__lte=Now()).values_list("pk")[
        :1
    ]
)


def is_round_due(source: str) -> bool:
    """Whether something is to be fetched, or there may be other targets than at the last round."""
    now, pulse = time.monotonic(), [read() for read in _pulses]
    looked = _looked.get(source)
    known = looked and looked[0] == pulse and now - looked[1] < LONGEST_TURN.total_seconds()
    if known and not DUE(source=source):
        return False
    _looked[source] = (pulse, now)
    return True


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source of a plugin is doing: its targets, how many of them were never fetched, how many fail now,
    with one reason and when the first is tried again; the oldest and the newest data."""

    plugin: str
    name: str
    targets: int = 0
    waiting: int = 0
    failing: int = 0
    error: str = ""
    next_try: datetime | None = None
    oldest: datetime | None = None
    newest: datetime | None = None


def states_of_sources() -> list[SourceState]:
    """Every source that plugins added, also those with no target yet, by name; one statement."""
    fails = Q(failures__gt=0)
    rows = Snapshot.objects.values("source").annotate(
        targets=Count("pk"),
        waiting=Count("pk", filter=Q(taken_at=None, failures=0)),
        failing=Count("pk", filter=fails),
        last_error=Max("error", filter=fails),
        next_try=Min("due_at", filter=fails),
        oldest=Min("taken_at"),
        newest=Max("taken_at"),
    )
    known = {row.pop("source"): row | {"error": row.pop("last_error") or ""} for row in rows}
    items = sorted(snapshot_sources.read(), key=lambda item: (item.plugin, item.name))
    return [
        SourceState(item.plugin, item.name, **known.get(f"{item.plugin}.{item.name}", {})) for item in items
    ]
