"""`entity { scorecards { … } }`: how an entity does; of a Scorecard, how everything does."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.plugin_api import EntityField, EntityValue, Principal, to_safe_html
from portal.plugin_api.catalog import Entity
from portal.plugin_api.graphql import Boolean, DateTime, Field, Int, List, NonNull, ObjectType, String

from ..definitions import KIND, Scorecard
from ..overview import MOST_SHORT, Overview, overview_by_entity, shortfall
from ..selectors import Change, CheckResult, Track, changes_by_entity, tracks_by_entity

MOST_CHANGES = 200


class ScorecardCheck(ObjectType):
    """How an entity does in one check."""

    id = String(required=True)
    title = String(required=True)
    level = String(required=True)
    state = String(required=True, description="passed, failed, unknown or exempt.")
    reason = String(required=True, description="Why it is not known; empty if it is.")
    since = DateTime(required=True)
    fix = String(required=True, description="How to mend it; Markdown.")
    fix_html = String(required=True, description="The same, rendered and safe to show.")
    draft = Boolean(required=True, description="Judged and shown, not counted.")
    exemption = String(description="asked or granted, until when and why.")


class ScorecardTrack(ObjectType):
    """How an entity does in one scorecard."""

    scorecard = String(required=True, description="The scorecard's ref.")
    title = String(required=True)
    level = String(required=True)
    rank = Int(required=True, description="Of the level, from 1; 0 for none.")
    next_level = String()
    passed = Int(required=True)
    counted = Int(required=True)
    since = DateTime(required=True, description="That it has this level.")
    as_of = DateTime(required=True, description="When it was judged last.")
    checks = List(NonNull(ScorecardCheck), required=True)


class ScorecardLevel(ObjectType):
    """How many entities have a level."""

    name = String(required=True)
    rank = Int(required=True, description="From 1; 0 for none.")
    entities = Int(required=True)


class ScorecardShort(ObjectType):
    """Something that has not the level that is asked for."""

    ref = String(required=True)
    level = String(required=True)
    passed = Int(required=True)
    counted = Int(required=True)
    since = DateTime(required=True)


class ScorecardOverview(ObjectType):
    """A scorecard as a whole, of what the viewer may see."""

    levels = List(NonNull(ScorecardLevel), required=True)
    short = List(NonNull(ScorecardShort), required=True, description="The worst first; at most 200.")
    judged = Int(required=True)


class ScorecardChange(ObjectType):
    """How an entity did in a check from a moment on."""

    scorecard = String(required=True, description="The scorecard's ref.")
    check = String(required=True, description="The id of the check.")
    title = String(required=True)
    state = String(required=True, description="passed, failed, unknown or exempt.")
    at = DateTime(required=True)


def history_by_entity(
    entities: Sequence[Entity], viewer: Principal, first: int = 20
) -> dict[int, list[dict[str, Any]]]:
    """How the results of many entities became what they are."""
    found = changes_by_entity(entities, viewer, max(0, min(first, MOST_CHANGES)))
    return {entity.pk: [_change(each) for each in found.get(entity.pk, ())] for entity in entities}


def _change(change: Change) -> dict[str, Any]:
    return {
        "scorecard": change.scorecard.ref, "check": change.check.id, "title": change.check.title,
        "state": change.state, "at": change.at,
    }  # fmt: skip


class EntityScorecards(ObjectType):
    """How an entity does in the scorecards that apply to it."""

    tracks = List(NonNull(ScorecardTrack), required=True)
    history = EntityValue(
        NonNull(List(NonNull(ScorecardChange))), load=history_by_entity,
        first=Int(default_value=20, description="At most 200."),
        description="How its results became what they are, the newest first.",
    )  # fmt: skip
    overview = Field(ScorecardOverview, description="Of a Scorecard.")


def scorecards_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, dict[str, Any]]:
    """The values of the field for many entities."""
    found: dict[int, dict[str, Any]] = {
        pk: {"tracks": [_track(track) for track in tracks], "overview": None}
        for pk, tracks in tracks_by_entity(entities, viewer).items()
    }
    scorecards = [entity for entity in entities if entity.kind == KIND]
    for pk, overview in overview_by_entity(scorecards, viewer).items():
        found[pk] = {"tracks": [], "overview": _overview(overview, viewer)}
    return found


def _track(track: Track) -> dict[str, Any]:
    standing = track.standing
    return {
        "scorecard": track.scorecard.ref,
        "title": track.scorecard.title,
        "level": track.level,
        "rank": standing.rank,
        "next_level": track.next_level,
        "passed": standing.passed,
        "counted": standing.counted,
        "since": standing.since,
        "as_of": standing.judged_at,
        "checks": [check_shown(track, result) for result in track.results],
    }


def check_shown(track: Track, result: CheckResult) -> dict[str, Any]:
    """A result with the level that asks for it."""
    exemption = result.exemption
    return {
        "id": result.check.id,
        "title": result.check.title,
        "level": track.scorecard.level(result.check.rank),
        "state": result.state,
        "reason": result.reason,
        "since": result.since,
        "fix": result.check.fix,
        "fix_html": to_safe_html(result.check.fix),
        "draft": result.check.draft,
        "exemption": f"{exemption.state} until {exemption.until}: {exemption.reason}" if exemption else None,
    }


def levels_shown(scorecard: Scorecard, ranks: Mapping[int, int]) -> list[dict[str, Any]]:
    """Every level with the number of entities that have it, none first."""
    return [
        {"name": scorecard.level(rank), "rank": rank, "entities": number}
        for rank, number in sorted(ranks.items())
    ]


def _overview(overview: Overview, viewer: Principal) -> dict[str, Any]:
    short = shortfall(overview, viewer, first=MOST_SHORT)
    return {
        "judged": overview.judged,
        "levels": levels_shown(overview.scorecard, overview.ranks),
        "short": [
            {
                "ref": entity.ref, "level": track.level, "passed": track.standing.passed,
                "counted": track.standing.counted, "since": track.standing.since,
            }
            for entity, _, track in short.rows
        ],
    }  # fmt: skip


entity_scorecards = EntityField(
    EntityScorecards, load=scorecards_by_entity, description="Levels, checks and what falls short."
)
