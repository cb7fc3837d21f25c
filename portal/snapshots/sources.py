"""The sources that plugins added, by `<plugin>.<name>`, and the schedule each of them is run on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from portal.extension.points import Contribution
from portal.extension.schedules import Schedule
from portal.extension.snapshots import SHORTEST, SnapshotSource
from portal.extension_points import snapshot_sources

LONGEST_TURN = timedelta(minutes=1)
STALE_AFTER_TURNS = 3


def sources() -> dict[str, SnapshotSource]:
    """Every source by `<plugin>.<name>`."""
    return {f"{item.plugin}.{item.name}": item.value for item in snapshot_sources.read()}


def stale_after(source: str) -> timedelta:
    """How old data of this source may be; for an unknown source nothing is fresh."""
    found = sources().get(source)
    if found is None:
        return timedelta(0)
    return found.stale_after or STALE_AFTER_TURNS * found.every


def snapshot_schedules() -> Iterator[Contribution[Schedule]]:
    """One schedule for each source, often enough that a target waits no longer than it must."""
    for item in snapshot_sources.read():
        source, key = item.value, f"{item.plugin}.{item.name}"
        every = min(LONGEST_TURN, max(SHORTEST, source.every / 4))
        schedule = Schedule(
            f"snapshot-{item.name}", _round(key), every, source.limit, waiting=partial(_is_waiting, key)
        )
        yield Contribution(item.plugin, schedule.name, schedule, item.order)


def _is_waiting(source: str) -> bool:
    from portal.snapshots.selectors import is_round_due

    return is_round_due(source)


def _round(source: str) -> Callable[[], None]:
    def run() -> None:
        from portal.snapshots.services import refresh_due_snapshots

        refresh_due_snapshots(source)

    return run
