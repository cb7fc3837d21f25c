"""`scorecards { … }`: every scorecard as a whole, who falls short and how to mend it, exemptions."""

from typing import Any

from django.utils import timezone

from portal.plugin_api import PluginQuery, Principal, QueryValue, to_safe_html
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities
from portal.plugin_api.graphql import Boolean, DateTime, Field, Float, Int, List, NonNull, ObjectType, String

from ..definitions import KIND, read_scorecard
from ..judging import judge_of
from ..overview import (
    CheckCount,
    Overview,
    Team,
    check_counts,
    exemptions_of,
    overview_by_entity,
    shortfall,
    teams_of,
)
from .entity import ScorecardCheck, ScorecardLevel, check_shown, levels_shown


class ScorecardDay(ObjectType):
    """How everything that is judged stood on a day."""

    day = String(required=True, description="2026-01-31, in UTC.")
    share = Float(required=True, description="Of the checks that are passed, in percent.")
    levels = List(NonNull(ScorecardLevel), required=True)


class ScorecardCampaign(ObjectType):
    """A level that everything is to have until a day."""

    level = String(required=True)
    by = String(required=True, description="2026-01-31.")
    reason = String(required=True)
    there = Int(required=True, description="How many have it.")


class ScorecardSummary(ObjectType):
    """A scorecard as a whole, of what the viewer may see; the trend is of everything that is judged."""

    ref = String(required=True)
    title = String(required=True)
    description = String(required=True)
    owner_ref = String(required=True, description="Who answers for it and decides about exemptions.")
    kinds = List(NonNull(String), required=True, description="That it judges.")
    levels = List(NonNull(ScorecardLevel), required=True, description="The first is to have none.")
    judged = Int(required=True)
    judged_at = DateTime()
    passed = Int(required=True, description="Checks that count and are passed, of all that is judged.")
    counted = Int(required=True)
    campaign = Field(ScorecardCampaign)
    open_exemptions = Int(required=True, description="That wait for a decision.")
    trend = List(NonNull(ScorecardDay), required=True, description="Day by day, the oldest first.")


class ScorecardCheckCount(ObjectType):
    """How many do how in a check."""

    id = String(required=True)
    title = String(required=True)
    level = String(required=True)
    draft = Boolean(required=True, description="Judged and shown, not counted.")
    expression = String(required=True, description="CEL.")
    when = String(required=True, description="CEL: only what it is true of is judged; empty for everything.")
    fix = String(required=True, description="How to mend it; Markdown.")
    fix_html = String(required=True, description="The same, rendered and safe to show.")
    passed = Int(required=True)
    failed = Int(required=True)
    unknown = Int(required=True)
    exempt = Int(required=True)


class ScorecardTeam(ObjectType):
    """How the things of one owner do."""

    ref = String(required=True, description="Empty for things without an owner.")
    title = String(required=True)
    levels = List(NonNull(ScorecardLevel), required=True)
    passed = Int(required=True)
    counted = Int(required=True)


class ScorecardReport(ObjectType):
    """A scorecard by check and by team."""

    summary = Field(ScorecardSummary, required=True)
    checks = List(NonNull(ScorecardCheckCount), required=True)
    teams = List(NonNull(ScorecardTeam), required=True, description="The worst first.")
    mistakes = List(NonNull(String), required=True, description="Checks that are left out, with the reason.")


class ScorecardShortRow(ObjectType):
    """Something that falls short, with what it lacks: what keeps it from its next level first."""

    ref = String(required=True)
    title = String(required=True)
    owner_ref = String(required=True)
    owner_title = String(required=True)
    level = String(required=True)
    next_level = String()
    passed = Int(required=True)
    counted = Int(required=True)
    since = DateTime(required=True, description="That it has this level.")
    late = Boolean(required=True, description="Whether a campaign asks for more.")
    lacking = List(NonNull(ScorecardCheck), required=True)


class ScorecardShortfall(ObjectType):
    """Who falls short: a page, the worst first."""

    total = Int(required=True)
    rows = List(NonNull(ScorecardShortRow), required=True)


class ScorecardExemption(ObjectType):
    """Something need not pass a check until a day."""

    id = Int(required=True, description="What the action decide-exemption takes.")
    scorecard = String(required=True, description="Its ref.")
    check = String(required=True, description="Its id.")
    check_title = String(required=True)
    ref = String(required=True)
    title = String(required=True)
    reason = String(required=True)
    until = String(required=True, description="2026-01-31.")
    state = String(required=True, description="asked, granted, refused or expired.")
    asked_by = String(required=True)
    asked_at = DateTime(required=True)
    decided_by = String(required=True)
    decided_at = DateTime()


def summaries(viewer: Principal) -> list[dict[str, Any]]:
    """Every scorecard that the viewer may see, by name."""
    entities = _scorecards(viewer)
    overviews = overview_by_entity(entities, viewer)
    return [_summary(overviews[entity.pk]) for entity in entities]


