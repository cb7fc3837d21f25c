"""What checks may ask of an entity's monitoring: `monitoring.firing == 0`."""

from collections.abc import Sequence
from typing import Any

from portal.plugin_api import SYSTEM, Fact, Facts, Known
from portal.plugin_api.catalog import Entity

from .models import Alert
from .selectors import Health, health_by_entity
from .settings import current_settings
from .slo import UnreadableObjective, objectives_of

FACTS = (
    Fact("level", str, "The worst that is known: ok, warning, error or unknown."),
    Fact("firing", int, "Alerts that fire now."),
    Fact("critical", int, "Alerts that fire now and are critical."),
    Fact("objectives", int, "Service level objectives that are defined."),
    Fact(
        "errorBudgetLeft", float, "The least that is left of an error budget, of 1; below 0 it is overdrawn."
    ),
    Fact("errorRatio", float, "The share of requests that fail, from 0 to 1."),
)


def facts_by_entity(entities: Sequence[Entity]) -> dict[int, Known]:
    """What is known of the entities that are watched; objectives also where no server is asked."""
    settings = current_settings()
    known = health_by_entity(entities, SYSTEM)
    found = {}
    for entity in entities:
        if entity.kind in settings.kinds:
            health = known.get(entity.pk)
            values = {"objectives": _promised(entity), **(_values(health) if health else {})}
            found[entity.pk] = Known(values, health.as_of if health else None)
    return found


def _promised(entity: Entity) -> int:
    try:
        return len(objectives_of(entity, current_settings()))
    except UnreadableObjective:
        return 0


def _values(health: Health) -> dict[str, Any]:
    firing = [each for each in health.open_alerts if each.state == Alert.State.FIRING]
    values: dict[str, Any] = {
        "level": health.level,
        "firing": len(firing),
        "critical": sum(each.level == "error" for each in firing),
    }
    left = [each.burn.budget_left for each in health.objectives if each.burn.budget_left is not None]
    ratios = [each.error_ratio for each in health.signals if each.error_ratio is not None]
    if left:
        values["errorBudgetLeft"] = min(left)
    if ratios:
        values["errorRatio"] = max(ratios)
    return values


monitoring_facts = Facts(FACTS, facts_by_entity)
