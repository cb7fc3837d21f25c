"""What is shown of an entity, of what a team owns, and of what the viewer owns."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from django.utils import timezone

from portal.plugin_api import (
    Block,
    Empty,
    Form,
    Gauge,
    HomePanel,
    Level,
    Link,
    Moment,
    Panel,
    Principal,
    Slot,
    Stat,
    Status,
    Table,
    TeamPanel,
    Text,
    Timeline,
    load_one,
)
from portal.plugin_api.catalog import Entity

from .exemptions import ASK_EXEMPTION, ended_exemptions, offering
from .models import Exemption
from .selectors import (
    Change,
    CheckResult,
    Track,
    changes_by_entity,
    owned_tracks,
    owned_tracks_by_group,
    tracks_by_entity,
)

LEVELS = {"passed": "ok", "failed": "error", "unknown": "unknown", "exempt": "warning"}
SHOWN = 15


class ScorecardsPanel(Panel):
    """The level in each scorecard, and what keeps it from the next one."""

    title = "Scorecards"
    slot = Slot.OVERVIEW
    order = 30

    def applies_to(self, entity: Entity) -> bool:
        return entity.kind not in ("Scorecard", "Group", "User")

    def as_of(self, entity: Entity, *, viewer: Principal) -> datetime | None:
        tracks = load_one(tracks_by_entity, entity, viewer)
        return min((track.standing.judged_at for track in tracks), default=None) if tracks else None

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        for track in load_one(tracks_by_entity, entity, viewer) or ():
            standing = track.standing
            yield Gauge(
                f"{track.scorecard.title}: {track.level}",
                standing.passed,
                maximum=standing.counted or 1,
                unit="checks",
                level=_level(track),
                detail=_campaign(track),
            )
            for result in track.lacking[:3]:
                yield status_of(result)


class ChecksPanel(Panel):
    """Every check with its result, since when, and how to mend it; exemptions are asked for here."""

    title = "Scorecards"
    slot = Slot.TAB
    order = 30

    def applies_to(self, entity: Entity) -> bool:
        return entity.kind not in ("Scorecard", "Group", "User")

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        tracks = load_one(tracks_by_entity, entity, viewer) or []
        if not tracks:
            return
        open_checks: dict[str | int, str] = {}
        ended = ended_exemptions(entity.uid, timezone.now().date())
        for track in tracks:
            yield Stat(track.scorecard.title, track.level, hint=_campaign(track))
            rows = tuple(_row(track, result, ended) for result in track.results)
            yield Table(("Check", "Level", "Since", "Exemption"), rows)
            for result in track.lacking:
                if result.check.fix:
                    yield Text(f"**{result.check.title}**: {result.check.fix}")
                if result.exemption is None:
                    value = f"{track.scorecard.ref}#{result.check.id}"
                    open_checks[value] = f"{result.check.title} ({track.scorecard.title})"
        moments = tuple(map(_moment, load_one(changes_by_entity, entity, viewer) or ()))
        if moments:
            yield Text("**How it became so**")
            yield Timeline(moments)
        if open_checks:
            schema = offering(ASK_EXEMPTION, "check", open_checks)
            yield Form("Ask for an exemption", ASK_EXEMPTION.name, schema=schema, submit="Ask")


class OwnedScorecardsPanel(TeamPanel):
    """What falls short in what a team owns."""

    title = "Scorecards"
    order = 30

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        yield from _owned(load_one(owned_tracks_by_group, entity, viewer) or [])


class HomeScorecardsPanel(HomePanel):
    """What falls short in what the viewer owns."""

    title = "What falls short in what you own"
    order = 30

    def blocks(self, *, viewer: Principal) -> Iterator[Block]:
        yield from _owned(owned_tracks(viewer))


def status_of(result: CheckResult) -> Status:
    label = result.check.title
    return Status(label, LEVELS[result.state], result.reason or None)  # type: ignore[arg-type]


def link_to(entity: Entity) -> Link:
    path = "/".join(quote(part, safe="") for part in (entity.namespace, entity.kind.lower(), entity.name))
    return Link(f"/catalog/{path}", entity.title or entity.name)


def _moment(change: Change) -> Moment:
    title = f"{change.check.title}: {change.state}"
    return Moment(change.at, title, LEVELS[change.state], detail=change.scorecard.title)  # type: ignore[arg-type]


def _row(
    track: Track, result: CheckResult, ended: Mapping[tuple[UUID, str], Exemption]
) -> tuple[str | Status, ...]:
    told = ""
    if result.exemption:
        told = f"{result.exemption.state} until {result.exemption.until}: {result.exemption.reason}"
    elif not result.is_good and (over := ended.get((track.scorecard.uid, result.check.id))):
        refused = over.state == Exemption.State.REFUSED
        how = f"refused by {over.decided_by}" if refused else f"expired on {over.until}"
        told = f"{how}: {over.reason}"
    level = "draft" if result.check.draft else track.scorecard.level(result.check.rank)
    return (status_of(result), level, f"{result.since:%Y-%m-%d}", told)


def _level(track: Track) -> Level:
    campaign = track.scorecard.campaign
    if campaign and campaign.is_over and track.is_late:
        return "error"
    return "warning" if track.lacking else "ok"


def _campaign(track: Track) -> str | None:
    campaign = track.scorecard.campaign
    if campaign is None or not track.is_late:
        return f"next: {track.next_level}" if track.next_level else None
    level = track.scorecard.level(campaign.rank)
    if campaign.is_over:
        return f"{level} was asked for by {campaign.by}: overdue"
    return f"{level} is asked for by {campaign.by}"


def _owned(pairs: Sequence[tuple[Entity, Track]]) -> Iterator[Block]:
    if not pairs:
        return
    short = [(entity, track) for entity, track in pairs if track.lacking]
    if not short:
        yield Empty("Nothing falls short", f"{len(pairs)} results, every check is passed.")
        return
    rows = tuple(
        (
            link_to(entity),
            f"{track.scorecard.title}: {track.level}",
            status_of(track.lacking[0]),
            f"{len(track.lacking)} of {track.standing.counted}",
        )
        for entity, track in short[:SHOWN]
    )
    yield Table(("What", "Level", "First to mend", "Falls short in"), rows)
    if len(short) > SHOWN:
        yield Stat("And more", str(len(short) - SHOWN))
