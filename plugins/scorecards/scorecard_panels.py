"""What is shown of a Scorecard itself: how everything stands, the trend, who falls short, exemptions."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from portal.plugin_api import (
    Bar,
    Bars,
    Block,
    Empty,
    Error,
    Form,
    Line,
    Panel,
    Principal,
    Series,
    Slot,
    Stat,
    Table,
    Text,
    load_one,
)
from portal.plugin_api.catalog import Entity

from .definitions import KIND, read_scorecard
from .exemptions import DECIDE_EXEMPTION, offering
from .judging import judge_of
from .models import Exemption
from .overview import Overview, check_counts, exemptions_of, overview_by_entity, shortfall
from .panels import link_to

SHOWN = 50


class _OfScorecard(Panel):
    def applies_to(self, entity: Entity) -> bool:
        return entity.kind == KIND

    def as_of(self, entity: Entity, *, viewer: Principal) -> datetime | None:
        overview = load_one(overview_by_entity, entity, viewer)
        return overview.judged_at if overview else None


class ScorecardPanel(_OfScorecard):
    """Levels, trend, campaign, and how many pass each check; what is wrong with the scorecard itself."""

    title = "How everything stands"
    slot = Slot.OVERVIEW
    order = 10

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        for mistake in judge_of(read_scorecard(entity)).mistakes:
            yield Error("A check that is left out", mistake)
        overview = load_one(overview_by_entity, entity, viewer)
        if overview is None or not overview.judged:
            yield Empty("Nothing is judged yet", "Everything is judged every few minutes.")
            return
        yield Stat("Judged", str(overview.judged))
        yield from _campaign(overview)
        scorecard = overview.scorecard
        yield Bars(
            "By level",
            tuple(Bar(scorecard.level(rank), number) for rank, number in sorted(overview.ranks.items())),
        )
        if len(overview.trend) > 1:
            points = tuple((datetime.combine(day.day, time(), UTC), day.share) for day in overview.trend)
            yield Series("Checks passed", (Line("passed", points),), unit="%")
        yield Table(("Check", "Level", "Passed", "Failed", "Not known", "Exempt"), _counts(overview, viewer))


class ShortfallPanel(_OfScorecard):
    """Who falls short, of drafts who would; exemptions that wait for a decision."""

    title = "Who falls short"
    slot = Slot.TAB
    order = 10

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        overview = load_one(overview_by_entity, entity, viewer)
        if overview is None or not overview.judged:
            return
        scorecard = overview.scorecard
        short = shortfall(overview, viewer, first=SHOWN)
        if not short.rows:
            yield Empty("Nobody falls short", f"{overview.judged} are judged.")
        else:
            rows = tuple(
                (
                    link_to(one),
                    track.level,
                    f"{track.standing.passed} of {track.standing.counted}",
                    f"{track.standing.since:%Y-%m-%d}",
                )
                for one, _, track in short.rows
            )
            yield Table(("What", "Level", "Passed", "Since"), rows)
        yield from _drafts(overview, viewer)
        if overview.asked:
            asked = exemptions_of([scorecard], viewer, Exemption.State.ASKED)[:SHOWN]
            titles = {check.id: check.title for check in scorecard.checks}
            named = [(row, one, titles.get(row.check_id, row.check_id)) for row, one in asked]
            yield Table(
                ("What", "Check", "Reason", "Until", "Asked by"),
                tuple(
                    (link_to(one), check, row.reason, str(row.until), row.asked_by)
                    for row, one, check in named
                ),
            )
            choices: dict[str | int, str] = {
                row.pk: f"{check} of {one.title or one.name}, until {row.until}" for row, one, check in named
            }
            yield Form(
                "Decide about an exemption",
                DECIDE_EXEMPTION.name,
                schema=offering(DECIDE_EXEMPTION, "exemption", choices),
                submit="Decide",
            )


def _campaign(overview: Overview) -> Iterator[Block]:
    campaign = overview.scorecard.campaign
    if campaign is None:
        return
    level = overview.scorecard.level(campaign.rank)
    label = f"{level} was due by {campaign.by}" if campaign.is_over else f"{level} by {campaign.by}"
    yield Stat(label, f"{overview.there} of {overview.judged}", hint=campaign.reason or None)


def _counts(overview: Overview, viewer: Principal) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            count.check.title,
            "draft" if count.check.draft else overview.scorecard.level(count.check.rank),
            *(str(count.states.get(state, 0)) for state in ("passed", "failed", "unknown", "exempt")),
        )
        for count in check_counts(overview.scorecard, viewer)
    )


def _drafts(overview: Overview, viewer: Principal) -> Iterator[Block]:
    for check in overview.scorecard.checks:
        if not check.draft:
            continue
        found = shortfall(overview, viewer, check=check.id, first=SHOWN)
        if found.total:
            yield Text(
                f"**Draft: {check.title}**. {found.total} would fail; since when, as far as facts are kept:"
            )
            rows = tuple(
                (link_to(one), f"{track.since_of(check.id):%Y-%m-%d}") for one, _, track in found.rows
            )
            yield Table(("What", "Since"), rows)
