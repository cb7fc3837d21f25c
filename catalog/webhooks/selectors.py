"""Reading webhooks: everybody's own, and all of them for administrators."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.permissions import READ_SCOPE
from catalog.webhooks.models import Delivery, Webhook
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound


def find_webhooks(*, viewer: Principal) -> QuerySet[Webhook]:
    """The viewer's webhooks, for administrators everybody's; oldest first."""
    rows = Webhook.objects.select_related("account").order_by("id")
    if not viewer.has_scope(READ_SCOPE):
        return rows.none()
    return rows if viewer.is_admin else rows.filter(account=viewer.account)


def get_webhook(uid: UUID | None, *, viewer: Principal) -> Webhook:
    """Raises NotFound where it is missing or somebody else's."""
    webhook = find_webhooks(viewer=viewer).filter(uid=uid).first() if uid else None
    if webhook is None:
        raise NotFound("There is no webhook with this id.", code="WEBHOOK_NOT_FOUND", path=("id",))
    return webhook


def deliveries_by_webhook(
    webhooks: Sequence[Webhook], *, first: int, before: int | None = None
) -> dict[int, list[Delivery]]:
    """The last `first` deliveries of each webhook by its primary key, newest first; one statement.

    With `before`, those that are older than that one. Whoever loaded the webhooks may see them.
    """
    found: dict[int, list[Delivery]] = {webhook.pk: [] for webhook in webhooks}
    place = Window(RowNumber(), partition_by="webhook_id", order_by="-id")
    rows = Delivery.objects.filter(webhook__in=list(found), id__lt=before or 2**62)
    for delivery in rows.annotate(place=place).filter(place__lte=first).order_by("-id"):
        found[delivery.webhook_id].append(delivery)
    return found


def delivery_counts(webhooks: Sequence[Webhook]) -> dict[int, int]:
    """How many deliveries are remembered of each webhook, by its primary key."""
    rows = Delivery.objects.filter(webhook__in=webhooks).values_list("webhook").annotate(Count("id"))
    return dict(rows.order_by())
