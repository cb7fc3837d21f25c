"""GraphQL: what happened to the catalog, and the feed of what happens."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.history.cursors import cursor_of, position_of
from catalog.history.models import Event
from catalog.history.selectors import (
    ChangePage as PageOfChanges,
)
from catalog.history.selectors import (
    EventFilter,
    event_counts_by_entity,
    events_by_entity,
    find_changes,
    latest_position,
    uid_of,
)
from catalog.history.shown import FieldChange as Changed
from catalog.history.shown import changes_of, document_after, patch_of
from catalog.models import Entity as EntityRow
from catalog.schema.relations import OF_THE_PAST, EntityRelation, RelationEnd
from portal.accounts.principal import Principal
from portal.extension.batching import introduce, load_one
from portal.graphql.pagination import Page, check_page_size, connection_field
from portal.graphql.scalars import JSON, DateTime, JSONText

EntityEventWhat = graphene.Enum("EntityEventWhat", [(name, name) for name in Event.What.values])


class FieldChange(graphene.ObjectType):
    """One value of an entity's document before and after; the path is a JSON pointer, "" for all of it."""

    path = graphene.String(required=True)
    before = JSON()
    after = JSON()


class EntityEvent(graphene.ObjectType):
    """What happened to one entity, or to one relation (its entity is the one that declares it)."""

    id = graphene.ID(required=True)
    cursor = graphene.String(required=True, description="Follow `changes` from here.")
    at = DateTime(required=True)
    what = EntityEventWhat(required=True)
    ref = graphene.String(required=True)
    former_ref = graphene.String(description="The ref before, where it was renamed.")
    uid = graphene.ID(required=True)
    actor = graphene.String(required=True)
    cause = graphene.String(required=True, description="ingestion, unregister, rename, rebuild, …")
    source = graphene.String(description="The location that was read.")
    relation = graphene.Field(EntityRelation, description="What RELATED and UNRELATED are about.")
    changes = graphene.List(
        graphene.NonNull(FieldChange), required=True, description="Without the etag and the order of keys."
    )
    document = JSON(description="The whole entity, where it was created or restored.")
    patch = JSON(description="RFC 6902: makes the document before into the one after, in its order.")

    def resolve_id(root: Any, info: GraphQLResolveInfo) -> str:
        return cursor_of(root.pk)

    def resolve_cursor(root: Any, info: GraphQLResolveInfo) -> str:
        return cursor_of(root.pk)

    def resolve_at(root: Any, info: GraphQLResolveInfo) -> Any:
        return root.change.at

    def resolve_actor(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.change.actor)

    def resolve_cause(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.change.cause)

    def resolve_source(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.change.source or None

    def resolve_former_ref(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.other_ref if root.what == Event.What.RENAMED else None

    def resolve_relation(root: Any, info: GraphQLResolveInfo) -> RelationEnd | None:
        return load_one(_relation_ends, root)

    def resolve_changes(root: Any, info: GraphQLResolveInfo) -> list[Changed]:
        return changes_of(root)

    def resolve_document(root: Any, info: GraphQLResolveInfo) -> JSONText | None:
        document = document_after(root)
        return None if document is None else JSONText(document)

    def resolve_patch(root: Any, info: GraphQLResolveInfo) -> Any:
        return patch_of(root)


def _relation_ends(events: Sequence[Event]) -> Mapping[int, RelationEnd]:
    ends = {
        event.pk: RelationEnd(event.ref, event.relation_type, event.other_ref)
        for event in events
        if event.relation_type
    }
    introduce(ends.values(), only=OF_THE_PAST)
    return ends


class ChangePage(graphene.ObjectType):
    """A part of the feed; ask again with its cursor for what comes after, also when it is empty."""

    events = graphene.List(graphene.NonNull(EntityEvent), required=True)
    cursor = graphene.String(required=True)
    has_more = graphene.Boolean(required=True)

    def resolve_cursor(root: Any, info: GraphQLResolveInfo) -> str:
        return cursor_of(root.position)


class ChangeFilter(graphene.InputObjectType):
    """All conditions given must hold; several values of one list: any of them."""

    refs = graphene.List(graphene.NonNull(graphene.String), description="And relations that lead to these.")
    kind = graphene.List(graphene.NonNull(graphene.String))
    namespace = graphene.List(graphene.NonNull(graphene.String))
    what = graphene.List(graphene.NonNull(EntityEventWhat))


def to_event_filter(filter: Any) -> EventFilter:
    given = filter or {}
    return EventFilter(
        refs=tuple(given.get("refs") or ()),
        kinds=tuple(given.get("kind") or ()),
        namespaces=tuple(given.get("namespace") or ()),
        what=tuple(str(getattr(what, "value", what)) for what in given.get("what") or ()),
    )


def entity_history(
    entity: EntityRow, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
) -> Page:
    """The field `history` of an entity; the first pages of a list of entities are loaded together."""
    viewer = info.context.principal
    size, before = check_page_size(first), position_of(after) if after else None
    events = load_one(_histories, entity, viewer, size, before) or []
    return _page(events, size, is_first=after is None, count=lambda: load_one(_counts, entity, viewer) or 0)


def _histories(
    entities: Sequence[EntityRow], viewer: Principal, size: int, before: int | None
) -> Mapping[int, list[Event]]:
    keys = [(entity.uid, entity.ref) for entity in entities]
    found = events_by_entity(keys, viewer=viewer, first=size + 1, before=before)
    introduce(event for events in found.values() for event in events)
    return {entity.pk: found[entity.uid] for entity in entities}


def _counts(entities: Sequence[EntityRow], viewer: Principal) -> Mapping[int, int]:
    counts = event_counts_by_entity([(entity.uid, entity.ref) for entity in entities], viewer=viewer)
    return {entity.pk: counts.get(entity.uid, 0) for entity in entities}


def _page(events: list[Event], size: int, *, is_first: bool, count: Callable[[], int]) -> Page:
    return Page(
        items=events[:size],
        has_next_page=len(events) > size,
        has_previous_page=not is_first,
        cursor_of=lambda event: cursor_of(event.pk),
        count=count,
    )


class HistoryQueries:
    """What happened, and what happens."""

    entity_history = connection_field(
        EntityEvent,
        ref=graphene.String(required=True),
        description="Of one entity and its relations, newest first; also of one that is deleted.",
    )
    changes = graphene.Field(
        ChangePage,
        after=graphene.String(description="Left out: no events, and the cursor of now."),
        first=graphene.Int(default_value=100, description="1 to 100."),
        filter=ChangeFilter(),
        required=True,
        description="The feed: every event in the order of the commits, oldest first.",
    )

    def resolve_entity_history(
        root: Any, info: GraphQLResolveInfo, ref: str, first: int | None = None, after: str | None = None
    ) -> Page:
        viewer = info.context.principal
        key = uid_of(ref, viewer=viewer)
        size, before = check_page_size(first), position_of(after) if after else None
        events = events_by_entity([key], viewer=viewer, first=size + 1, before=before)[key[0]]
        return _page(
            introduce(events),
            size,
            is_first=after is None,
            count=lambda: event_counts_by_entity([key], viewer=viewer).get(key[0], 0),
        )

    def resolve_changes(
        root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None, filter: Any = None
    ) -> PageOfChanges:
        viewer = info.context.principal
        if after is None:
            return PageOfChanges([], latest_position(), False)
        page = find_changes(
            position_of(after), viewer=viewer, first=check_page_size(first), filter=to_event_filter(filter)
        )
        introduce(page.events)
        return page
