"""Changing the catalog: locations, refreshes, overlays, favourites."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog import services
from catalog.entities.etags import require_etag
from catalog.ingestion.targets import find_registered
from catalog.models import Location
from catalog.provenance import overlay_services
from catalog.refresh import jobs
from catalog.schema.entity import Entity
from catalog.schema.history import FieldChange
from catalog.schema.places import PortalLocation
from catalog.selectors import EntityQuery, find_entities, get_entity
from portal.extension.batching import introduce
from portal.graphql.nodes import decode_uid
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import JSON

MAX_ENTITIES = 100


class LocationPreview(graphene.ObjectType):
    """What registering would do about one ref."""

    ref = graphene.String(required=True)
    kind = graphene.String(required=True)
    name = graphene.String(required=True)
    path = graphene.String(required=True, description="The file and the line in it.")
    outcome = graphene.String(required=True, description="add, change, remove, held, unchanged or refused")
    message = graphene.String(description="Why it is refused, or held back.")
    changes = graphene.List(
        graphene.NonNull(FieldChange),
        required=True,
        description="Of a change: value by value, long ones cut; of the first 100.",
    )

    def resolve_message(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.message or None


class RegisterLocationInput(graphene.InputObjectType):
    target = graphene.String(required=True, description="An address, or <type>:<target>; docs/catalog.md")
    dry_run = graphene.Boolean(default_value=False, description="Only say what would happen.")
    trusted = graphene.Boolean(
        default_value=False,
        description="It may define every kind: users, groups, templates too. For administrators.",
    )


class RegisterLocationPayload(WithProblems, graphene.ObjectType):
    location = graphene.Field(PortalLocation, description="Of a dry run: what is registered there already.")
    entities = graphene.List(
        graphene.NonNull(Entity), required=True, default_value=(), description="By name, the first 100."
    )
    preview = graphene.List(graphene.NonNull(LocationPreview), required=True, default_value=())


class UnregisterLocationInput(graphene.InputObjectType):
    id = graphene.ID(required=True)


class UnregisterLocationPayload(WithProblems, graphene.ObjectType):
    id = graphene.ID()


class RefreshEntityInput(graphene.InputObjectType):
    ref = graphene.String(required=True)


class RefreshEntityPayload(WithProblems, graphene.ObjectType):
    entity = graphene.Field(Entity)


class RemoveEntityInput(graphene.InputObjectType):
    ref = graphene.String(required=True)
    expected_etag = graphene.String(description="Delete nothing if the entity has another one by now.")


class RemoveEntityPayload(WithProblems, graphene.ObjectType):
    ref = graphene.String()


class SetOverlayInput(graphene.InputObjectType):
    ref = graphene.String(required=True)
    path = graphene.String(required=True, description="JSON pointer: /spec/owner")
    value = JSON(description="Null takes the field out; it must be said.")
    reason = graphene.String(required=True, description="Why the descriptor does not have the say.")
    expected_etag = graphene.String(description="Set nothing if the entity has another one by now.")


class SetOverlayPayload(WithProblems, graphene.ObjectType):
    entity = graphene.Field(Entity)


class RemoveOverlayInput(graphene.InputObjectType):
    ref = graphene.String(required=True)
    path = graphene.String(required=True)


class RemoveOverlayPayload(WithProblems, graphene.ObjectType):
    entity = graphene.Field(Entity)


class SetFavouriteInput(graphene.InputObjectType):
    ref = graphene.String(required=True)
    favourite = graphene.Boolean(required=True)


class SetFavouritePayload(WithProblems, graphene.ObjectType):
    entity = graphene.Field(Entity)


def _register_location(info: GraphQLResolveInfo, input: Any) -> RegisterLocationPayload:
    """Register a place that descriptors are read from, and read it. What is refused is its problems."""
    actor = info.context.principal
    if input.dry_run:
        found = jobs.preview_location(input.target, actor=actor, trusted=input.trusted)
        return RegisterLocationPayload(location=find_registered(input.target, viewer=actor), preview=found)
    location: Location = jobs.register_location(input.target, actor=actor, trusted=input.trusted)
    rows = find_entities(EntityQuery(), viewer=actor).filter(location=location)
    return RegisterLocationPayload(location=location, entities=introduce(rows[:MAX_ENTITIES]))


def _unregister_location(info: GraphQLResolveInfo, input: Any) -> UnregisterLocationPayload:
    """Remove a location and every entity that comes from it."""
    services.unregister_location(decode_uid(input.id, "PortalLocation"), actor=info.context.principal)
    return UnregisterLocationPayload(id=input.id)


def _refresh_entity(info: GraphQLResolveInfo, input: Any) -> RefreshEntityPayload:
    """Read the entity's location again, if it changed since it was read last."""
    return RefreshEntityPayload(entity=jobs.refresh_entity(input.ref, actor=info.context.principal))


