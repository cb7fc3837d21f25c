"""`entity { monitoring { … } }`: how an entity does, or what a team owns."""

from collections.abc import Sequence
from typing import Any

from portal.plugin_api import EntityField, Principal
from portal.plugin_api.catalog import Entity
from portal.plugin_api.graphql import Boolean, DateTime, Float, Int, List, NonNull, ObjectType, String

from .selectors import Health, health_by_entity, owned_health_by_group


class MonitoringAlert(ObjectType):
    """An alert that concerns the entity, or concerned it within the last week."""

    name = String(required=True)
    severity = String(required=True)
    state = String(required=True, description="pending, firing, silenced or resolved.")
    level = String(required=True, description="ok, warning, error or unknown.")
    summary = String(required=True)
    server = String(required=True)
    started_at = DateTime(required=True)
    ended_at = DateTime()


class MonitoringSignals(ObjectType):
    """The golden signals as one Prometheus knows them now."""

    server = String(required=True)
    rate = Float(description="Requests a second.")
    error_ratio = Float(description="The share of them that fails, from 0 to 1.")
    duration = Float(description="Seconds within which 95 of 100 are answered.")
    saturation = Float(description="How full it is, from 0 to 1.")
    as_of = DateTime(description="When they were fetched.")
    stale = Boolean(required=True)
    problem = String(required=True, description="Why the server gave nothing lately; empty if it did.")


class MonitoringBurnRate(ObjectType):
    """How many times too fast an error budget is used up."""

    window = String(required=True, description="5m, 30m, 1h, 6h, 3d, or period for all of it.")
    rate = Float(required=True)


class MonitoringObjective(ObjectType):
    """A service level objective and how it does on one Prometheus."""

    name = String(required=True, description="availability or latency.")
    title = String(required=True)
    server = String(required=True)
    level = String(required=True)
    reason = String(required=True)
    budget_left = Float(description="From 1 for all of it; below 0 it is overdrawn.")
    burn_rates = List(NonNull(MonitoringBurnRate), required=True)


class MonitoringOwned(ObjectType):
    """Something that a team owns."""

    ref = String(required=True)
    level = String(required=True)
    alerts = Int(required=True, description="That are open.")


class EntityMonitoring(ObjectType):
    """How an entity does; of a group, how what it owns does."""

    level = String(required=True, description="The worst that is known: ok, warning, error or unknown.")
    alerts = List(NonNull(MonitoringAlert), required=True)
    signals = List(NonNull(MonitoringSignals), required=True)
    objectives = List(NonNull(MonitoringObjective), required=True)
    owned = List(NonNull(MonitoringOwned), required=True, description="Of a group, the worst first.")
    mistake = String(
        required=True, description="What is wrong with the entity's annotations; empty if nothing."
    )


SIGNALS_SHOWN = ("server", "rate", "error_ratio", "duration", "saturation", "as_of", "stale", "problem")


def monitoring_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, dict[str, Any]]:
    """The values of the field for many entities."""
    found = {pk: _shown(health) for pk, health in health_by_entity(entities, viewer).items()}
    groups = [entity for entity in entities if entity.kind == "Group"]
    owned = owned_health_by_group(groups, viewer) if groups else {}
    for pk, known in owned.items():
        found[pk] = {
            "level": known[0][1].level, "alerts": [], "signals": [], "objectives": [], "mistake": "",
            "owned": [
                {"ref": entity.ref, "level": health.level, "alerts": len(health.open_alerts)}
                for entity, health in known
            ],
        }  # fmt: skip
    return found


def _shown(health: Health) -> dict[str, Any]:
    return {
        "level": health.level,
        "alerts": list(health.alerts),
        "signals": [
            {name: getattr(each, name) for name in SIGNALS_SHOWN} for each in health.signals
        ],
        "objectives": [
            {
                "name": each.burn.objective.name, "title": each.burn.objective.title, "server": each.server,
                "level": each.burn.level, "reason": each.burn.reason, "budget_left": each.burn.budget_left,
                "burn_rates": [{"window": key, "rate": rate} for key, rate in each.burn.rates.items()],
            }
            for each in health.objectives
        ],
        "owned": [],
        "mistake": health.mistake,
    }  # fmt: skip


entity_monitoring = EntityField(
    EntityMonitoring, load=monitoring_by_entity, description="Golden signals, alerts and objectives."
)
