"""What is new in the catalog for whoever follows it: events in their order, or the entities that changed."""

from dataclasses import dataclass

from catalog.entities.refs import EntityRef
from catalog.history.models import Event
from catalog.history.selectors import EventFilter, find_changes
from catalog.models import Entity
from catalog.query.entity_query import EntityQuery
from catalog.selectors import find_entities, get_entities_by_refs
from portal.accounts.principal import Principal

CATALOG_CHANNEL = "portal_catalog"
"""NOTIFY on this channel tells that a transaction has changed the catalog; its payload is the generation."""

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Changed:
    """An entity that something happened to; `entity` is None where it is not there any more. `position` is
    the feed's after what happened; the events are those of one read, oldest first."""

    ref: str
    entity: Entity | None
    events: list[Event]
    position: int


@dataclass(slots=True)
class EventReader:
    """Reads the feed on from a position."""

    position: int
    filter: EventFilter

    def read(self, viewer: Principal) -> tuple[list[Event], bool]:
        """The next events, and whether there are more. Raises Expired."""
        page = find_changes(self.position, viewer=viewer, first=AT_ONCE, filter=self.filter)
        self.position = page.position
        return page.events, page.has_more


@dataclass(slots=True)
class EntityReader:
    """Reads on which entities changed: the one with `ref`, or those that meet a query now, or all.

    Several events of one read about one entity are one change. With a query, what does not meet it any more
    is not told, nor is what is gone: the feed of events tells that.
    """

    events: EventReader
    ref: str | None
    query: EntityQuery | None

    @classmethod
    def starting(cls, position: int, ref: str | None, query: EntityQuery | None) -> "EntityReader":
        """Raises InvalidRef."""
        canonical = str(EntityRef.parse(ref)) if ref else None
        reader = EventReader(position, EventFilter(refs=(canonical,) if canonical else ()))
        return cls(reader, canonical, query)

    def read(self, viewer: Principal) -> tuple[list[Changed], bool]:
        """What changed, in the order of the first events. Raises Expired."""
        events, has_more = self.events.read(viewer)
        by_ref: dict[str, list[Event]] = {}
        for event in events:
            for ref in (event.ref, event.other_ref):
                if ref and self.ref in (None, ref):
                    by_ref.setdefault(ref, []).append(event)
        there = self._entities(by_ref, viewer)
        told = by_ref if self.query is None else [ref for ref in by_ref if ref in there]
        position = self.events.position
        return [Changed(ref, there.get(ref), by_ref[ref], position) for ref in told], has_more

    def _entities(self, refs: "dict[str, list[Event]]", viewer: Principal) -> dict[str, Entity]:
        if self.query is None or not refs:
            return get_entities_by_refs(refs, viewer) if refs else {}
        rows = find_entities(self.query, viewer=viewer).filter(ref__in=list(refs))
        return {entity.ref: entity for entity in rows}
