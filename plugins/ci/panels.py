"""What the plugin shows: an entity's builds in short and whole, what fails of a team's or of the viewer's."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from django.utils import timezone

from portal.plugin_api import (
    Block,
    Empty,
    HomePanel,
    Line,
    Link,
    Panel,
    Principal,
    Series,
    Slot,
    Stat,
    Status,
    Table,
    TeamPanel,
    Text,
    load_one,
)
from portal.plugin_api.catalog import Entity

from . import demo
from .github import SOURCE
from .models import Run
from .repositories import KINDS, repository_of
from .selectors import Builds, Pipeline, builds_by_entity, level_of, owned_builds, owned_builds_by_group
from .settings import current_settings

SHOWN = 12
RUNS_SHOWN = 40
OF_LAST = 10
Points = tuple[tuple[datetime, float | None], ...]
WORDS = {"success": "Passing", "failure": "Failing", "": "Nothing ran yet"}


class _OfBuilt(Panel):
    def applies_to(self, entity: Entity) -> bool:
        return entity.kind in KINDS

    def as_of(self, entity: Entity, *, viewer: Principal) -> datetime | None:
        builds = load_one(builds_by_entity, entity, viewer)
        return builds.as_of if builds else None

    def made_from(self, entity: Entity) -> Iterable[tuple[str, str]]:
        settings = current_settings()
        repository = repository_of(entity, settings)
        hosts = {each.host.lower() for each in settings.githubs}
        return [(SOURCE, repository)] if repository.partition("/")[0] in hosts else []


class BuildsPanel(_OfBuilt):
    """The last word of each pipeline."""

    title = "Builds"
    slot = Slot.OVERVIEW
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        builds = load_one(builds_by_entity, entity, viewer)
        if builds is None:
            return
        yield _state(builds)
        if builds.pipelines:
            yield Table(
                ("Pipeline", "Last", "Ran", "Took", "Succeed"),
                tuple(_pipeline_row(each) for each in builds.pipelines[:SHOWN]),
            )


class CiPanel(_OfBuilt):
    """Duration and success over time, and the last runs of every branch."""

    title = "CI"
    slot = Slot.TAB
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        builds = load_one(builds_by_entity, entity, viewer)
        if builds is None:
            return
        yield _state(builds)
        if not builds.runs:
            yield Empty("Nothing ran yet", f"No run of {builds.repository} is known.")
            return
        yield from _over_time("Duration", "s", _durations, builds)
        yield from _over_time(f"Succeed, of the last {OF_LAST}", "%", _successes, builds)
        yield Table(
            ("Run", "State", "Pipeline", "Branch", "Commit", "Ran", "Took"),
            tuple(_run_row(run) for run in builds.runs[:RUNS_SHOWN]),
        )


class TeamFailingPanel(TeamPanel):
    """What fails of what a team owns."""

    title = "Failing builds"
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        yield from _failing(load_one(owned_builds_by_group, entity, viewer) or [])


class FailingPanel(HomePanel):
    """What fails of what the viewer owns, themselves or through their groups."""

    title = "Failing in what you own"
    order = 30

    def blocks(self, *, viewer: Principal) -> Iterator[Block]:
        yield from _failing(owned_builds(viewer))


def _state(builds: Builds) -> Status:
    names = ", ".join(each.name for each in builds.failing)
    why = [names, builds.problem, demo.NOTICE if builds.is_invented else ""]
    word = WORDS.get(builds.last_status, builds.last_status.capitalize())
    return Status(word, builds.level, ". ".join(filter(None, why)) or None)


def _pipeline_row(pipeline: Pipeline) -> tuple[str | Link | Status, ...]:
    last = pipeline.last
    rate = pipeline.success_rate
    return (
        Link(last.url, pipeline.name) if last.url else pipeline.name,
        Status(last.get_status_display(), level_of(last.status)),
        _ago(last.started_at),
        _duration(last.seconds),
        "" if rate is None else f"{rate:.0%} of {sum(run.says_something for run in pipeline.runs)}",
    )


def _run_row(run: Run) -> tuple[str | Link | Status, ...]:
    title = run.title or run.key
    return (
        Link(run.url, title) if run.url else title,
        Status(run.get_status_display(), level_of(run.status)),
        run.pipeline,
        run.branch,
        run.commit[:8],
        _ago(run.started_at),
        _duration(run.seconds),
    )


def _over_time(
    title: str, unit: str, points: Callable[[Pipeline], Points], builds: Builds
) -> Iterator[Block]:
    lines = tuple(Line(each.name, told) for each in builds.pipelines if (told := points(each)))
    if lines:
        yield Series(title, lines, unit=unit)


def _durations(pipeline: Pipeline) -> Points:
    """Oldest first; what was cancelled or skipped says nothing of how long it takes."""
    telling = [run for run in reversed(pipeline.runs) if run.says_something and run.seconds is not None]
    return tuple((run.started_at, run.seconds) for run in telling)


def _successes(pipeline: Pipeline) -> Points:
    """At every run, oldest first, the share of the last few up to it that succeeded."""
    telling = [run for run in reversed(pipeline.runs) if run.says_something]
    well = [run.status == Run.Status.SUCCESS for run in telling]
    points = []
    for end, run in enumerate(telling, 1):
        few = well[max(end - OF_LAST, 0) : end]
        points.append((run.started_at, round(100 * sum(few) / len(few), 1)))
    return tuple(points)


def _failing(known: Sequence[tuple[Entity, Builds]]) -> Iterator[Block]:
    if not known:
        return
    bad = [(entity, builds) for entity, builds in known if builds.failing]
    if not bad:
        yield Empty("Nothing fails", f"The builds of {len(known)} are watched.")
        return
    rows = tuple(
        (
            Link(f"/catalog/{entity.namespace}/{entity.kind.lower()}/{entity.name}", entity.name),
            ", ".join(each.name for each in builds.failing),
            _ago(min(each.failing_since for each in builds.failing)),
        )
        for entity, builds in bad[:SHOWN]
    )
    yield Table(("Component", "Fails", "Since"), rows)
    if len(bad) > SHOWN:
        yield Stat("And more", str(len(bad) - SHOWN))
    if any(builds.is_invented for _, builds in bad):
        yield Text(demo.NOTICE)


def _ago(at: datetime) -> str:
    seconds = max((timezone.now() - at).total_seconds(), 0)
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {word}{'' if count == 1 else 's'} ago"
    return "just now"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
