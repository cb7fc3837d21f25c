"""GraphQL: where the feed of changes is sent, and how that goes."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.history.cursors import cursor_of, position_of
from catalog.schema.history import ChangeFilter, to_event_filter
from catalog.webhooks import services
from catalog.webhooks.models import Delivery, Webhook
from catalog.webhooks.selectors import deliveries_by_webhook, delivery_counts, find_webhooks
from portal.extension.batching import introduce, load_one
from portal.graphql.nodes import Node, decode_uid
from portal.graphql.pagination import Page, check_page_size, connection_field
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import JSON, DateTime

WebhookState = graphene.Enum("WebhookState", [(name, name) for name in Webhook.State.values])
DeliveryState = graphene.Enum("WebhookDeliveryState", [(name, name) for name in Delivery.State.values])


class WebhookDelivery(graphene.ObjectType):
    """One message to a webhook, however often it was tried."""

    id = graphene.ID(required=True, description="What the receiver got as `webhook-id`.")
    state = DeliveryState(required=True)
    events = graphene.Int(required=True)
    attempts = graphene.Int(required=True)
    status = graphene.Int(description="HTTP status of the last answer; null where there was none.")
    error = graphene.String()
    cursor = graphene.String(required=True, description="Replay from here to get it again.")
    created_at = DateTime(required=True)
    attempted_at = DateTime()

    def resolve_id(root: Any, info: GraphQLResolveInfo) -> str:
        return f"msg_{root.uid.hex}"

    def resolve_error(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.error or None

    def resolve_cursor(root: Any, info: GraphQLResolveInfo) -> str:
        return cursor_of(root.after)


class PortalWebhook(graphene.ObjectType):
    """An address that changes are sent to, signed (standardwebhooks.com); its secret is shown once."""

    class Meta:
        interfaces = (Node,)
        possible_types = (Webhook,)

    name = graphene.String(required=True)
    url = graphene.String(required=True)
    owner = graphene.String(required=True, description="The account whose view of the catalog it gets.")
    filter = JSON(required=True)
    state = WebhookState(required=True)
    reason = graphene.String(description="Why it is disabled.")
    cursor = graphene.String(required=True, description="How far it came.")
    next_attempt_at = DateTime(required=True)
    created_at = DateTime(required=True)
    deliveries = connection_field(WebhookDelivery, description="Newest first; the last 200 are kept.")

    @classmethod
    def get_node(cls, info: GraphQLResolveInfo, uid: uuid.UUID) -> Webhook | None:
        return find_webhooks(viewer=info.context.principal).filter(uid=uid).first()

    def resolve_state(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.state)

    def resolve_owner(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.account.get_username())

    def resolve_reason(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.reason or None

    def resolve_cursor(root: Any, info: GraphQLResolveInfo) -> str:
        return cursor_of(root.position)

    def resolve_deliveries(
        root: Any, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        size, before = check_page_size(first), position_of(after) if after else None
        found = load_one(_deliveries, root, size, before) or []
        return Page(
            items=found[:size],
            has_next_page=len(found) > size,
            has_previous_page=after is not None,
            cursor_of=lambda delivery: cursor_of(delivery.pk),
            count=lambda: load_one(_counts, root) or 0,
        )


def _deliveries(webhooks: Sequence[Webhook], size: int, before: int | None) -> Mapping[int, list[Delivery]]:
    return deliveries_by_webhook(webhooks, first=size + 1, before=before)


def _counts(webhooks: Sequence[Webhook]) -> Mapping[int, int]:
    return delivery_counts(webhooks)


class CreateWebhookInput(graphene.InputObjectType):
    name = graphene.String(required=True)
    url = graphene.String(required=True)
    filter = ChangeFilter(description="Only these events; every one if left out.")


class CreateWebhookPayload(WithProblems, graphene.ObjectType):
    never_kept = ("secret",)

    webhook = graphene.Field(PortalWebhook)
    secret = graphene.String(description="What messages are signed with. Shown now and never again.")


class UpdateWebhookInput(graphene.InputObjectType):
    id = graphene.ID(required=True)
    name = graphene.String()
    url = graphene.String()
    filter = ChangeFilter()
    enabled = graphene.Boolean(description="Enabled again, it goes on where it stopped.")
    new_secret = graphene.Boolean(default_value=False)


class UpdateWebhookPayload(WithProblems, graphene.ObjectType):
    never_kept = ("secret",)

    webhook = graphene.Field(PortalWebhook)
    secret = graphene.String(description="The new one, where it was asked for. Shown now and never again.")


class DeleteWebhookInput(graphene.InputObjectType):
    id = graphene.ID(required=True)


class DeleteWebhookPayload(WithProblems, graphene.ObjectType):
    id = graphene.ID()


class ReplayWebhookInput(graphene.InputObjectType):
    id = graphene.ID(required=True)
    cursor = graphene.String(required=True, description="Of an event, a delivery or the feed.")


class ReplayWebhookPayload(WithProblems, graphene.ObjectType):
    webhook = graphene.Field(PortalWebhook)


def _create_webhook(info: GraphQLResolveInfo, input: Any) -> CreateWebhookPayload:
    """Send what happens from now on to an address; only in a session."""
    webhook, secret = services.create_webhook(
        input.name, url=input.url, filter=to_event_filter(input.get("filter")), actor=info.context.principal
    )
    return CreateWebhookPayload(webhook=webhook, secret=secret)


def _update_webhook(info: GraphQLResolveInfo, input: Any) -> UpdateWebhookPayload:
    """Change what is given of a webhook."""
    given = input.get("filter")
    webhook, secret = services.update_webhook(
        decode_uid(input.id, "PortalWebhook"),
        name=input.get("name"),
        url=input.get("url"),
        filter=None if given is None else to_event_filter(given),
        enabled=input.get("enabled"),
        new_secret=input.new_secret,
        actor=info.context.principal,
    )
    return UpdateWebhookPayload(webhook=webhook, secret=secret)


def _delete_webhook(info: GraphQLResolveInfo, input: Any) -> DeleteWebhookPayload:
    """Forget a webhook and its deliveries."""
    services.delete_webhook(decode_uid(input.id, "PortalWebhook"), actor=info.context.principal)
    return DeleteWebhookPayload(id=input.id)


def _replay_webhook(info: GraphQLResolveInfo, input: Any) -> ReplayWebhookPayload:
    """Send everything after a cursor again, and enable the webhook."""
    uid = decode_uid(input.id, "PortalWebhook")
    return ReplayWebhookPayload(
        webhook=services.replay_webhook(uid, input.cursor, actor=info.context.principal)
    )


class WebhookQueries:
    """Where the feed is sent."""

    webhooks = graphene.List(
        graphene.NonNull(PortalWebhook),
        required=True,
        description="The viewer's own, for administrators everybody's.",
    )

    def resolve_webhooks(root: Any, info: GraphQLResolveInfo) -> Any:
        return introduce(find_webhooks(viewer=info.context.principal))


class WebhookMutations:
    """Sending the feed."""

    create_webhook = mutation(CreateWebhookInput, CreateWebhookPayload, _create_webhook)
    update_webhook = mutation(UpdateWebhookInput, UpdateWebhookPayload, _update_webhook)
    delete_webhook = mutation(DeleteWebhookInput, DeleteWebhookPayload, _delete_webhook)
    replay_webhook = mutation(ReplayWebhookInput, ReplayWebhookPayload, _replay_webhook)