def report(viewer: Principal, ref: str) -> dict[str, Any] | None:
    """None where there is no such scorecard for the viewer."""
    overview = _overview(viewer, ref)
    if overview is None:
        return None
    scorecard = overview.scorecard
    return {
        "summary": _summary(overview),
        "checks": [_count(overview, count) for count in check_counts(scorecard, viewer)],
        "teams": [_team(overview, team) for team in teams_of(scorecard, viewer)],
        "mistakes": judge_of(scorecard).mistakes,
    }


def short(viewer: Principal, ref: str, check: str = "", **page: Any) -> dict[str, Any] | None:
    """A page of who falls short; None where there is no such scorecard for the viewer."""
    overview = _overview(viewer, ref)
    if overview is None:
        return None
    found = shortfall(overview, viewer, check=check, **page)
    rows = [
        {
            "ref": entity.ref, "title": entity.title or entity.name,
            "owner_ref": entity.owner_ref, "owner_title": owner_title,
            "level": track.level, "next_level": track.next_level, "passed": track.standing.passed,
            "counted": track.standing.counted, "since": track.standing.since, "late": track.is_late,
            "lacking": [
                check_shown(track, result)
                for result in (track.results if check else track.lacking)
                if not check or result.check.id == check
            ],
        }
        for entity, owner_title, track in found.rows
    ]  # fmt: skip
    return {"total": found.total, "rows": rows}


def exemptions(viewer: Principal, ref: str = "", state: str = "") -> list[dict[str, Any]]:
    """Of one scorecard, or of all; the latest first."""
    scorecards = {
        entity.uid: read_scorecard(entity) for entity in _scorecards(viewer) if ref in ("", entity.ref)
    }
    found, today = [], timezone.now().date()
    for row, entity in exemptions_of(list(scorecards.values()), viewer, state):
        scorecard = scorecards[row.scorecard_uid]
        check = scorecard.check(row.check_id)
        found.append(
            {
                "id": row.pk, "scorecard": scorecard.ref, "check": row.check_id,
                "check_title": check.title if check else row.check_id,
                "ref": entity.ref, "title": entity.title or entity.name, "reason": row.reason,
                "until": str(row.until), "state": row.state_on(today), "asked_by": row.asked_by,
                "asked_at": row.asked_at, "decided_by": row.decided_by, "decided_at": row.decided_at,
            }
        )  # fmt: skip
    return found


class Scorecards(ObjectType):
    """How good things are, and what to mend first."""

    all = QueryValue(List(NonNull(ScorecardSummary), required=True), load=summaries)
    report = QueryValue(ScorecardReport, load=report, ref=String(required=True))
    short = QueryValue(
        ScorecardShortfall,
        load=short,
        description="Who has less than the campaign's level, or else than the highest.",
        ref=String(required=True),
        check=String(description="The id of a check: who does not pass it, of a draft who would not."),
        owner=String(description="The ref of a team or person: of what it owns itself."),
        first=Int(description="50 if left out, at most 200."),
        offset=Int(),
    )
    exemptions = QueryValue(
        List(NonNull(ScorecardExemption), required=True),
        load=exemptions,
        ref=String(description="Of one scorecard only."),
        state=String(description="asked, granted, refused or expired."),
    )


def _scorecards(viewer: Principal) -> list[Entity]:
    return list(find_entities(EntityQuery(kind=(KIND.lower(),)), viewer=viewer))


def _overview(viewer: Principal, ref: str) -> Overview | None:
    named = [entity for entity in _scorecards(viewer) if entity.ref == ref.lower()]
    return next(iter(overview_by_entity(named, viewer).values()), None)


def _summary(overview: Overview) -> dict[str, Any]:
    entity, scorecard, campaign = overview.entity, overview.scorecard, overview.scorecard.campaign
    return {
        "ref": scorecard.ref, "title": scorecard.title, "description": entity.description,
        "owner_ref": entity.owner_ref, "kinds": list(scorecard.kinds),
        "levels": levels_shown(scorecard, overview.ranks),
        "judged": overview.judged, "judged_at": overview.judged_at,
        "passed": overview.passed, "counted": overview.counted,
        "campaign": campaign
        and {
            "level": scorecard.level(campaign.rank), "by": str(campaign.by), "reason": campaign.reason,
            "there": overview.there,
        },
        "open_exemptions": overview.asked,
        "trend": [
            {"day": str(day.day), "share": day.share, "levels": levels_shown(scorecard, day.ranks)}
            for day in overview.trend
        ],
    }  # fmt: skip


def _count(overview: Overview, count: CheckCount) -> dict[str, Any]:
    check = count.check
    return {
        "id": check.id, "title": check.title, "level": overview.scorecard.level(check.rank),
        "draft": check.draft, "expression": check.expression.strip(), "when": check.when, "fix": check.fix,
        "fix_html": to_safe_html(check.fix),
        **{state: count.states.get(state, 0) for state in ("passed", "failed", "unknown", "exempt")},
    }  # fmt: skip


def _team(overview: Overview, team: Team) -> dict[str, Any]:
    levels = levels_shown(overview.scorecard, team.ranks)
    return {
        "ref": team.ref, "title": team.title, "levels": levels, "passed": team.passed,
        "counted": team.counted,
    }  # fmt: skip


scorecards_query = PluginQuery(Scorecards, description="Every scorecard, who falls short, exemptions.")
