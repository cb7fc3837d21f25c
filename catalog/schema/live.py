"""GraphQL: following the catalog live."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.history.cursors import cursor_of, position_of
from catalog.history.live import CATALOG_CHANNEL, EntityReader, EventReader
from catalog.history.selectors import latest_position, require_kept
from catalog.schema.entity import Entity
from catalog.schema.filters import EntityFilter, to_query
from catalog.schema.history import ChangeFilter, EntityEvent, to_event_filter
from portal.accounts.principal import Principal
from portal.extension.batching import introduce
from portal.graphql.subscriptions import Feed, News, subscription_field

AFTER = "Go on after this cursor; left out: from now on."


class EntityChange(graphene.ObjectType):
    """Something happened to an entity, or to one of its relations."""

    ref = graphene.String(required=True)
    entity = graphene.Field(Entity, description="As it is now; null where it is gone.")
    events = graphene.List(
        graphene.NonNull(EntityEvent), required=True, description="What happened, oldest first."
    )
    cursor = graphene.String(required=True, description="To go on after this.")

    def resolve_cursor(root: Any, info: GraphQLResolveInfo) -> str:
        return cursor_of(root.position)


class EventFeed:
    """The events of `changes`."""

    topic = CATALOG_CHANNEL

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader

    def read(self, viewer: Principal) -> News:
        events, has_more = self._reader.read(viewer)
        return News(introduce(events), has_more)


class EntityFeed:
    """The entities of `entityChanged`."""

    topic = CATALOG_CHANNEL

    def __init__(self, reader: EntityReader) -> None:
        self._reader = reader

    def read(self, viewer: Principal) -> News:
        changes, has_more = self._reader.read(viewer)
        introduce(event for change in changes for event in change.events)
        introduce(change.entity for change in changes if change.entity)
        return News(list(changes), has_more)


def _start(after: str | None) -> int:
    if after is None:
        return latest_position()
    position = position_of(after)
    require_kept(position)
    return position


def _follow_changes(viewer: Principal, after: str | None = None, filter: Any = None) -> Feed:
    return EventFeed(EventReader(_start(after), to_event_filter(filter)))


def _follow_entities(
    viewer: Principal, ref: str | None = None, filter: Any = None, after: str | None = None
) -> Feed:
    query = None if filter is None else to_query(filter)
    return EntityFeed(EntityReader.starting(_start(after), ref, query))


class CatalogSubscriptions:
    """What of the catalog can be followed."""

    changes = subscription_field(
        EntityEvent,
        _follow_changes,
        after=graphene.String(description=AFTER),
        filter=ChangeFilter(),
        description="The feed of `changes`, event by event; each has the cursor to go on after it.",
    )
    entity_changed = subscription_field(
        EntityChange,
        _follow_entities,
        ref=graphene.String(description="This entity only."),
        filter=EntityFilter(description="Entities that meet this after the change."),
        after=graphene.String(description=AFTER),
        description="The entities that changed, as they are now; changes that come together are one.",
    )
