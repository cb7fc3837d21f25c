"""Reading notifications: one's own."""

from django.db.models import QuerySet

from portal.accounts.principal import Principal
from portal.notifications.models import Notification


def find_notifications(*, viewer: Principal, unread: bool = False) -> QuerySet[Notification]:
    """The viewer's own, newest first."""
    rows = Notification.objects.order_by("-created_at", "-pk")
    own = rows.filter(account=viewer.account) if viewer.account else rows.none()
    return own.filter(read_at=None) if unread else own
