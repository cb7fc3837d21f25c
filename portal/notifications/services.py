"""Telling people something, and noting what they have read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from portal.accounts.models import Account
from portal.accounts.permissions import require_session
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.notifications.models import Notification
from portal.notifications.selectors import find_notifications
from portal.rest.errors import Invalid

KEPT = timedelta(days=90)
MAX_INFO = 4000


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `link` is a path of the portal (`/tasks/…`) or an address of the web.

    A later message of the same origin and `scope` takes the place of the earlier one, and is unread.
    """

    title: str
    info: str = ""
    link: str = ""
    severity: str = Notification.Severity.NORMAL
    topic: str = ""
    scope: str = ""


def everybody() -> Iterable[Account]:
    return Account.objects.filter(is_active=True)


def accounts_named(user_refs: Collection[str]) -> Iterable[Account]:
    """The active accounts of users of the catalog."""
    return Account.objects.filter(is_active=True, user_ref__in=[ref for ref in user_refs if ref])


def tell(message: Message, accounts: Iterable[Account], *, origin: str, mark: str = "") -> int:
    """Tell each of them once; how many were told, now or with the same mark before. Raises Invalid."""
    _require_fit(message)
    fields = {
        "title": message.title.strip()[:200],
        "info": message.info[:MAX_INFO],
        "link": message.link,
        "severity": message.severity,
        "topic": message.topic[:100],
    }
    common = {"origin": origin[:200], "scope": message.scope[:200], "mark": mark}
    rows = [Notification(account=account, **common, **fields) for account in accounts]
    if message.scope:
        told = [row.account_id for row in rows]
        same = Notification.objects.filter(account__in=told, origin=common["origin"], scope=common["scope"])
        same.exclude(Q(mark=mark) & ~Q(mark="")).update(**fields, mark=mark, read_at=None, created_at=Now())
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def mark_notifications_read(uids: Collection[UUID] | None, *, actor: Principal) -> int:
    """Note that the actor has read these of their own, all of them for None; how many were not before."""
    with operation("notification.read", actor=actor, target=actor.label):
        require_session(actor, "read somebody's notifications for them")
        rows = find_notifications(viewer=actor, unread=True)
        return (rows if uids is None else rows.filter(uid__in=uids)).update(read_at=Now())


def forget_old_notifications() -> None:
    Notification.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _require_fit(message: Message) -> None:
    if not message.title.strip():
        raise Invalid("A notification needs a title.", path=("title",))
    if message.severity not in Notification.Severity.values:
        known = ", ".join(Notification.Severity.values)
        raise Invalid(f"{message.severity[:40]!r} is no severity: write one of {known}.", path=("severity",))
    if message.link and not _is_link(message.link):
        raise Invalid(
            f"{message.link[:200]!r} is no link: write a path of the portal or an address with https.",
            path=("link",),
        )


def _is_link(link: str) -> bool:
    """A path of this portal, or an address of the web: nothing that runs, nothing that only looks local."""
    if len(link) > 2000 or not link.isprintable() or "\\" in link or " " in link:
        return False
    if link.startswith("/"):
        return not link.startswith("//")
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
