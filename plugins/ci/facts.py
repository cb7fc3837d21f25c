"""What checks may ask of builds: `ci.lastStatus` and others."""

from collections.abc import Sequence
from datetime import datetime

from portal.plugin_api import SYSTEM, Fact, Facts, Known
from portal.plugin_api.catalog import Entity

from .selectors import builds_by_entity

FACTS = (
    Fact("lastStatus", str, "success, or failure where the last word of any pipeline is one."),
    Fact("lastRunAt", datetime, "When a pipeline ran last on a branch that counts."),
    Fact("failing", int, "How many pipelines fail."),
    Fact("pipelines", int, "How many pipelines there are."),
    Fact("successRate", float, "From 0 to 1, of the pipeline that succeeds least."),
)


def load_facts(entities: Sequence[Entity]) -> dict[int, Known]:
    """The facts of the entities of which a run is known."""
    found = {}
    for pk, builds in builds_by_entity(entities, SYSTEM).items():
        if not builds.pipelines:
            continue
        rates = [each.success_rate for each in builds.pipelines if each.success_rate is not None]
        values = {
            "lastStatus": builds.last_status,
            "lastRunAt": builds.last_run_at,
            "failing": len(builds.failing),
            "pipelines": len(builds.pipelines),
            "successRate": min(rates, default=None),
        }
        known = {name: value for name, value in values.items() if value is not None}
        found[pk] = Known(known, as_of=builds.as_of)
    return found


CI_FACTS = Facts(FACTS, load_facts)
