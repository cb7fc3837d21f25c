"""GraphQL: the viewer's API tokens."""

import uuid
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.accounts import selectors, services
from portal.accounts.models import ApiToken
from portal.graphql.nodes import Node, decode_uid
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import DateTime


class PortalApiToken(graphene.ObjectType):
    """A client's credential; its secret is not kept."""

    class Meta:
        interfaces = (Node,)
        possible_types = (ApiToken,)

    name = graphene.String(required=True)
    prefix = graphene.String(required=True, description="The public part: ptl_<prefix>_…")
    scopes = graphene.List(graphene.NonNull(graphene.String), required=True)
    created_at = DateTime(required=True)
    expires_at = DateTime(required=True)
    last_used_at = DateTime(description="To the minute.")
    revoked_at = DateTime()

    @classmethod
    def get_node(cls, info: GraphQLResolveInfo, uid: uuid.UUID) -> ApiToken | None:
        return selectors.find_api_tokens(viewer=info.context.principal).filter(uid=uid).first()


class CreateApiTokenInput(graphene.InputObjectType):
    name = graphene.String(required=True)
    scopes = graphene.List(graphene.NonNull(graphene.String), required=True)
    expires_in_days = graphene.Int(required=True)


class CreateApiTokenPayload(WithProblems, graphene.ObjectType):
    never_kept = ("secret",)

    token = graphene.Field(PortalApiToken)
    secret = graphene.String(description="The token as the client sends it. Shown now and never again.")


class RevokeApiTokenInput(graphene.InputObjectType):
    id = graphene.ID(required=True)


class RevokeApiTokenPayload(WithProblems, graphene.ObjectType):
    token = graphene.Field(PortalApiToken)


def _create_api_token(info: GraphQLResolveInfo, input: Any) -> CreateApiTokenPayload:
    """Make an API token for the viewer's account; only in a session, never with another token."""
    token, secret = services.create_api_token(
        input.name,
        scopes=input.scopes,
        expires_in_days=input.expires_in_days,
        actor=info.context.principal,
    )
    return CreateApiTokenPayload(token=token, secret=secret)


def _revoke_api_token(info: GraphQLResolveInfo, input: Any) -> RevokeApiTokenPayload:
    """End one of the viewer's API tokens at once."""
    uid = decode_uid(input.id, "PortalApiToken")
    return RevokeApiTokenPayload(token=services.revoke_api_token(uid, actor=info.context.principal))


class AccountQueries:
    """What an account can see of itself."""

    api_tokens = graphene.List(
        graphene.NonNull(PortalApiToken), required=True, description="The viewer's own, newest first."
    )

    def resolve_api_tokens(root: Any, info: GraphQLResolveInfo) -> Any:
        return selectors.find_api_tokens(viewer=info.context.principal)


class AccountMutations:
    """What an account can do for itself."""

    create_api_token = mutation(CreateApiTokenInput, CreateApiTokenPayload, _create_api_token)
    revoke_api_token = mutation(RevokeApiTokenInput, RevokeApiTokenPayload, _revoke_api_token)
