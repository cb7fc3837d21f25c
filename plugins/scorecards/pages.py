"""The scorecards together: every track; of one its levels, trend, teams, who falls short, exemptions."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from urllib.parse import quote

from django.utils import timezone

from portal.plugin_api import (
    Bar,
    Bars,
    Block,
    Empty,
    Gauge,
    Level,
    Line,
    Link,
    Page,
    PagePanel,
    Parameter,
    Principal,
    Series,
    Stat,
    Status,
    Table,
)
from portal.plugin_api.catalog import EntityQuery, find_entities

from .definitions import KIND
from .overview import Overview, check_counts, exemptions_of, overview_by_entity, shortfall, teams_of
from .panels import link_to, status_of
from .selectors import scorecards_of

SHORT, TEAMS = 200, 500
Given = Mapping[str, str]
STATES: Mapping[str, str] = {
    "asked": "warning", "granted": "ok", "refused": "unknown", "expired": "unknown",
}  # fmt: skip


def scorecard_choices(viewer: Principal) -> list[tuple[str, str]]:
    return [(each.ref, each.title or each.name) for each in find_entities(_every(), viewer=viewer)]


def team_choices(viewer: Principal) -> list[tuple[str, str]]:
    teams = find_entities(EntityQuery(kind=("Group",)), viewer=viewer)
    return [("", "Everybody"), *((team.ref, team.title or team.name) for team in teams[:TEAMS])]


def check_choices(viewer: Principal) -> list[tuple[str, str]]:
    """The level that is asked for, then every check of every scorecard."""
    checks = {check.id: check.title for each in scorecards_of(viewer).values() for check in each.checks}
    return [("", "The level asked for"), *checks.items()]


class _OfOne(PagePanel):
    """Of the scorecard that is chosen."""

    def as_of(self, *, viewer: Principal, given: Given) -> datetime | None:
        overview = _chosen(viewer, given)
        return overview.judged_at if overview else None


class TracksPanel(PagePanel):
    """Every scorecard: how many have the level that is asked for, and what waits for a decision."""

    title = "Tracks"
    wide = True

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        overviews = overview_by_entity(list(find_entities(_every(), viewer=viewer)), viewer)
        if not overviews:
            yield Empty("No scorecards yet", "An entity of the kind Scorecard names levels and their checks.")
            return
        rows = tuple(
            (
                Link(f"/pages/scorecards?scorecard={quote(each.scorecard.ref)}", each.scorecard.title),
                each.scorecard.level(each.wanted),
                f"{each.there} of {each.judged}",
                f"{100 * each.passed // each.counted} %" if each.counted else "",
                str(each.asked),
                _day(each),
            )
            for each in overviews.values()
        )
        yield Table(
            ("Scorecard", "Asked for", "Have it", "Checks passed", "Exemptions asked for", "Campaign"), rows
        )


class LevelsPanel(_OfOne):
    title = "Levels"

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        overview = _chosen(viewer, given)
        if overview is None:
            return
        if not overview.judged:
            yield Empty("Nothing is judged yet", "Everything is judged every few minutes.")
            return
        scorecard, campaign = overview.scorecard, overview.scorecard.campaign
        yield Gauge(
            f"{scorecard.level(overview.wanted)} {_day(overview)}".strip(),
            overview.there,
            maximum=overview.judged,
            unit=f"of {overview.judged}",
            level=_level(overview),
            detail=campaign.reason or None if campaign else None,
        )
        yield Bars(
            "By level",
            tuple(Bar(scorecard.level(rank), number) for rank, number in sorted(overview.ranks.items())),
        )


class TrendPanel(_OfOne):
    title = "Trend"

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        overview = _chosen(viewer, given)
        if overview is None or not overview.judged:
            return
        if overview.counted:
            yield Stat("Checks passed now", f"{100 * overview.passed / overview.counted:.1f}", unit="%")
        points = tuple((datetime.combine(day.day, time(), UTC), day.share) for day in overview.trend)
        if len(points) > 1:
            yield Series("Checks passed, of everything that is judged", (Line("passed", points),), unit="%")
        else:
            yield Empty("No trend yet", "There is one when a second day has been judged.")


class ChecksPanel(_OfOne):
    title = "Checks"

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        overview = _chosen(viewer, given)
        if overview is None or not overview.judged:
            return
        rows = tuple(
            (
                count.check.title,
                "draft" if count.check.draft else overview.scorecard.level(count.check.rank),
                *(str(count.states.get(state, 0)) for state in ("passed", "failed", "unknown", "exempt")),
            )
            for count in check_counts(overview.scorecard, viewer)
        )
        yield Table(("Check", "Level", "Passed", "Failed", "Not known", "Exempt"), rows)


class TeamsPanel(_OfOne):
    title = "Teams"

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        overview = _chosen(viewer, given)
        if overview is None or not overview.judged:
            return
        rows = tuple(
            (
                _of_team(given, team.ref, team.title),
                f"{100 * team.passed // team.counted} %" if team.counted else "",
                str(sum(number for rank, number in team.ranks.items() if rank >= overview.wanted)),
                str(sum(team.ranks.values())),
            )
            for team in teams_of(overview.scorecard, viewer)
        )
        yield Table(
            ("Team", "Checks passed", f"Have {overview.scorecard.level(overview.wanted)}", "Judged"), rows
        )


class ShortPanel(_OfOne):
    """Who has less than is asked for or does not pass a check, the worst first; what to mend and how."""

    title = "Who falls short"
    wide = True

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        overview = _chosen(viewer, given)
        if overview is None or not overview.judged:
            return
        found = shortfall(overview, viewer, check=given["check"], owner=given["team"], first=SHORT)
        if not found.rows:
            yield Empty("Nobody falls short", "Choose a check above to see who does not pass that one.")
            return
        rows = []
        for entity, owner, track in found.rows:
            lacking = [one for one in track.results if one.check.id == given["check"]] or track.lacking
            first = lacking[0] if lacking else None
            rows.append(
                (
                    link_to(entity),
                    owner,
                    track.level,
                    f"{track.standing.passed} of {track.standing.counted}",
                    status_of(first) if first else "",
                    first.check.fix if first else "",
                    f"{track.standing.since:%Y-%m-%d}",
                )
            )
        columns = ("What", "Whose", "Level", "Passed", "First to mend", "How", "Since")
        yield Table(columns, tuple(rows), file=f"{overview.entity.name}-short")
        if found.total > len(rows):
            yield Stat("And more", str(found.total - len(rows)))


class ExemptionsPanel(_OfOne):
    """What need not pass, or is asked not to; whoever answers for the scorecard decides on its own page."""

    title = "Exemptions"
    wide = True

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        overview = _chosen(viewer, given)
        if overview is None:
            return
        rows = tuple(
            (
                link_to(entity),
                row.check_id,
                Status(state, STATES[state]),  # type: ignore[arg-type]
                row.reason,
                str(row.until),
                row.asked_by,
                row.decided_by,
            )
            for row, entity in exemptions_of([overview.scorecard], viewer)
            for state in (row.state_on(timezone.now().date()),)
        )
        if rows:
            columns = ("What", "Check", "State", "Reason", "Until", "Asked by", "Decided by")
            yield Table(columns, rows, file=f"{overview.entity.name}-exemptions")


class ScorecardsPage(Page):
    title = "Scorecards"
    icon = "medal"
    description = "How everything stands that is judged: levels, who falls short, and how to mend it."
    parameters = (
        Parameter("scorecard", "Scorecard", scorecard_choices),
        Parameter("team", "Team", team_choices),
        Parameter("check", "Falls short in", check_choices),
    )
    panels = (TracksPanel, LevelsPanel, TrendPanel, ChecksPanel, TeamsPanel, ShortPanel, ExemptionsPanel)


def _every() -> EntityQuery:
    return EntityQuery(kind=(KIND.lower(),))


def _chosen(viewer: Principal, given: Given) -> Overview | None:
    entities = list(find_entities(_every(), viewer=viewer).filter(ref=given["scorecard"]))
    return next(iter(overview_by_entity(entities, viewer).values()), None)


def _level(overview: Overview) -> Level:
    if overview.there == overview.judged:
        return "ok"
    campaign = overview.scorecard.campaign
    return "error" if campaign and campaign.is_over else "warning"


def _day(overview: Overview) -> str:
    """By when the campaign asks for its level."""
    campaign = overview.scorecard.campaign
    if campaign is None:
        return ""
    return f"was due by {campaign.by}" if campaign.is_over else f"by {campaign.by}"


def _of_team(given: Given, ref: str, title: str) -> str | Link:
    if not ref:
        return "without an owner"
    return Link(f"/pages/scorecards?scorecard={quote(given['scorecard'])}&team={quote(ref)}", title)
