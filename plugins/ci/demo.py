"""Invented runs for the address `demo:`, so that a portal without a CI has something to show.

They are made from the repository's name and the time alone, and what shows them says that they are invented.
"""

import zlib
from datetime import UTC, datetime, timedelta

from .models import Run
from .services import RunSeen

NOTICE = "Invented for the demo company: no CI is connected."
KEY = "demo-"
EVERY = timedelta(hours=7)
RUNS = 24
PIPELINES = (("build", 260), ("security", 95))
FAILING = ("payment-gateway", "ship-sync", "ticket-printer", "timetable-editor")
TITLES = (
    "Bump dependencies",
    "Fix a rounding of fares",
    "Faster start",
    "Refactor the tests",
    "Clearer errors",
)


def runs_of(repository: str) -> list[RunSeen]:
    """The last runs of two pipelines; of some repositories the newest build failed."""
    latest = int(datetime.now(UTC).timestamp() // EVERY.total_seconds())
    fails = repository.rpartition("/")[2] in FAILING
    return [
        _run(repository, pipeline, seconds, number, _has_failed(repository, pipeline, number, latest, fails))
        for pipeline, seconds in PIPELINES
        for number in range(latest - RUNS, latest)
    ]


def forget(repository: str) -> None:
    """Once there is something real, nothing invented stands beside it."""
    Run.objects.filter(subject=repository, key__startswith=KEY).delete()


def _has_failed(repository: str, pipeline: str, number: int, latest: int, fails: bool) -> bool:
    if number == latest - 1:
        return fails and pipeline == "build"
    return _seed(repository, pipeline, number) % 11 == 0


def _seed(*parts: object) -> int:
    return zlib.crc32(" ".join(map(str, parts)).encode())


def _run(repository: str, pipeline: str, seconds: int, number: int, failed: bool) -> RunSeen:
    seed = _seed(repository, pipeline, number)
    started = datetime.fromtimestamp(number * EVERY.total_seconds() + seed % 9000, UTC)
    pace = (0.5 + _seed(repository) % 100 / 60) * (0.85 + seed % 40 / 100) * (0.5 if failed else 1)
    return RunSeen(
        subject=repository,
        key=f"{KEY}{pipeline}-{number}",
        pipeline=pipeline,
        status=Run.Status.FAILURE if failed else Run.Status.SUCCESS,
        started_at=started,
        finished_at=started + timedelta(seconds=seconds * pace),
        branch="main",
        commit=f"{seed:08x}",
        title=TITLES[seed % len(TITLES)],
    )
