"""A scorecard as a whole, of what the viewer may see: counted in the database, listed a page at a time."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet, Sum

from portal.plugin_api import Principal
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities, get_entities_by_refs

from .definitions import KIND, Check, Scorecard, read_scorecard
from .exemptions import in_state
from .models import Exemption, Standing, Tally, Verdict
from .selectors import GOOD, Track, tracks_by_entity

TREND_DAYS = 400
MOST_SHORT = 200


@dataclass(frozen=True, slots=True)
class CheckCount:
    """How many entities do how in a check."""

    check: Check
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Day:
    """How everything that is judged stood on a day, whoever looks: `share` is of the checks, in percent."""

    day: date
    share: float
    ranks: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """How many have which level, and what share of the checks is passed; `asked` are open exemptions."""

    entity: Entity
    scorecard: Scorecard
    ranks: Mapping[int, int]
    passed: int
    counted: int
    asked: int
    judged_at: datetime | None
    trend: tuple[Day, ...]

    @property
    def judged(self) -> int:
        return sum(self.ranks.values())

    @property
    def wanted(self) -> int:
        """The rank that is asked for: the campaign's, or else the highest."""
        campaign = self.scorecard.campaign
        return campaign.rank if campaign else len(self.scorecard.levels)

    @property
    def there(self) -> int:
        """How many have the level that is asked for."""
        return sum(number for rank, number in self.ranks.items() if rank >= self.wanted)


@dataclass(frozen=True, slots=True)
class Team:
    """How the things of one owner do; `ref` is empty for those without one."""

    ref: str
    title: str
    ranks: Mapping[int, int]
    passed: int
    counted: int


def overview_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, Overview]:
    """The overview of each of these Scorecards; four statements."""
    scorecards = {entity.uid: (entity, read_scorecard(entity)) for entity in entities if entity.kind == KIND}
    standings = _of_visible(Standing.objects.filter(scorecard_uid__in=list(scorecards)), viewer)
    rows = standings.values("scorecard_uid", "rank").annotate(
        entities=Count("pk"), passed=Sum("passed"), counted=Sum("counted"), at=Max("judged_at")
    )
    counted: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        counted[row["scorecard_uid"]].append(row)
    asked = Exemption.objects.filter(scorecard_uid__in=list(scorecards)).filter(in_state("asked"))
    open_ones = Counter(_of_visible(asked, viewer).values_list("scorecard_uid", flat=True))
    trends = _trends(list(scorecards))
    return {
        entity.pk: Overview(
            entity=entity,
            scorecard=scorecard,
            ranks=_ranks(scorecard, {row["rank"]: row["entities"] for row in counted[uid]}),
            passed=sum(row["passed"] for row in counted[uid]),
            counted=sum(row["counted"] for row in counted[uid]),
            asked=open_ones[uid],
            judged_at=max((row["at"] for row in counted[uid]), default=None),
            trend=tuple(trends[uid]),
        )
        for uid, (entity, scorecard) in scorecards.items()
    }


def check_counts(scorecard: Scorecard, viewer: Principal) -> list[CheckCount]:
    """How many of what the viewer sees do how in each check; one statement."""
    rows = _of_visible(Verdict.objects.filter(scorecard_uid=scorecard.uid), viewer)
    states: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows.values("check_id", "state").annotate(entities=Count("pk")):
        states[row["check_id"]][row["state"]] = row["entities"]
    return [CheckCount(check, states[check.id]) for check in scorecard.checks]


def teams_of(scorecard: Scorecard, viewer: Principal) -> list[Team]:
    """How the things of each owner do, the worst first; three statements."""
    standings = Standing.objects.filter(scorecard_uid=scorecard.uid)
    owner_of = dict(
        find_entities(EntityQuery(), viewer=viewer)
        .order_by()
        .filter(uid__in=standings.values("entity_uid"))
        .values_list("uid", "owner_ref")
    )
    grouped: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for uid, *row in standings.values_list("entity_uid", "rank", "passed", "counted"):
        if uid in owner_of:
            grouped[owner_of[uid]].append((row[0], row[1], row[2]))
    owners = get_entities_by_refs([ref for ref in grouped if ref], viewer)
    teams = [
        Team(
            ref=ref,
            title=_title(owners.get(ref), ref),
            ranks=_ranks(scorecard, Counter(rank for rank, _, _ in rows)),
            passed=sum(passed for _, passed, _ in rows),
            counted=sum(counted for _, _, counted in rows),
        )
        for ref, rows in grouped.items()
    ]
    return sorted(teams, key=lambda team: (team.passed / max(team.counted, 1), team.title))


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Who falls short, from `offset` on, the worst first: an entity, its owner's title, and its track."""

    total: int
    rows: tuple[tuple[Entity, str, Track], ...]


