"""Reading the history: what happened to one entity, what happened since a position, what was when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, QuerySet

from catalog.entities.refs import EntityRef
from catalog.history.models import Change, Event, Horizon
from catalog.permissions import READ_SCOPE, hidden_namespaces, visible_to
from catalog.selectors import get_entity
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound, PortalError

WINDOW = 20_000
"""So many positions one page of the feed looks through at most, however few events its filter finds."""

LAST = 2**62
"""A position behind all that can come."""

# The events of each wanted entity that a viewer may know of.
EACH = """
      FROM unnest(%(uids)s::uuid[], %(refs)s::text[]) AS wanted(uid, ref)
      JOIN LATERAL (
        SELECT e.id FROM catalog_event e
         WHERE (e.uid = wanted.uid
                OR (e.other_ref = wanted.ref AND e.other_ref <> '' AND e.relation_type <> ''))
           AND e.id < %(before)s
           AND e.namespace <> ALL(%(hidden)s::text[]) AND e.other_namespace <> ALL(%(hidden)s::text[])
         ORDER BY e.id DESC LIMIT %(first)s
      ) latest ON true
"""
LATEST = f"SELECT wanted.uid, latest.id {EACH} ORDER BY latest.id DESC"
COUNTS = f"SELECT wanted.uid, count(*) {EACH} GROUP BY wanted.uid"

Key = tuple[UUID, str]
"""The uid of an entity and its canonical ref."""

MOVES = (Event.What.RELATED, Event.What.UNRELATED)


class Expired(PortalError):
    """What is asked for is older than what the history keeps."""

    default_code = "CURSOR_EXPIRED"
    status = 410


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Every condition that is given must hold; several values of one: any of them. Refs are canonical.

    `refs` finds the events of relations to these entities too.
    """

    refs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    what: tuple[str, ...] = ()

    def q(self) -> Q:
        result = Q()
        if self.refs:
            refs = [str(EntityRef.parse(ref)) for ref in self.refs]
            result &= Q(ref__in=refs) | Q(other_ref__in=refs)
        if self.kinds:
            kinds = Q()
            for kind in self.kinds:
                kinds |= Q(ref__startswith=f"{kind.lower()}:")
            result &= kinds
        if self.namespaces:
            result &= Q(namespace__in=[namespace.lower() for namespace in self.namespaces])
        if self.what:
            result &= Q(what__in=self.what)
        return result


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Events in the order of their positions; `position` is where the next page begins."""

    events: list[Event]
    position: int
    has_more: bool


def find_events(*, viewer: Principal) -> QuerySet[Event]:
    """The events that the viewer may know of, each with its change: both ends of a relation, both names of
    a rename must be visible. Not ordered."""
    return Event.objects.select_related("change").filter(
        visible_to(viewer), visible_to(viewer, "other_namespace")
    )


def uid_of(ref: str, *, viewer: Principal) -> Key:
    """The uid and canonical ref behind a ref, also of what was deleted, as long as its history is kept.

    Raises InvalidRef, and NotFound for what never was, is forgotten or hidden.
    """
    canonical = str(EntityRef.parse(ref))
    try:
        return get_entity(canonical, viewer=viewer).uid, canonical
    except NotFound:
        gone = find_events(viewer=viewer).filter(ref=canonical, relation_type="", what=Event.What.DELETED)
        last = gone.order_by("-id").first()
        if last is None:
            raise
        return last.uid, canonical


def events_by_entity(
    entities: Sequence[Key], *, viewer: Principal, first: int, before: int | None = None
) -> dict[UUID, list[Event]]:
    """The last `first` events of each entity and of its relations from both ends, newest first.

    With `before`, those older than that position. Three statements, however many entities.
    """
    found: dict[UUID, list[Event]] = {uid: [] for uid, _ in entities}
    positions = _each(LATEST, entities, viewer, first=first, before=before or LAST)
    events = Event.objects.select_related("change").in_bulk([position for _, position in positions])
    for uid, position in positions:
        found[uid].append(events[position])
    return found


def event_counts_by_entity(entities: Sequence[Key], *, viewer: Principal) -> dict[UUID, int]:
    """How many events `events_by_entity` could give for each; two statements."""
    return dict(_each(COUNTS, entities, viewer, first=None, before=LAST))


def _each(
    statement: str, entities: Sequence[Key], viewer: Principal, *, first: int | None, before: int
) -> list[tuple[UUID, int]]:
    if not viewer.has_scope(READ_SCOPE):
        return []
    arguments: dict[str, Any] = {
        "uids": [uid for uid, _ in entities],
        "refs": [ref for _, ref in entities],
        "hidden": sorted(hidden_namespaces(viewer)),
        "before": before,
        "first": first,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return [(uid, number) for uid, number in cursor.fetchall()]


def latest_position() -> int:
    """The position of the last event; a feed that begins here brings what happens from now on."""
    last: int | None = Event.objects.aggregate(last=Max("id"))["last"]
    return last or pruned_through()


def pruned_through() -> int:
    horizon = Horizon.objects.filter(pk=1).first()
    return horizon.pruned_through if horizon else 0


def require_kept(position: int) -> None:
    """Raises Expired where events after the position are forgotten."""
    if position < pruned_through():
        raise Expired(
            "The history no longer reaches back to this cursor. Read the catalog as a whole, and follow it "
            "from the cursor that `changes` gives without `after`.",
            path=("after",),
        )


def find_changes(
    position: int, *, viewer: Principal, first: int = 100, filter: EventFilter | None = None
) -> ChangePage:
    """The next events after a position, at most `first`, oldest first.

    Raises Expired where events after the position are pruned already: begin again with a full read.
    """
    require_kept(position)
    end = latest_position()
    window_end = min(end, position + WINDOW)
    rows = find_events(viewer=viewer).filter(id__gt=position, id__lte=window_end)
    found = list(rows.filter((filter or EventFilter()).q()).order_by("id")[: first + 1])
    if len(found) > first:
        return ChangePage(found[:first], found[first - 1].pk, True)
    return ChangePage(found, max(window_end, position), window_end < end)


def position_at(moment: datetime) -> int | None:
    """The position that the history had reached at a moment; None where nothing happened since."""
    later = Change.objects.filter(at__gt=moment).order_by("id").values_list("events_after", flat=True)
    return later.first()
