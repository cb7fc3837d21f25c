"""GraphQL: the viewer's notifications."""

import uuid
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.graphql.nodes import Node, decode_uid
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import DateTime
from portal.notifications import services
from portal.notifications.models import Notification
from portal.notifications.selectors import find_notifications

SHOWN = 100


class PortalNotification(graphene.ObjectType):
    """What the viewer was told."""

    class Meta:
        interfaces = (Node,)
        possible_types = (Notification,)

    title = graphene.String(required=True)
    info = graphene.String(required=True, description="Markdown; empty where the title says it all.")
    link = graphene.String(description="A path of the portal, or an address.")
    severity = graphene.String(required=True, description="low, normal, high or critical")
    topic = graphene.String()
    origin = graphene.String(required=True, description="What sent it.")
    created_at = DateTime(required=True)
    read_at = DateTime()

    @classmethod
    def get_node(cls, info: GraphQLResolveInfo, uid: uuid.UUID) -> Notification | None:
        return find_notifications(viewer=info.context.principal).filter(uid=uid).first()

    def resolve_link(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.link or None

    def resolve_topic(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.topic or None


class MarkNotificationsReadInput(graphene.InputObjectType):
    ids = graphene.List(graphene.NonNull(graphene.ID), description="All that are unread, if left out.")


class MarkNotificationsReadPayload(WithProblems, graphene.ObjectType):
    read = graphene.Int(description="How many were unread before.")


def _mark_notifications_read(info: GraphQLResolveInfo, input: Any) -> MarkNotificationsReadPayload:
    """Note that the viewer has read some of their notifications."""
    given = getattr(input, "ids", None)
    known = [decode_uid(each, "PortalNotification") for each in given or ()]
    uids = None if given is None else [uid for uid in known if uid]
    read = services.mark_notifications_read(uids, actor=info.context.principal)
    return MarkNotificationsReadPayload(read=read)


class NotificationQueries:
    """What the portal has told the viewer."""

    notifications = graphene.List(
        graphene.NonNull(PortalNotification),
        required=True,
        description=f"The viewer's own, newest first; at most {SHOWN}.",
        unread=graphene.Boolean(default_value=False),
    )
    unread_notifications = graphene.Int(required=True, description="How many the viewer has not read.")

    def resolve_notifications(root: Any, info: GraphQLResolveInfo, unread: bool = False) -> Any:
        return find_notifications(viewer=info.context.principal, unread=unread)[:SHOWN]

    def resolve_unread_notifications(root: Any, info: GraphQLResolveInfo) -> int:
        return find_notifications(viewer=info.context.principal, unread=True).count()


class NotificationMutations:
    """What a viewer can do with their notifications."""

    mark_notifications_read = mutation(
        MarkNotificationsReadInput, MarkNotificationsReadPayload, _mark_notifications_read
    )
