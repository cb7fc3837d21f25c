"""What can be done about a location: look again, trust it, approve a large removal, or keep the entities."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.ingestion import removal_services
from catalog.refresh import jobs
from catalog.schema.places import PortalLocation
from catalog.selectors import get_location
from portal.graphql.nodes import decode_uid
from portal.graphql.problems import WithProblems, mutation


class RefreshLocationInput(graphene.InputObjectType):
    location_id = graphene.ID(required=True)


class RefreshLocationPayload(WithProblems, graphene.ObjectType):
    location = graphene.Field(PortalLocation)


class TrustLocationInput(graphene.InputObjectType):
    location_id = graphene.ID(required=True)
    trusted = graphene.Boolean(required=True)


class TrustLocationPayload(WithProblems, graphene.ObjectType):
    location = graphene.Field(PortalLocation)


class ApproveRemovalInput(graphene.InputObjectType):
    location_id = graphene.ID(required=True)
    count = graphene.Int(required=True, description="How many you have seen waiting.")


class ApproveRemovalPayload(WithProblems, graphene.ObjectType):
    location = graphene.Field(PortalLocation)


class DismissRemovalInput(graphene.InputObjectType):
    location_id = graphene.ID(required=True)


class DismissRemovalPayload(WithProblems, graphene.ObjectType):
    location = graphene.Field(PortalLocation)


def _refresh(info: GraphQLResolveInfo, input: Any) -> RefreshLocationPayload:
    """Look at a location now and read it if it changed."""
    uid = decode_uid(input.location_id, "PortalLocation")
    return RefreshLocationPayload(location=jobs.refresh_location(uid, actor=info.context.principal))


def _trust(info: GraphQLResolveInfo, input: Any) -> TrustLocationPayload:
    """Let a location define every kind, or no longer, and read it anew. For administrators."""
    uid = decode_uid(input.location_id, "PortalLocation")
    location = jobs.trust_location(uid, input.trusted, actor=info.context.principal)
    return TrustLocationPayload(location=location)


def _approve(info: GraphQLResolveInfo, input: Any) -> ApproveRemovalPayload:
    """Remove the entities of a location that wait for approval."""
    uid, actor = decode_uid(input.location_id, "PortalLocation"), info.context.principal
    removal_services.approve_removal(uid, input.count, actor=actor)
    return ApproveRemovalPayload(location=get_location(uid, viewer=actor))


def _dismiss(info: GraphQLResolveInfo, input: Any) -> DismissRemovalPayload:
    """Let the entities that wait for removal stay, as orphans."""
    uid, actor = decode_uid(input.location_id, "PortalLocation"), info.context.principal
    removal_services.dismiss_removal(uid, actor=actor)
    return DismissRemovalPayload(location=get_location(uid, viewer=actor))


class SourceMutations:
    """Everything that can be done about a location as a source."""

    refresh_location = mutation(RefreshLocationInput, RefreshLocationPayload, _refresh)
    trust_location = mutation(TrustLocationInput, TrustLocationPayload, _trust)
    approve_removal = mutation(ApproveRemovalInput, ApproveRemovalPayload, _approve)
    dismiss_removal = mutation(DismissRemovalInput, DismissRemovalPayload, _dismiss)
