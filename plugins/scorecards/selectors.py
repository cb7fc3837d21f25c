"""Reading what was judged: always for a viewer, always for many entities at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from portal.plugin_api import Principal
from portal.plugin_api.catalog import Entity, entities_of, owned_by_team, owned_by_viewer
from portal.plugin_api.prepared import Parameter, Prepared

from .definitions import KIND, Check, Scorecard, read_scorecard
from .models import Exemption, Standing, Verdict, VerdictChange

GOOD = (Verdict.State.PASSED, Verdict.State.EXEMPT)
UIDS, SCORECARDS = Parameter("uids", "uuid[]"), Parameter("scorecards", "uuid[]")
STANDINGS = Prepared(lambda: Standing.objects.filter(entity_uid__among=UIDS, scorecard_uid__among=SCORECARDS))
VERDICTS = Prepared(lambda: Verdict.objects.filter(entity_uid__among=UIDS, scorecard_uid__among=SCORECARDS))
EXEMPTIONS = Prepared(
    lambda: (
        Exemption.objects.filter(entity_uid__among=UIDS, until__gte=Parameter("today", "date"))
        .exclude(state=Exemption.State.REFUSED)
        .order_by("pk")
    )
)
find_scorecards = entities_of(KIND)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How an entity does in one check; `exemption` is the one that is asked for or in force."""

    check: Check
    state: str
    reason: str
    since: datetime
    exemption: Exemption | None

    @property
    def is_good(self) -> bool:
        return self.state in GOOD


@dataclass(frozen=True, slots=True)
class Track:
    """How an entity does in one scorecard."""

    scorecard: Scorecard
    standing: Standing
    results: tuple[CheckResult, ...]

    @property
    def level(self) -> str:
        return self.scorecard.level(self.standing.rank)

    @property
    def next_level(self) -> str | None:
        rank = self.standing.rank + 1
        return self.scorecard.level(rank) if rank <= len(self.scorecard.levels) else None

    @property
    def lacking(self) -> list[CheckResult]:
        """What keeps it from the next level first, then the rest; drafts are not among it."""
        found = [one for one in self.results if not one.is_good and not one.check.draft]
        return sorted(found, key=lambda one: one.check.rank)

    def since_of(self, check_id: str) -> datetime:
        """Since when it does as it does in one of its checks."""
        return next(one.since for one in self.results if one.check.id == check_id)

    @property
    def is_late(self) -> bool:
        """Whether a campaign asks for more than it has."""
        campaign = self.scorecard.campaign
        return campaign is not None and self.standing.rank < campaign.rank


def scorecards_of(viewer: Principal) -> dict[UUID, Scorecard]:
    """The scorecards that the viewer may see, by uid, in the order of their names."""
    return {entity.uid: read_scorecard(entity) for entity in find_scorecards(viewer)}


def tracks_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, list[Track]]:
    """How each of these entities does in each scorecard that applies to it; four statements."""
    id_of = {entity.uid: entity.pk for entity in entities}
    scorecards = scorecards_of(viewer)
    asked = {"uids": list(id_of), "scorecards": list(scorecards)}
    standings = STANDINGS(**asked)
    verdicts: dict[tuple[UUID, UUID], dict[str, Verdict]] = defaultdict(dict)
    for verdict in VERDICTS(**asked):
        verdicts[verdict.entity_uid, verdict.scorecard_uid][verdict.check_id] = verdict
    exemptions = _exemptions(list(id_of))
    found: dict[int, list[Track]] = defaultdict(list)
    by_key = {(standing.entity_uid, standing.scorecard_uid): standing for standing in standings}
    for uid, pk in id_of.items():
        for scorecard in scorecards.values():
            standing = by_key.get((uid, scorecard.uid))
            if standing is not None:
                known = verdicts[uid, scorecard.uid]
                results = tuple(
                    _result(check, known[check.id], exemptions.get((uid, scorecard.uid, check.id)))
                    for check in scorecard.checks
                    if check.id in known
                )
                found[pk].append(Track(scorecard, standing, results))
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """How an entity did in a check from a moment on."""

    scorecard: Scorecard
    check: Check
    state: str
    at: datetime


def changes_by_entity(
    entities: Sequence[Entity], viewer: Principal, first: int = 20
) -> dict[int, list[Change]]:
    """How the results of each entity became what they are, the newest first; of checks that there are."""
    id_of = {entity.uid: entity.pk for entity in entities}
    scorecards = scorecards_of(viewer)
    number = Window(RowNumber(), partition_by="entity_uid", order_by=("-at", "-pk"))
    rows = VerdictChange.objects.filter(entity_uid__in=list(id_of), scorecard_uid__in=list(scorecards))
    found: dict[int, list[Change]] = defaultdict(list)
    for row in rows.annotate(number=number).filter(number__lte=first).order_by("-at", "-pk"):
        scorecard = scorecards[row.scorecard_uid]
        check = scorecard.check(row.check_id)
        if check is not None:
            found[id_of[row.entity_uid]].append(Change(scorecard, check, row.state, row.at))
    return found


def _result(check: Check, verdict: Verdict, exemption: Exemption | None) -> CheckResult:
    return CheckResult(check, verdict.state, verdict.reason, verdict.since, exemption)


def _exemptions(uids: Sequence[UUID]) -> dict[tuple[UUID, UUID, str], Exemption]:
    rows = EXEMPTIONS(uids=uids, today=timezone.now().date())
    return {(row.entity_uid, row.scorecard_uid, row.check_id): row for row in rows}


def owned_tracks_by_group(
    groups: Sequence[Entity], viewer: Principal
) -> dict[int, list[tuple[Entity, Track]]]:
    """What is judged of what each group owns, the worst first."""
    owned = owned_by_team(groups, viewer)
    every = {entity.pk: entity for entities in owned.values() for entity in entities}
    tracks = tracks_by_entity(list(every.values()), viewer)
    return {pk: _worst_first(entities, tracks) for pk, entities in owned.items()}


def owned_tracks(viewer: Principal) -> list[tuple[Entity, Track]]:
    """What is judged of what the viewer owns, the worst first."""
    entities = owned_by_viewer(viewer)
    return _worst_first(entities, tracks_by_entity(entities, viewer))


def _worst_first(
    entities: Sequence[Entity], tracks: Mapping[int, Sequence[Track]]
) -> list[tuple[Entity, Track]]:
    found = [(entity, track) for entity in entities for track in tracks.get(entity.pk, ())]
    return sorted(found, key=lambda pair: (not pair[1].is_late, pair[1].standing.rank, -len(pair[1].lacking)))
