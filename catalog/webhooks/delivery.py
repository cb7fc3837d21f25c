"""Sending webhooks: one message at a time for each, signed as the Standard Webhooks specification says.

A message is a part of the feed. It is remembered before it is sent and keeps its id until it is answered, so
a receiver that got it twice (the sender died, the answer was lost) knows it by its `webhook-id`.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from standardwebhooks import Webhook as Signer

from catalog.history.models import Event
from catalog.history.selectors import EventFilter, Expired, find_changes, latest_position
from catalog.history.shown import event_json
from catalog.webhooks.models import Delivery, Webhook
from portal.accounts.principal import Principal
from portal.database.prepared import Parameter, Prepared
from portal.encryption import Undecryptable, decrypt
from portal.integrations.errors import IntegrationError, RateLimited
from portal.integrations.http import request

EVENTS = 100
BYTES = 512 * 1024
MESSAGES = 50
"""Of one webhook in one turn, so that the others have theirs."""

KEPT = 200
"""Deliveries that are remembered of each webhook."""

LEASE = timedelta(seconds=60)
DELAYS = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200)
"""Seconds until the next attempt: more than a day in all before the webhook is disabled."""

GONE = 410


def deliver_webhooks() -> int:
    """Send what is due, of every webhook; returns how many messages were accepted."""
    sent = 0
    for pk in _behind().order_by("next_attempt_at").values_list("pk", flat=True):
        for _ in range(MESSAGES):
            if not _send_next(pk):
                break
            sent += 1
    return sent


def has_messages() -> bool:
    """Whether a webhook is due. Asked every few seconds, whoever has a webhook or none."""
    return bool(DUE(now=timezone.now())) and _behind().exists()


DUE = Prepared(
    lambda: Webhook.objects.filter(
        state=Webhook.State.ACTIVE, next_attempt_at__lte=Parameter("now", "timestamptz")
    ).values_list("pk")[:1]
)


def _behind() -> QuerySet[Webhook]:
    return Webhook.objects.filter(**_due(), position__lt=latest_position())


def _due() -> dict[str, Any]:
    return {"state": Webhook.State.ACTIVE, "next_attempt_at__lte": timezone.now()}


def _send_next(pk: int) -> bool:
    """Whether there was a message, and it was accepted."""
    claimed = _claim(pk)
    if claimed is None:
        return False
    webhook, delivery, body = claimed
    try:
        headers = _headers(webhook, delivery, body)
        answer = request("POST", webhook.url, headers=headers, body=body, use_credentials=False)
        error = "" if 200 <= answer.status < 300 else f"It answered {answer.status}."
        return _answered(delivery, answer.status, error, wait=_retry_after(answer.headers))
    except RateLimited as failure:
        return _answered(delivery, None, str(failure), wait=failure.retry_after)
    except (IntegrationError, Undecryptable) as failure:
        return _answered(delivery, None, str(failure))


def _claim(pk: int) -> tuple[Webhook, Delivery, bytes] | None:
    """The message that is to be sent now, with the webhook out of reach of other senders for a while."""
    with transaction.atomic():
        rows = Webhook.objects.select_for_update(of=("self",), skip_locked=True).select_related("account")
        webhook = rows.filter(pk=pk, **_due()).first()
        if webhook is None:
            return None
        if not webhook.account.is_active:
            _disable(webhook, "Its account is disabled.")
            return None
        pending = webhook.deliveries.filter(state=Delivery.State.PENDING).first()
        try:
            delivery, events = _events_of(webhook, pending)
        except Expired:
            _disable(webhook, "The history no longer reaches back to where it stopped.")
            return None
        if delivery is None:
            return None
        delivery.attempts += 1
        delivery.attempted_at = timezone.now()
        delivery.save()
        webhook.next_attempt_at = timezone.now() + LEASE
        webhook.save(update_fields=["next_attempt_at", "position"])
        return webhook, delivery, _body(delivery, events)


def _events_of(webhook: Webhook, pending: Delivery | None) -> tuple[Delivery | None, list[bytes]]:
    """The message to send, and its events as JSON; positions without an event for it are passed over."""
    viewer = Principal(account=webhook.account)
    filter = EventFilter(**{key: tuple(values) for key, values in webhook.filter.items()})
    while True:
        page = find_changes(webhook.position, viewer=viewer, first=EVENTS, filter=filter)
        events = [event for event in page.events if pending is None or event.pk <= pending.until]
        if events:
            return _message(webhook, pending, events)
        if pending:  # what it had is hidden from the account by now
            pending.delete()
            pending = None
            continue
        if page.position > webhook.position:
            webhook.position = page.position
            webhook.save(update_fields=["position"])
        if not page.has_more:
            return None, []


def _message(webhook: Webhook, pending: Delivery | None, events: list[Event]) -> tuple[Delivery, list[bytes]]:
    texts: list[bytes] = []
    for event in events:
        text = orjson.dumps(event_json(event))
        if texts and sum(map(len, texts)) + len(text) > BYTES:
            break
        texts.append(text)
    until = events[len(texts) - 1].pk
    if pending is None:
        pending = Delivery(webhook=webhook, after=webhook.position)
    pending.until, pending.events = until, len(texts)
    return pending, texts


def _body(delivery: Delivery, events: list[bytes]) -> bytes:
    at = delivery.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    joined = b",".join(events)
    return b'{"type":"catalog.changes","timestamp":"%s","data":{"events":[%s]}}' % (at.encode(), joined)


def _headers(webhook: Webhook, delivery: Delivery, body: bytes) -> dict[str, str]:
    at = datetime.now(tz=UTC)
    message = f"msg_{delivery.uid.hex}"
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(decrypt(bytes(webhook.secret))).sign(message, at, body.decode()),
    }


def _retry_after(headers: Any) -> float:
    text = headers.get("retry-after", "")
    return min(float(text), 86_400) if text.isdigit() else 0


def _answered(delivery: Delivery, status: int | None, error: str, *, wait: float = 0) -> bool:
    """Write down how it went; whether the next message may follow at once."""
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
        current = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.PENDING).first()
        if current is None:  # replayed or changed meanwhile
            webhook.next_attempt_at = timezone.now()
            webhook.save(update_fields=["next_attempt_at"])
            return True
        current.status, current.error = status, error[:500]
        if not error:
            current.state = Delivery.State.DELIVERED
            webhook.position, webhook.next_attempt_at = current.until, timezone.now()
        elif status == GONE or current.attempts >= settings.WEBHOOK_ATTEMPTS:
            current.state = Delivery.State.FAILED
            _disable(webhook, f"Given up after {current.attempts} attempts: {error}")
        else:
            delay = DELAYS[min(current.attempts, len(DELAYS)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311
            webhook.next_attempt_at = timezone.now() + timedelta(seconds=max(delay, wait))
        current.save()
        webhook.save(update_fields=["position", "next_attempt_at"])
    _forget(webhook)
    return not error


def _disable(webhook: Webhook, reason: str) -> None:
    webhook.state, webhook.reason = Webhook.State.DISABLED, reason[:500]
    webhook.save(update_fields=["state", "reason"])


def _forget(webhook: Webhook) -> None:
    """Keep the newest deliveries only."""
    old = webhook.deliveries.order_by("-id").values_list("id", flat=True)[KEPT : KEPT + 1].first()
    if old:
        webhook.deliveries.filter(id__lte=old).delete()
