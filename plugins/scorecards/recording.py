"""Writing what was judged: only what is another than before, a batch in a few statements."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from portal.plugin_api.catalog import Entity

from .definitions import Check, Scorecard
from .models import Standing, Tally, Verdict, VerdictChange

GOOD = (Verdict.State.PASSED, Verdict.State.EXEMPT)
Key = tuple[UUID, UUID, str]


@dataclass(frozen=True, slots=True)
class Result:
    """How an entity did in a check; without a check: that the scorecard applies to it."""

    entity_uid: UUID
    scorecard_uid: UUID
    check: Check | None
    state: str
    reason: str


def record_batch(
    scorecards: Mapping[UUID, Scorecard],
    entities: Sequence[Entity],
    results: Sequence[Result],
    now: datetime,
    *,
    begun: Callable[[Result], datetime],
) -> None:
    """`begun` says since when something is so that an expression judges for the first time."""
    uids = [entity.uid for entity in entities]
    before = {
        (row.entity_uid, row.scorecard_uid, row.check_id): row
        for row in Verdict.objects.filter(entity_uid__in=uids)
    }
    new, changed, changes = [], [], []
    seen: set[Key] = set()
    for result in results:
        if result.check is None:
            continue
        key = (result.entity_uid, result.scorecard_uid, result.check.id)
        seen.add(key)
        row = before.get(key)
        told = {"state": result.state, "reason": result.reason, "definition": result.check.definition}
        if row is None:
            since = begun(result)
            new.append(Verdict(**_named(key), **told, since=since))
            changes.append(VerdictChange(**_named(key), state=result.state, at=since))
        elif told != {name: getattr(row, name) for name in told}:
            if row.state != result.state:
                changes.append(VerdictChange(**_named(key), state=result.state, at=now))
            row.since = _since(row, result, now, begun)
            row.state, row.reason, row.definition = told.values()
            changed.append(row)
    Verdict.objects.bulk_create(new, batch_size=1000)
    Verdict.objects.bulk_update(changed, ["state", "reason", "since", "definition"], batch_size=500)
    VerdictChange.objects.bulk_create(changes, batch_size=1000)
    Verdict.objects.filter(pk__in=[row.pk for key, row in before.items() if key not in seen]).delete()
    _record_standings(scorecards, uids, results, now)


def _since(row: Verdict, result: Result, now: datetime, begun: Callable[[Result], datetime]) -> datetime:
    """Since when something is as it is now; a check that asks something else is tried on history anew."""
    assert result.check is not None
    if row.definition and row.definition != result.check.definition:
        return begun(result)
    return now if row.state != result.state else row.since


def _named(key: Key) -> dict[str, Any]:
    return {"entity_uid": key[0], "scorecard_uid": key[1], "check_id": key[2]}


def _record_standings(
    scorecards: Mapping[UUID, Scorecard], uids: Sequence[UUID], results: Sequence[Result], now: datetime
) -> None:
    grouped: dict[tuple[UUID, UUID], list[Result]] = defaultdict(list)
    for result in results:
        found = grouped[result.entity_uid, result.scorecard_uid]
        if result.check is not None and not result.check.draft:
            found.append(result)
    before = {
        (row.entity_uid, row.scorecard_uid): row for row in Standing.objects.filter(entity_uid__in=uids)
    }
    new, known = [], []
    for key, found in grouped.items():
        rank = _rank(scorecards[key[1]], found)
        passed = sum(result.state in GOOD for result in found)
        row = before.get(key)
        if row is None:
            row = Standing(entity_uid=key[0], scorecard_uid=key[1], rank=rank, since=now)
            new.append(row)
        else:
            known.append(row)
        if row.rank != rank:
            row.since = now
        row.rank, row.passed, row.counted, row.judged_at = rank, passed, len(found), now
    Standing.objects.bulk_create(new, batch_size=1000)
    fields = ["rank", "since", "passed", "counted", "judged_at"]
    Standing.objects.bulk_update(known, fields, batch_size=500)


def _rank(scorecard: Scorecard, results: Sequence[Result]) -> int:
    """The highest level of which, as of all below it, every check that counts is passed."""
    lacking = [result.check.rank for result in results if result.check and result.state not in GOOD]
    return min(lacking, default=len(scorecard.levels) + 1) - 1


def record_tallies(scorecard: Scorecard, now: datetime) -> None:
    """How everything stands today; the last look of a day is what stays."""
    rows = Standing.objects.filter(scorecard_uid=scorecard.uid)
    ranks = Counter(rows.values_list("rank", flat=True))
    sums = rows.aggregate(passed=Sum("passed"), counted=Sum("counted"))
    Tally.objects.update_or_create(
        scorecard_uid=scorecard.uid,
        day=now.date(),
        defaults={
            "ranks": {str(rank): number for rank, number in sorted(ranks.items())},
            "passed": sums["passed"] or 0,
            "counted": sums["counted"] or 0,
        },
    )


def remove_ungrounded(scorecards: Sequence[Scorecard], *, judged_since: datetime) -> None:
    """What was not judged this time stands nowhere: it is gone, or no scorecard applies to it any more."""
    Standing.objects.exclude(judged_at__gte=judged_since).delete()
    known = [scorecard.uid for scorecard in scorecards]
    Verdict.objects.exclude(scorecard_uid__in=known).delete()
    for uid in known:
        standing = Standing.objects.filter(scorecard_uid=uid).values("entity_uid")
        Verdict.objects.filter(scorecard_uid=uid).exclude(entity_uid__in=standing).delete()
