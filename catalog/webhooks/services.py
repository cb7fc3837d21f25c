"""Making and changing webhooks; each writes its audit record."""

import base64
import secrets
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.history.cursors import position_of
from catalog.history.models import Event
from catalog.history.selectors import EventFilter, latest_position, require_kept
from catalog.webhooks.models import Delivery, Webhook
from catalog.webhooks.selectors import get_webhook
from portal.accounts.permissions import require_session
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.encryption import encrypt, renew
from portal.integrations.errors import Refused
from portal.integrations.outbound import check_url
from portal.rest.errors import Invalid

MAX_WEBHOOKS = 10
"""Per account."""

MAX_VALUES = 100


def create_webhook(name: str, *, url: str, filter: EventFilter, actor: Principal) -> tuple[Webhook, str]:
    """Send what happens from now on to an address. Returns the secret too, which is shown only now.

    Raises Denied, and Invalid with the field to blame.
    """
    with operation("webhook.create", actor=actor, target=f"{actor.label}: {name[:100]}") as now:
        require_session(actor, "manage webhooks")
        if actor.account is None:
            raise Invalid("The portal itself has no webhooks: sign in.")
        if Webhook.objects.filter(account=actor.account).count() >= MAX_WEBHOOKS:
            raise Invalid(
                f"You have {MAX_WEBHOOKS} webhooks already: delete one first.", code="TOO_MANY_WEBHOOKS"
            )
        secret = _new_secret()
        webhook = Webhook.objects.create(
            account=actor.account,
            name=_checked_name(name),
            url=_checked_url(url),
            filter=_checked_filter(filter),
            secret=encrypt(secret),
            position=latest_position(),
            next_attempt_at=timezone.now(),
        )
        now.target = f"webhook:{webhook.uid}"
        now.detail = {"name": webhook.name, "url": webhook.url}
    return webhook, secret


def update_webhook(
    uid: UUID | None,
    *,
    name: str | None = None,
    url: str | None = None,
    filter: EventFilter | None = None,
    enabled: bool | None = None,
    new_secret: bool = False,
    actor: Principal,
) -> tuple[Webhook, str | None]:
    """Change what is given; a webhook that is enabled again goes on where it stopped.

    With `new_secret` the old one signs nothing more, and the new one is returned. Raises NotFound, Invalid.
    """
    with operation("webhook.update", actor=actor, target=f"webhook:{uid}") as now:
        require_session(actor, "manage webhooks")
        webhook = _locked(uid, actor)
        if name is not None:
            webhook.name = _checked_name(name)
        if url is not None:
            webhook.url = _checked_url(url)
        if filter is not None:
            webhook.filter = _checked_filter(filter)
            Delivery.objects.filter(webhook=webhook, state=Delivery.State.PENDING).delete()
        if enabled is not None:
            _enable(webhook, enabled)
        secret = _new_secret() if new_secret else None
        if secret:
            webhook.secret = encrypt(secret)
        webhook.save()
        now.detail = {"name": webhook.name, "url": webhook.url, "state": webhook.state, "secret": new_secret}
    return webhook, secret


def renew_secrets() -> int:
    """Encrypt the secrets of all webhooks with the newest key; how many there were."""
    count = 0
    for webhook in Webhook.objects.only("pk", "secret").iterator():
        old = bytes(webhook.secret)
        count += Webhook.objects.filter(pk=webhook.pk, secret=old).update(secret=renew(old))
    return count


def delete_webhook(uid: UUID | None, *, actor: Principal) -> None:
    """Raises NotFound."""
    with operation("webhook.delete", actor=actor, target=f"webhook:{uid}"):
        require_session(actor, "manage webhooks")
        get_webhook(uid, viewer=actor).delete()


def replay_webhook(uid: UUID | None, cursor: str, *, actor: Principal) -> Webhook:
    """Send everything after a cursor (again), and enable the webhook. Raises NotFound, Invalid, Expired."""
    with operation("webhook.replay", actor=actor, target=f"webhook:{uid}"):
        require_session(actor, "manage webhooks")
        webhook = _locked(uid, actor)
        position = position_of(cursor)
        require_kept(position)
        Delivery.objects.filter(webhook=webhook, state=Delivery.State.PENDING).delete()
        webhook.position = position
        _enable(webhook, True)
        webhook.save()
    return webhook


def _locked(uid: UUID | None, actor: Principal) -> Webhook:
    found = get_webhook(uid, viewer=actor)
    return Webhook.objects.select_for_update(of=("self",)).select_related("account").get(pk=found.pk)


def _enable(webhook: Webhook, enabled: bool) -> None:
    webhook.state = Webhook.State.ACTIVE if enabled else Webhook.State.DISABLED
    webhook.reason = "" if enabled else "Switched off."
    webhook.next_attempt_at = timezone.now()
    if enabled:
        Delivery.objects.filter(webhook=webhook, state=Delivery.State.PENDING).update(attempts=0)


def _new_secret() -> str:
    """As the Standard Webhooks specification writes symmetric secrets: `whsec_` and base64 of 32 bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise Invalid("Give the webhook a name of 1 to 100 characters.", path=("name",))
    return name


def _checked_url(url: str) -> str:
    try:
        return str(check_url(url))
    except Refused as error:
        raise Invalid(str(error), code="URL_REFUSED", path=("url",)) from None


def _checked_filter(filter: EventFilter) -> dict[str, Any]:
    values = {key: list(getattr(filter, key)) for key in ("refs", "kinds", "namespaces", "what")}
    if sum(map(len, values.values())) > MAX_VALUES:
        raise Invalid(
            f"The filter has more than {MAX_VALUES} values.", code="FILTER_TOO_LARGE", path=("filter",)
        )
    if unknown := [what for what in filter.what if what not in Event.What.values]:
        raise Invalid(f"There is no event {unknown[0][:50]!r}.", path=("filter", "what"))
    filter.q()  # says which ref is none
    return values
