"""Webhooks of forges: which are genuine, which were here before, and which locations they tell of."""

import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from catalog.jobs import wake_workers
from catalog.models import Location, ReceivedHook
from catalog.sources import SourceError
from catalog.sources.remote_git import read_target
from portal.integrations.credentials import Credential, all_credentials
from portal.integrations.errors import IntegrationError
from portal.integrations.forges import read_page
from portal.integrations.outbound import check_url
from portal.rest.errors import Invalid, Unauthenticated

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=7)
FORGES = ("github", "gitlab", "gitea")
DELIVERY_HEADERS = {
    "github": "x-github-delivery",
    "gitlab": "x-gitlab-event-uuid",
    "gitea": "x-gitea-delivery",
}


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as it came. Names of headers are in lower case; `body` are the raw bytes that are signed."""

    forge: str
    headers: Mapping[str, str]
    body: bytes


def receive_hook(hook: Hook) -> int:
    """Let the locations that a push concerns be looked at now; returns how many those are.

    The same delivery again does nothing. Raises Unauthenticated where no secret of PORTAL_CREDENTIALS
    signed it, Invalid where it is genuine and cannot be read.
    """
    genuine = [each for each in all_credentials() if _signed(hook, each)]
    if not genuine:
        raise Unauthenticated(
            "The signature fits no `webhookSecret` of PORTAL_CREDENTIALS for this forge.",
            code="SIGNATURE_INVALID",
        )
    key = hook.headers.get(DELIVERY_HEADERS[hook.forge], "") or hashlib.sha256(hook.body).hexdigest()
    with transaction.atomic():
        count = _take(hook, key, genuine)
    if count and not connection.in_atomic_block:
        wake_workers()
    return count


def _take(hook: Hook, key: str, genuine: list[Credential]) -> int:
    _, is_new = ReceivedHook.objects.get_or_create(forge=hook.forge, key=key[:100])
    if not is_new:
        return 0
    ReceivedHook.objects.filter(received_at__lt=timezone.now() - REMEMBERED).delete()
    addresses = [each for each in _addresses(hook) if any(_covers(owner, each) for owner in genuine)]
    found = [each.pk for address in addresses for each in _locations_of(address)]
    now = timezone.now()
    return Location.objects.filter(pk__in=found).update(next_attempt_at=now, webhook_at=now)


def _signed(hook: Hook, credential: Credential) -> bool:
    secret = credential.webhook_secret
    if credential.kind != hook.forge or not secret:
        return False
    if hook.forge == "gitlab":
        sent, expected = hook.headers.get("x-gitlab-token", ""), secret
    else:
        digest = hmac.new(secret.encode(), hook.body, hashlib.sha256).hexdigest()
        header = "x-hub-signature-256" if hook.forge == "github" else "x-gitea-signature"
        sent, expected = (
            hook.headers.get(header, ""),
            f"sha256={digest}" if hook.forge == "github" else digest,
        )
    return hmac.compare_digest(sent.encode(), expected.encode())


def _covers(credential: Credential, address: str) -> bool:
    """A secret speaks for its own origin and path, as the credential does."""
    try:
        return credential.covers(check_url(address))
    except IntegrationError:
        return False


def _addresses(hook: Hook) -> list[str]:
    """The repository that was pushed to, as its forge addresses it; none for other events."""
    try:
        content: Any = orjson.loads(hook.body)
    except orjson.JSONDecodeError:
        raise Invalid("The webhook is not JSON. Choose the content type application/json.") from None
    if not isinstance(content, dict):
        raise Invalid("The webhook is not a JSON object.")
    place = content.get("project" if hook.forge == "gitlab" else "repository")
    if not isinstance(place, dict):
        return []
    fields = ("web_url", "git_http_url") if hook.forge == "gitlab" else ("html_url", "clone_url")
    return [place[field] for field in fields if isinstance(place.get(field), str)]


def _locations_of(address: str) -> list[Location]:
    """The locations that read from a repository, or from everything of its owner."""
    repository = _bare(address)
    owner, _, name = repository.rpartition("/")
    candidates = Location.objects.exclude(next_attempt_at=None)
    inside = candidates.filter(type__in=("url", "git"), target__icontains=name)
    whole = candidates.filter(type__in=("github-discovery", "github-org"))
    found = [each for each in inside if _repository_of(each) == repository]
    return found + [each for each in whole if f"{_bare(each.target)}/".startswith((f"{owner}/", f"{owner}?"))]


def _repository_of(location: Location) -> str:
    try:
        if location.type == "git":
            return _bare(read_target(location.target)[0])
        page = read_page(location.target)
        return _bare(page.clone_url) if page else ""
    except (IntegrationError, SourceError):
        return ""


def _bare(address: str) -> str:
    return address.lower().rstrip("/").removesuffix(".git")
