"""Facts of entities: asked of whoever offers them, and remembered as they change."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.plugin_api import Fact, entity_facts, fitting, load_facts
from portal.plugin_api.catalog import Entity

from .language import known_facts
from .models import FactChange

logger = logging.getLogger(__name__)

Values = dict[str, Any]


def collect(entities: Sequence[Entity]) -> dict[int, Values]:
    """What is known of each entity, by primary key; a plugin that fails costs its own facts."""
    found: dict[int, Values] = {entity.pk: {} for entity in entities}
    for item in entity_facts.read():
        try:
            answer = load_facts(item, entities)
            for pk, known in answer.items():
                for fact in item.value.facts:
                    value = fitting(fact, known.values.get(fact.name))
                    if value is not None and pk in found:
                        found[pk][f"{item.plugin}.{fact.name}"] = value
        except Exception:
            logger.exception("plugin=%s its facts are not known", item.plugin)
    return found


def remember(entities: Sequence[Entity], found: Mapping[int, Values], now: datetime) -> None:
    """Keep what is another than it was."""
    latest: dict[tuple[UUID, str], Any] = {
        (uid, fact): value
        for uid, fact, value in FactChange.objects.filter(entity_uid__in=[entity.uid for entity in entities])
        .order_by("entity_uid", "fact", "-at", "-pk")
        .distinct("entity_uid", "fact")
        .values_list("entity_uid", "fact", "value")
    }
    known = {entity.uid: found[entity.pk] for entity in entities}
    changes = [
        FactChange(entity_uid=uid, fact=fact, value=stored(value), at=now)
        for uid, values in known.items()
        for fact, value in values.items()
        if latest.get((uid, fact)) != stored(value)
    ]
    changes += [
        FactChange(entity_uid=uid, fact=fact, value=None, at=now)
        for (uid, fact), value in latest.items()
        if value is not None and fact not in known[uid]
    ]
    FactChange.objects.bulk_create(changes, batch_size=1000)


def history_of(
    entities: Sequence[Entity], facts: frozenset[str]
) -> dict[UUID, list[tuple[datetime, Values]]]:
    """These facts of each entity as they were from each moment on, the newest first."""
    kinds = known_facts()
    changes: dict[UUID, list[FactChange]] = defaultdict(list)
    rows = FactChange.objects.filter(
        entity_uid__in=[entity.uid for entity in entities], fact__in=sorted(facts)
    ).order_by("at", "pk")
    for row in rows:
        changes[row.entity_uid].append(row)
    return {uid: _states(rows, kinds) for uid, rows in changes.items()}


def _states(rows: Sequence[FactChange], kinds: Mapping[str, Fact]) -> list[tuple[datetime, Values]]:
    states: list[tuple[datetime, Values]] = []
    values: Values = {}
    for row in rows:
        values = {**values, row.fact: loaded(kinds[row.fact], row.value)}
        if row.value is None:
            values.pop(row.fact)
        if states and states[-1][0] == row.at:
            states.pop()
        states.append((row.at, values))
    return states[::-1]


def stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def loaded(fact: Fact, value: Any) -> Any:
    return datetime.fromisoformat(value) if fact.type is datetime and isinstance(value, str) else value
