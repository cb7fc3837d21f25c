"""Webhooks of forges: which are genuine, which were here before, and what they tell of."""

import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from catalog.models import Location, ReceivedHook
from catalog.refresh.turns import ask_soon
from catalog.sources import SourceError
from catalog.sources.github_target import read_organisation
from catalog.sources.remote_git import read_target
from portal.extension.news import tell_news
from portal.integrations.credentials import Credential, all_credentials
from portal.integrations.errors import IntegrationError
from portal.integrations.forges import read_page
from portal.integrations.outbound import check_url
from portal.rest.errors import Invalid, Unauthenticated

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=7)
FORGES = ("github", "gitlab", "gitea")
PEOPLE_EVENTS = ("membership", "organization", "team")
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

    Whoever waits for the repository, or for a run of its pipelines, is told. The same delivery again does
    nothing. Raises Unauthenticated where no secret of PORTAL_CREDENTIALS signed it, Invalid where it is
    genuine and cannot be read.
    """
    genuine = [each for each in all_credentials() if _signed(hook, each)]
    if not genuine:
        raise Unauthenticated(
            "The signature fits no `webhookSecret` of PORTAL_CREDENTIALS for this forge.",
            code="SIGNATURE_INVALID",
        )
    key = hook.headers.get(DELIVERY_HEADERS[hook.forge], "") or hashlib.sha256(hook.body).hexdigest()
    with transaction.atomic():
        found = _take(hook, key, genuine)
    ask_soon(found)
    return len(found)


def _take(hook: Hook, key: str, genuine: list[Credential]) -> list[int]:
    """The keys of the locations that are to be looked at."""
    _, is_new = ReceivedHook.objects.get_or_create(forge=hook.forge, key=key[:100])
    if not is_new:
        return []
    ReceivedHook.objects.filter(received_at__lt=timezone.now() - REMEMBERED).delete()
    content = _content(hook)
    places = [each for each in _places(hook, content, genuine) if any(_covers(one, each) for one in genuine)]
    tell_news([*places, *(run for run in _runs(content, places))])
    found = [location.pk for place in set(map(_bare, places)) for location in _locations_of(place)]
    Location.objects.filter(pk__in=found).update(webhook_at=timezone.now())
    return found


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


def _places(hook: Hook, content: dict[str, Any], genuine: list[Credential]) -> list[str]:
    """The addresses of the repository, or of the organisation, that the event is about."""
    if hook.forge == "github" and hook.headers.get("x-github-event") in PEOPLE_EVENTS:
        login = _text(content, "organization", "login")
        return [f"{each.origin}/{login}" for each in genuine] if login else []
    place = "project" if hook.forge == "gitlab" else "repository"
    fields = ("web_url", "git_http_url") if hook.forge == "gitlab" else ("html_url", "clone_url")
    return [_text(content, place, field) for field in fields]


def _runs(content: dict[str, Any], places: list[str]) -> list[str]:
    """The page of the run of these repositories that the event is about: GitHub's or GitLab's."""
    page = _text(content, "workflow_run", "html_url")
    attributes = content.get("object_attributes")
    if content.get("object_kind") == "pipeline" and isinstance(attributes, dict):
        page = f"{places[0]}/-/pipelines/{attributes.get('id')}" if places else ""
    return [page] if any(page.startswith(f"{place}/") for place in places) else []


def _content(hook: Hook) -> dict[str, Any]:
    try:
        content: Any = orjson.loads(hook.body)
    except orjson.JSONDecodeError:
        raise Invalid("The webhook is not JSON. Choose the content type application/json.") from None
    if not isinstance(content, dict):
        raise Invalid("The webhook is not a JSON object.")
    return content


def _text(content: dict[str, Any], place: str, field: str) -> str:
    inner = content.get(place)
    found = inner.get(field) if isinstance(inner, dict) else None
    return found if isinstance(found, str) else ""


def _locations_of(address: str) -> list[Location]:
    """What reads from a repository, discovers those of its owner, or reads the people of an organisation."""
    owner, _, name = address.rpartition("/")
    candidates = Location.objects.exclude(next_attempt_at=None)
    inside = candidates.filter(type__in=("url", "git"), target__icontains=name)
    found = [each for each in inside if _repository_of(each) == address]
    for kind, place in (("github-discovery", owner), ("github-org", address)):
        found += [each for each in candidates.filter(type=kind) if _organisation_of(each) == place]
    return found


def _organisation_of(location: Location) -> str:
    try:
        return _bare(read_organisation(location.target).organisation)
    except SourceError:
        return ""


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