def shortfall(
    overview: Overview,
    viewer: Principal,
    *,
    check: str = "",
    owner: str = "",
    first: int = 50,
    offset: int = 0,
) -> Shortfall:
    """Who has less than the wanted level; with `check`, who does not pass it, drafts included; with `owner`,
    of what that team or person owns; six statements."""
    scorecard = overview.scorecard
    rows = _of_visible(Standing.objects.filter(scorecard_uid=scorecard.uid), viewer, owner=owner)
    if check:
        lacking = Verdict.objects.filter(scorecard_uid=scorecard.uid, check_id=check).exclude(state__in=GOOD)
        rows = rows.filter(entity_uid__in=lacking.values("entity_uid"))
    else:
        rows = rows.filter(rank__lt=overview.wanted)
    offset, first = max(offset, 0), max(0, min(first, MOST_SHORT))
    page = rows.order_by("rank", "passed", "since", "pk")[offset : offset + first]
    uids = list(page.values_list("entity_uid", flat=True))
    found = {
        entity.uid: entity
        for entity in find_entities(EntityQuery(), viewer=viewer).order_by().filter(uid__in=uids)
    }
    entities = [found[uid] for uid in uids if uid in found]
    tracks = tracks_by_entity(entities, viewer)
    owners = get_entities_by_refs({entity.owner_ref for entity in entities if entity.owner_ref}, viewer)
    return Shortfall(
        rows.count(),
        tuple(
            (entity, _title(owners.get(entity.owner_ref), entity.owner_ref), track)
            for entity in entities
            for track in tracks.get(entity.pk, ())
            if track.scorecard.uid == scorecard.uid
        ),
    )


def exemptions_of(
    scorecards: Sequence[Scorecard], viewer: Principal, state: str = ""
) -> list[tuple[Exemption, Entity]]:
    """What was asked for of what the viewer sees, the latest first; with `state`, only those in it."""
    rows = Exemption.objects.filter(scorecard_uid__in=[each.uid for each in scorecards])
    if state:
        rows = rows.filter(in_state(state))
    found = list(_of_visible(rows, viewer).order_by("-asked_at", "-pk")[:MOST_SHORT])
    entities = {
        entity.uid: entity
        for entity in find_entities(EntityQuery(), viewer=viewer)
        .order_by()
        .filter(uid__in={row.entity_uid for row in found})
    }
    return [(row, entities[row.entity_uid]) for row in found if row.entity_uid in entities]


def _of_visible(rows: QuerySet[Any], viewer: Principal, *, owner: str = "") -> QuerySet[Any]:
    """Of rows that name entities those whose entity the viewer may see."""
    query = EntityQuery(owner=(owner,)) if owner else EntityQuery()
    return rows.filter(entity_uid__in=find_entities(query, viewer=viewer).order_by().values("uid"))


def _ranks(scorecard: Scorecard, counted: Mapping[int, int]) -> dict[int, int]:
    """With every level there is, and what stood in one that is gone."""
    return {**dict.fromkeys(range(len(scorecard.levels) + 1), 0), **counted}


def _title(entity: Entity | None, ref: str) -> str:
    if entity is None:
        return ref.rpartition("/")[2]
    profile = (entity.content.get("spec") or {}).get("profile") or {}
    return entity.title or str(profile.get("displayName") or entity.name)


def _trends(uids: Sequence[UUID]) -> dict[UUID, list[Day]]:
    found: dict[UUID, list[Day]] = defaultdict(list)
    for row in Tally.objects.filter(scorecard_uid__in=uids, counted__gt=0).order_by("day"):
        ranks = {int(rank): number for rank, number in row.ranks.items()}
        found[row.scorecard_uid].append(Day(row.day, round(100 * row.passed / row.counted, 1), ranks))
    return defaultdict(list, {uid: days[-TREND_DAYS:] for uid, days in found.items()})
