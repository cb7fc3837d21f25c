"""Reading runs: always for a viewer, always for many entities at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from statistics import median
from typing import Literal

from django.db.models import BooleanField, ExpressionWrapper, F, Q, Window
from django.db.models.functions import RowNumber

from portal.plugin_api import Principal
from portal.plugin_api.catalog import Entity, owned_by_team, owned_by_viewer
from portal.plugin_api.prepared import Parameter, Prepared
from portal.plugin_api.snapshots import Taken, snapshots_by_target

from .github import SOURCE
from .models import Run
from .repositories import subjects_of
from .settings import current_settings

Level = Literal["ok", "warning", "error", "unknown"]
OF_EACH_PIPELINE = 30
ON_BRANCH = ExpressionWrapper(Q(branch__among=Parameter("branches", "text[]")), BooleanField())
PLACE = Window(RowNumber(), partition_by=(F("subject"), F("pipeline"), ON_BRANCH), order_by="-started_at")
NEWEST_RUNS = Prepared(
    lambda: (
        Run.objects.filter(subject__among=Parameter("subjects", "text[]"))
        .annotate(place=PLACE)
        .filter(place__lte=OF_EACH_PIPELINE)
    )
)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The runs of a pipeline on the branches that count, newest first."""

    name: str
    runs: tuple[Run, ...]

    @property
    def last(self) -> Run:
        """The newest that says whether it works, else the newest."""
        return next((each for each in self.runs if each.says_something), self.runs[0])

    @property
    def failing_since(self) -> datetime:
        """When the first run began that failed after the last that went well."""
        telling = [each for each in self.runs if each.says_something]
        failed = list(takewhile(lambda run: run.status == Run.Status.FAILURE, telling))
        return (failed or self.runs)[-1 if failed else 0].started_at

    @property
    def success_rate(self) -> float | None:
        """From 0 to 1, of the runs that say something."""
        telling = [each.status == Run.Status.SUCCESS for each in self.runs if each.says_something]
        return sum(telling) / len(telling) if telling else None

    @property
    def median_seconds(self) -> float | None:
        """Of the runs that succeeded."""
        took = [each.seconds for each in self.runs if each.status == Run.Status.SUCCESS]
        known = [seconds for seconds in took if seconds is not None]
        return median(known) if known else None


@dataclass(frozen=True, slots=True)
class Builds:
    """What is known of an entity's builds.

    `runs` are of every branch, newest first; `problem` is why the repository could not be asked lately.
    """

    repository: str
    pipelines: tuple[Pipeline, ...]
    runs: tuple[Run, ...]
    as_of: datetime | None
    problem: str
    is_invented: bool

    @property
    def failing(self) -> tuple[Pipeline, ...]:
        return tuple(each for each in self.pipelines if each.last.status == Run.Status.FAILURE)

    @property
    def last_status(self) -> str:
        """`failure` where the last word of any pipeline is a failure; "" where none has said anything."""
        if self.failing:
            return Run.Status.FAILURE.value
        if any(each.last.status == Run.Status.SUCCESS for each in self.pipelines):
            return Run.Status.SUCCESS.value
        return str(self.pipelines[0].last.status) if self.pipelines else ""

    @property
    def level(self) -> Level:
        return level_of(self.last_status)

    @property
    def last_run_at(self) -> datetime | None:
        return max((each.runs[0].started_at for each in self.pipelines), default=None)


def level_of(status: str) -> Level:
    if status == Run.Status.FAILURE:
        return "error"
    return "ok" if status == Run.Status.SUCCESS else "unknown"


def builds_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, Builds]:
    """The builds of the entities of which any is known or asked for; two statements, however many entities.

    The viewer may read the entities: whoever loaded them saw to that.
    """
    settings = current_settings()
    subjects = {entity.pk: subjects_of(entity, settings) for entity in entities}
    wanted = {subject for each in subjects.values() for subject in each}
    if not wanted:
        return {}
    runs = _runs_by_subject(wanted, settings.branches)
    taken = snapshots_by_target(SOURCE, wanted)
    found = {}
    for pk, names in subjects.items():
        repository = names[1] if len(names) > 1 else ""
        mine = [run for name in names for run in runs.get(name, ())]
        mine.sort(key=lambda run: (run.started_at, run.pk), reverse=True)
        if mine or repository in taken:
            found[pk] = _builds(repository, mine, taken.get(repository), settings.branches)
    return found


def owned_builds(viewer: Principal) -> list[tuple[Entity, Builds]]:
    """What the viewer and their groups own whose builds are known, failing ones first."""
    return _failing_first(owned_by_viewer(viewer), viewer)


def owned_builds_by_group(
    groups: Sequence[Entity], viewer: Principal
) -> dict[int, list[tuple[Entity, Builds]]]:
    """The same of each group and those below it."""
    owned = owned_by_team(groups, viewer)
    entities = {each.pk: each for found in owned.values() for each in found}
    known = {each.pk: (each, builds) for each, builds in _failing_first(list(entities.values()), viewer)}
    return {
        pk: [pair for key, pair in known.items() if key in {each.pk for each in found}]
        for pk, found in owned.items()
    }


def _failing_first(entities: list[Entity], viewer: Principal) -> list[tuple[Entity, Builds]]:
    known = builds_by_entity(entities, viewer)
    pairs = [(each, known[each.pk]) for each in entities if each.pk in known]
    return sorted(pairs, key=lambda pair: (pair[1].level != "error", pair[0].ref))


def _runs_by_subject(subjects: set[str], branches: tuple[str, ...]) -> Mapping[str, list[Run]]:
    """The newest of each pipeline, on the branches that count and beside them."""
    found: dict[str, list[Run]] = defaultdict(list)
    for run in NEWEST_RUNS(subjects=list(subjects), branches=[*branches, ""]):
        found[run.subject].append(run)
    return found


def _builds(repository: str, runs: list[Run], taken: Taken | None, branches: tuple[str, ...]) -> Builds:
    """`runs` are newest first. Where none is on a branch that counts, all do."""
    counting = [run for run in runs if not run.branch or run.branch in branches] or runs
    by_name: dict[str, list[Run]] = defaultdict(list)
    for run in counting:
        by_name[run.pipeline].append(run)
    pipelines = tuple(Pipeline(name, tuple(found)) for name, found in sorted(by_name.items()))
    reported = max((run.received_at for run in runs), default=None)
    return Builds(
        repository=repository,
        pipelines=pipelines,
        runs=tuple(runs),
        as_of=taken.as_of if taken and taken.as_of else reported,
        problem=taken.error if taken else "",
        is_invented=bool(taken and taken.data and taken.data.get("demo")),
    )
