"""`entity { ci { … } }`: how an entity's builds do."""

from collections.abc import Sequence
from typing import Any

from portal.plugin_api import EntityField, EntityValue, Principal
from portal.plugin_api.catalog import Entity
from portal.plugin_api.graphql import DateTime, Float, Int, List, NonNull, ObjectType, String

from .models import Run
from .selectors import Builds, Pipeline, builds_by_entity

MOST_RUNS = 100


def ci_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, dict[str, Any]]:
    """The values of the field for many entities."""
    return {pk: _shown(builds) for pk, builds in builds_by_entity(entities, viewer).items()}


def runs_by_entity(
    entities: Sequence[Entity], viewer: Principal, first: int = 20
) -> dict[int, list[dict[str, Any]]]:
    """The newest runs of many entities."""
    known = builds_by_entity(entities, viewer)
    count = max(0, min(first, MOST_RUNS))
    return {pk: [_run(run) for run in builds.runs[:count]] for pk, builds in known.items()}


def _shown(builds: Builds) -> dict[str, Any]:
    return {
        "last_status": builds.last_status,
        "level": builds.level,
        "last_run_at": builds.last_run_at,
        "repository": builds.repository,
        "problem": builds.problem,
        "as_of": builds.as_of,
        "pipelines": [_pipeline(each) for each in builds.pipelines],
    }


def _pipeline(pipeline: Pipeline) -> dict[str, Any]:
    return {
        "name": pipeline.name,
        "status": str(pipeline.last.status),
        "success_rate": pipeline.success_rate,
        "median_seconds": pipeline.median_seconds,
        "last_run": _run(pipeline.runs[0]),
    }


def _run(run: Run) -> dict[str, Any]:
    names = ("key", "pipeline", "branch", "commit", "title", "url", "started_at", "finished_at", "reporter")
    return {**{name: getattr(run, name) for name in names}, "status": str(run.status), "seconds": run.seconds}


class CiRun(ObjectType):
    """One run of a pipeline."""

    key = String(required=True, description="Whoever ran it calls the run so.")
    pipeline = String(required=True)
    status = String(required=True, description="queued, running, success, failure, cancelled or skipped.")
    branch = String(required=True)
    commit = String(required=True)
    title = String(required=True)
    url = String(required=True)
    started_at = DateTime(required=True)
    finished_at = DateTime()
    seconds = Float()
    reporter = String(required=True, description="github, or report for what others sent.")


class CiPipeline(ObjectType):
    """A pipeline on the branches that count."""

    name = String(required=True)
    status = String(required=True, description="Of its last run that says whether it works.")
    success_rate = Float(description="From 0 to 1, of its last runs.")
    median_seconds = Float(description="Of those that succeeded.")
    last_run = NonNull(CiRun)


class EntityCi(ObjectType):
    """How an entity's builds do."""

    last_status = String(
        required=True, description="failure where any pipeline's last word is one; empty if nothing ran."
    )
    level = String(required=True, description="ok, error or unknown.")
    last_run_at = DateTime()
    repository = String(required=True, description="The one it is in; empty if none is known.")
    problem = String(required=True, description="Why the repository could not be asked lately.")
    as_of = DateTime()
    pipelines = List(NonNull(CiPipeline), required=True)
    runs = EntityValue(
        NonNull(List(NonNull(CiRun))), load=runs_by_entity,
        first=Int(default_value=20), description="Of every branch, newest first.",
    )  # fmt: skip


entity_ci = EntityField(EntityCi, load=ci_by_entity, description="Builds: the last runs of its pipelines.")
