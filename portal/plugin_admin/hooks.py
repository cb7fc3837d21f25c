"""Deliveries to plugins: which are genuine, which were here before, and handing them over in a worker."""

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from portal.extension.acceptance import acting
from portal.extension.guard import PluginFailed, contained
from portal.extension.hooks import DeliveryRefused, Hook
from portal.extension_points import hooks
from portal.plugin_admin.models import HookDelivery
from portal.rest.errors import Invalid, NotFound, Unauthenticated, Unavailable

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=7)
DELAYS = (5, 60, 600, 3600)
"""Seconds until the next attempt; after the last one a delivery is given up."""

TURN = 200
ID_HEADERS = ("webhook-id", "x-github-delivery", "x-gitea-delivery")

_wake: list[Callable[[], object]] = []


def set_wake(wake: Callable[[], object]) -> None:
    """Say how a worker is told that something was delivered; tasks.py does."""
    _wake[:] = [wake]


def find_hook(plugin: str, name: str) -> Hook:
    """Raises NotFound."""
    for item in hooks.read():
        if (item.plugin, item.name) == (plugin, name):
            return item.value
    raise NotFound("No enabled plugin has such a hook: the plugins page lists what each adds.")


def take_delivery(plugin: str, hook: Hook, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep a delivery for a worker; False where it was here before.

    Raises Unauthenticated where none of the hook's secrets signed it, Invalid where it is not JSON,
    Unavailable where the plugin could not be asked for its secrets.
    """
    try:
        secrets = contained(plugin, f"the secrets of the hook {hook.name}", lambda: _texts(hook.secrets()))
    except PluginFailed as error:
        raise Unavailable(str(error), code=error.code) from None
    if not any(_signed(secret, headers, body) for secret in secrets):
        raise unsigned()
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Invalid("The delivery is not JSON.") from None
    sent = next((headers[name] for name in ID_HEADERS if headers.get(name)), "")
    key = hashlib.sha256(sent.encode() or body).hexdigest()
    with transaction.atomic():
        _, is_new = HookDelivery.objects.get_or_create(
            plugin=plugin, hook=hook.name, key=key, defaults={"body": body, "due_at": timezone.now()}
        )
        if is_new:
            transaction.on_commit(_wake_workers)
    return is_new


def unsigned() -> Unauthenticated:
    """What every delivery that is not genuine is answered."""
    return Unauthenticated(
        "The signature fits no secret of a hook at this address. Sign the body with X-Hub-Signature-256, or "
        "as Standard Webhooks says.",
        code="SIGNATURE_INVALID",
    )


def hand_over() -> int:
    """Give plugins what was delivered, oldest first; answers how many deliveries were looked at."""
    _old().delete()
    count = 0
    while count < TURN and _hand_over_next():
        count += 1
    return count


def has_work() -> bool:
    """Whether a delivery is to be handed over, or forgotten."""
    return (_due() | _old()).exists()


def _due() -> QuerySet[HookDelivery]:
    return HookDelivery.objects.filter(due_at__lte=timezone.now())


def _old() -> QuerySet[HookDelivery]:
    return HookDelivery.objects.filter(received_at__lt=timezone.now() - REMEMBERED, due_at=None)


@transaction.atomic
def _hand_over_next() -> bool:
    due = _due().order_by("received_at", "pk")
    delivery = due.select_for_update(skip_locked=True).first()
    if delivery is None:
        return False
    try:
        hook = find_hook(delivery.plugin, delivery.hook)
        with transaction.atomic():
            limit = int(1000 * settings.PLUGIN_DEADLINE)
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(limit)])
            with acting(delivery.plugin):
                hook.receive(orjson.loads(bytes(delivery.body)))
        delivery.due_at, delivery.error, delivery.body = None, "", b""
    except (DeliveryRefused, NotFound) as refusal:
        logger.warning("plugin=%s refused a delivery to %s: %s", delivery.plugin, delivery.hook, refusal)
        delivery.due_at, delivery.error, delivery.body = None, str(refusal)[:500], b""
    except Exception as error:
        logger.exception(
            "plugin=%s the delivery %s to %s failed", delivery.plugin, delivery.pk, delivery.hook
        )
        _try_later(delivery, f"The plugin failed ({type(error).__name__}); the log says more.")
    delivery.save()
    return True


def _try_later(delivery: HookDelivery, error: str) -> None:
    delivery.error = error
    if delivery.attempts < len(DELAYS):
        delivery.due_at = timezone.now() + timedelta(seconds=DELAYS[delivery.attempts])
    else:
        delivery.due_at = None
    delivery.attempts += 1


def _wake_workers() -> None:
    for wake in _wake:
        try:
            wake()
        except Exception as error:  # noqa: BLE001 - whatever the broker's library raises
            logger.warning("No worker could be woken, deliveries wait for their turn: %s", error)


def _texts(secrets: tuple[str, ...]) -> list[str]:
    return [str(secret) for secret in secrets if secret]


def _signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    if "webhook-signature" in headers:
        try:
            Webhook(secret).verify(body, dict(headers))
            return True
        except (WebhookVerificationError, ValueError):
            return False
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers.get("x-hub-signature-256", "").encode(), expected.encode())
