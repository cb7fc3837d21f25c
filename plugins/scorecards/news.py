"""Whether there is reason to judge before it is time: scorecards or facts that are not as they were."""

import random
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Max, Min
from django.utils import timezone

from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import EntityQuery, find_entities

from .definitions import Scorecard, all_scorecards
from .judging import Judge, judge_of, values_by_entity
from .models import Standing, Tally, Verdict

RESULTS, ENTITIES = 500, 50
"""How many results are drawn, and of how many entities whose result was not known the facts are asked for."""


def is_news() -> bool:
    """Whether a scorecard was not judged as it is now, or something that was not known is known now.

    Of the results some are drawn, so that a look costs the same whatever there is of them.
    """
    scorecards = all_scorecards()
    return _has_new(scorecards) or _is_known_now(scorecards)


def _has_new(scorecards: Sequence[Scorecard]) -> bool:
    known = set(Tally.objects.values_list("scorecard_uid", flat=True).distinct().order_by())
    judged = dict(Standing.objects.values_list("scorecard_uid").annotate(at=Max("judged_at")).order_by())
    return any(
        scorecard.uid not in known or scorecard.changed_at > judged.get(scorecard.uid, scorecard.changed_at)
        for scorecard in scorecards
    )


def _is_known_now(scorecards: Sequence[Scorecard]) -> bool:
    unknown = _drawn()
    uids = {verdict.entity_uid for verdict in unknown}
    if not uids:
        return False
    entities = {each.uid: each for each in find_entities(EntityQuery(), viewer=SYSTEM).filter(uid__in=uids)}
    judges = {scorecard.uid: judge_of(scorecard) for scorecard in scorecards}
    values = values_by_entity(list(judges.values()), list(entities.values()), timezone.now())
    for verdict in unknown:
        entity, judge = entities.get(verdict.entity_uid), judges.get(verdict.scorecard_uid)
        if entity and judge and _is_answered(judge, verdict.check_id, values[entity.pk]):
            return True
    return False


def _drawn() -> list[Verdict]:
    """Results that were not known, of RESULTS that were drawn by their numbers."""
    ends = Verdict.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["last"] is None:
        return []
    numbers = range(ends["first"], ends["last"] + 1)
    drawn = random.sample(numbers, min(RESULTS, len(numbers)))
    found: dict[UUID, list[Verdict]] = {}
    for verdict in Verdict.objects.filter(pk__among=drawn, state=Verdict.State.UNKNOWN):
        if verdict.entity_uid in found or len(found) < ENTITIES:
            found.setdefault(verdict.entity_uid, []).append(verdict)
    return [verdict for verdicts in found.values() for verdict in verdicts]


def _is_answered(judge: Judge, check_id: str, values: dict[str, object]) -> bool:
    for check, expression, when in judge.checks:
        if check.id == check_id and (when is None or when.answer(values).value is True):
            return expression.answer(values).value is not None
    return False