def _remove_entity(info: GraphQLResolveInfo, input: Any) -> RemoveEntityPayload:
    """Delete an orphan, or anything else; what its source still declares comes back with the next read."""
    actor = info.context.principal
    entity = get_entity(input.ref, viewer=actor)
    services.remove_entity(entity.uid, actor=actor, expected_etag=input.get("expected_etag"))
    return RemoveEntityPayload(ref=entity.ref)


def _set_overlay(info: GraphQLResolveInfo, input: Any) -> SetOverlayPayload:
    """Let a value stand at a path of an entity, whatever its descriptor says, until it is removed."""
    entity = overlay_services.set_overlay(
        input.ref,
        path=input.path,
        value=input.get("value", overlay_services.UNSAID),
        reason=input.reason,
        expected_etag=input.get("expected_etag"),
        actor=info.context.principal,
    )
    return SetOverlayPayload(entity=entity)


def _remove_overlay(info: GraphQLResolveInfo, input: Any) -> RemoveOverlayPayload:
    """Let the descriptor have its say again at a path."""
    entity = overlay_services.remove_overlay(input.ref, path=input.path, actor=info.context.principal)
    return RemoveOverlayPayload(entity=entity)


def _set_favourite(info: GraphQLResolveInfo, input: Any) -> SetFavouritePayload:
    """Mark an entity for the viewer, or take the mark away."""
    entity = services.set_favourite(input.ref, input.favourite, actor=info.context.principal)
    return SetFavouritePayload(entity=entity)


def entity_mutation(
    input_type: type, payload_type: type, resolve: Callable[[GraphQLResolveInfo, Any], Any]
) -> graphene.Field:
    """A `mutation` whose input names an entity in `ref`: it takes an `expectedEtag` and checks it first."""
    input_type._meta.fields["expected_etag"] = graphene.InputField(  # type: ignore[attr-defined]
        graphene.String, description="Refuse with ENTITY_CHANGED where the entity is not this one any more."
    )

    @wraps(resolve)
    def checked(info: GraphQLResolveInfo, input: Any) -> Any:
        expected = input.get("expected_etag")
        if expected is not None:
            require_etag(get_entity(input.ref, viewer=info.context.principal), expected)
        return resolve(info, input)

    return mutation(input_type, payload_type, checked)


class EntityMutations:
    """Locations, entities, overlays and favourites."""

    register_location = mutation(RegisterLocationInput, RegisterLocationPayload, _register_location)
    unregister_location = mutation(UnregisterLocationInput, UnregisterLocationPayload, _unregister_location)
    refresh_entity = entity_mutation(RefreshEntityInput, RefreshEntityPayload, _refresh_entity)
    remove_entity = mutation(RemoveEntityInput, RemoveEntityPayload, _remove_entity)
    set_overlay = mutation(SetOverlayInput, SetOverlayPayload, _set_overlay)
    remove_overlay = entity_mutation(RemoveOverlayInput, RemoveOverlayPayload, _remove_overlay)
    set_favourite = entity_mutation(SetFavouriteInput, SetFavouritePayload, _set_favourite)
