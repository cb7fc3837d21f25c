"""Judging everything: each entity by each scorecard that applies to it, in batches, by a worker."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities, related_by_entity

from .collecting import Values, collect, history_of, remember
from .definitions import Check, Scorecard, all_scorecards
from .exemptions import exempt_checks
from .language import RELATIONS, Answer, Expression, Mistake, compiled, values_of
from .models import Verdict
from .recording import Result, record_batch, record_tallies, remove_ungrounded

BATCH = 500
LOCK = "scorecards judge everything"
State = Verdict.State


@dataclass(slots=True)
class Judge:
    """A scorecard with its expressions compiled; checks that cannot be used are left out, with the reason."""

    scorecard: Scorecard
    where: Expression | None = None
    checks: list[tuple[Check, Expression, Expression | None]] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    @property
    def asks_related(self) -> bool:
        every = [self.where, *(one for _, *two in self.checks for one in two)]
        return any(expression is not None and expression.asks_related for expression in every)

    def applies_to(self, values: Mapping[str, Any]) -> bool:
        return self.where is None or self.where.answer(values).value is True


def judge_of(scorecard: Scorecard) -> Judge:
    judge = Judge(scorecard, mistakes=list(scorecard.mistakes))
    if scorecard.where:
        try:
            judge.where = compiled(scorecard.where)
        except Mistake as mistake:
            judge.mistakes.append(f"appliesTo.where: {mistake}")
    for check in scorecard.checks:
        try:
            when = compiled(check.when) if check.when else None
            judge.checks.append((check, compiled(check.expression), when))
        except Mistake as mistake:
            judge.mistakes.append(f"{check.id}: {mistake}")
    return judge


def judge_everything() -> int:
    """Judge every entity by every scorecard; how many results there are. 0 while another process does."""
    with _alone() as is_alone:
        return _judge_everything() if is_alone else 0


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else judges, until the end of the `with` block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
        is_alone: bool = cursor.fetchone()[0]
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def _judge_everything() -> int:
    began = timezone.now()
    judges = [judge_of(scorecard) for scorecard in all_scorecards()]
    count = 0
    for entities in _batches(sorted({kind for judge in judges for kind in judge.scorecard.kinds})):
        with transaction.atomic():
            count += _judge_batch(judges, entities, began)
    remove_ungrounded([judge.scorecard for judge in judges], judged_since=began)
    for judge in judges:
        record_tallies(judge.scorecard, began)
    return count


def _batches(kinds: Sequence[str]) -> Iterator[list[Entity]]:
    last = 0
    while kinds:
        rows = find_entities(EntityQuery(kind=tuple(kinds)), viewer=SYSTEM).filter(pk__gt=last)
        batch = list(rows.order_by("pk")[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1].pk


def _judge_batch(judges: Sequence[Judge], entities: Sequence[Entity], now: datetime) -> int:
    facts = collect(entities)
    remember(entities, facts, now)
    every = values_by_entity(judges, entities, now, facts)
    exempt = exempt_checks([entity.uid for entity in entities], now.date())
    results: list[Result] = []
    for entity in entities:
        values = every[entity.pk]
        for judge in judges:
            if judge.scorecard.may_judge(entity) and judge.applies_to(values):
                results += _results(judge, entity, values, exempt.get(entity.uid, frozenset()))
    record_batch(judges_by_uid(judges), entities, results, now, begun=_Beginnings(judges, entities, now))
    return len(results)


def values_by_entity(
    judges: Sequence[Judge],
    entities: Sequence[Entity],
    now: datetime,
    facts: Mapping[int, Values] | None = None,
) -> dict[int, dict[str, Any]]:
    """What expressions see of each entity, by primary key; facts are collected where they are not given."""
    facts = collect(entities) if facts is None else facts
    asks = any(judge.asks_related for judge in judges)
    related = related_by_entity(entities, RELATIONS, viewer=SYSTEM) if asks else {}
    return {
        entity.pk: values_of(entity, facts[entity.pk], related.get(entity.pk, []), now) for entity in entities
    }


def judges_by_uid(judges: Sequence[Judge]) -> dict[UUID, Scorecard]:
    return {judge.scorecard.uid: judge.scorecard for judge in judges}


def _results(
    judge: Judge, entity: Entity, values: Mapping[str, Any], exempt: frozenset[tuple[UUID, str]]
) -> Iterator[Result]:
    """The results of an entity; an entity without any has none of its checks' conditions fulfilled."""
    scorecard = judge.scorecard
    yield Result(entity.uid, scorecard.uid, None, "", "")
    for check, expression, when in judge.checks:
        if when is not None and when.answer(values).value is not True:
            continue
        state, reason = _state(expression.answer(values))
        if state != State.PASSED and (scorecard.uid, check.id) in exempt:
            state = State.EXEMPT
        yield Result(entity.uid, scorecard.uid, check, state, reason)


def _state(answer: Answer) -> tuple[str, str]:
    if answer.value is None:
        return State.UNKNOWN, answer.reason
    return (State.PASSED if answer.value else State.FAILED), ""


class _Beginnings:
    """Since when an entity is as it is in a check that is judged for the first time, or asks something else
    than it did: its facts are gone through, the newest first, until the answer is another. The entity's
    document is taken as it is now."""

    def __init__(self, judges: Sequence[Judge], entities: Sequence[Entity], now: datetime) -> None:
        self._expressions = {
            (judge.scorecard.uid, check.id): expression
            for judge in judges
            for check, expression, _ in judge.checks
        }
        self._entities = {entity.uid: entity for entity in entities}
        self._now = now
        self._histories: dict[frozenset[str], dict[UUID, list[tuple[datetime, Values]]]] = {}

    def __call__(self, result: Result) -> datetime:
        assert result.check is not None
        expression = self._expressions[result.scorecard_uid, result.check.id]
        if not expression.facts or expression.asks_related or result.state == State.EXEMPT:
            return self._now
        if expression.facts not in self._histories:
            self._histories[expression.facts] = history_of(list(self._entities.values()), expression.facts)
        entity, since = self._entities[result.entity_uid], self._now
        for at, facts in self._histories[expression.facts].get(result.entity_uid, []):
            state, _ = _state(expression.answer(values_of(entity, facts, [], max(at, since))))
            if state != result.state:
                break
            since = at
        return since
