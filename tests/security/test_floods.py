"""Many who ask for the same: one look at the source serves all of them, and none of them is forgotten."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Entity, Location
from catalog.refresh import polling
from catalog.refresh.polling import poll_due
from portal.accounts.models import Account
from tests.catalog.sources.conftest import components
from tests.servers import GitServer

pytestmark = pytest.mark.django_db

SECRET = "canary-secret"
REF = "component:default/web"
REGISTER = "mutation($t: String!) { registerLocation(input: {target: $t}) { problems { code } } }"
REFRESH = (
    """mutation($ref: String!) { refreshEntity(input: {ref: $ref}) { entity { ref } problems { code } } }"""
)


@pytest.fixture
def git(settings: Any, tmp_path: Any) -> Iterator[GitServer]:
    settings.GIT_CACHE = tmp_path / "cache"
    with GitServer(tmp_path / "served") as server:
        settings.OUTBOUND_PRIVATE = [server.host]
        entry = {"url": server.url, "kind": "github", "webhookSecret": SECRET}
        settings.CREDENTIALS = json.dumps([entry])
        yield server
    cache.clear()


def push(git: GitServer, key: str) -> int:
    """What the portal answers to a signed webhook."""
    raw = json.dumps({"ref": "refs/heads/main", "repository": {"html_url": f"{git.url}/acme/web"}}).encode()
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": key}
    client = Client(headers=headers)
    return client.post("/api/hooks/github", raw, content_type="application/json").status_code


def test_many_wishes_for_one_entity_are_few_questions_to_its_host(
    git: GitServer, graphql: Any, member: Account, bearer: Callable[..., Client], settings: Any
) -> None:
    """By REST, by GraphQL and by webhook, with a worker that is woken by each."""
    settings.CATALOG_REFRESH_SECONDS = 3
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    client, rest = graphql(member), bearer(member, "read", "catalog:write")
    assert client(REGISTER, t=f"git:{repository.url}")["registerLocation"]["problems"] == []
    repository.commit({"catalog-info.yaml": components("web", "late")})
    git.seen.clear()
    began = time.monotonic()
    for number in range(15):
        assert (
            rest.post("/api/catalog/refresh", {"entityRef": REF}, content_type="application/json").status_code
            == 200
        )
        assert client(REFRESH, ref=REF)["refreshEntity"] == {"entity": {"ref": REF}, "problems": []}
        assert push(git, str(number)) == 202
        poll_due()
    rests = int((time.monotonic() - began) / settings.CATALOG_REFRESH_SECONDS) + 1
    looks = [seen for seen in git.seen if "info/refs" in seen.path]
    assert len(looks) <= 2 * rests, "a look, and a fetch where there is something new"

    settings.CATALOG_REFRESH_SECONDS = 0
    client(REFRESH, ref=REF)
    assert Entity.objects.filter(name="late").exists()
    wait = Location.objects.get(type="git").next_attempt_at - timezone.now()
    assert wait.total_seconds() > 100, "all wishes were served together"


def test_what_is_asked_for_during_a_rest_is_looked_at_when_it_ends(
    git: GitServer, graphql: Any, member: Account, settings: Any
) -> None:
    settings.CATALOG_REFRESH_SECONDS = 60
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    graphql(member)(REGISTER, t=f"git:{repository.url}")
    location = Location.objects.get(type="git")
    assert push(git, "1") == 202
    soon = Location.objects.get(pk=location.pk).next_attempt_at - location.last_attempt_at
    assert soon.total_seconds() == pytest.approx(60, abs=0.1)


def test_a_push_during_a_look_is_not_lost(
    git: GitServer, graphql: Any, member: Account, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look began before the push and ends after it: what it writes down is not the last word."""
    settings.CATALOG_REFRESH_SECONDS = 1
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    graphql(member)(REGISTER, t=f"git:{repository.url}")
    find_change = polling.find_change

    def meanwhile(location: Location) -> Any:
        look = find_change(location)
        Location.objects.filter(pk=location.pk).update(webhook_at=timezone.now())
        return look

    monkeypatch.setattr(polling, "find_change", meanwhile)
    Location.objects.filter(type="git").update(next_attempt_at=timezone.now())
    poll_due()
    wait = Location.objects.get(type="git").next_attempt_at - timezone.now()
    assert wait.total_seconds() < 2


def test_a_flood_of_webhooks_is_acknowledged_at_once_and_is_one_look(
    git: GitServer, graphql: Any, member: Account, settings: Any
) -> None:
    settings.CATALOG_REFRESH_SECONDS = 600
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    graphql(member)(REGISTER, t=f"git:{repository.url}")
    git.seen.clear()
    for number in range(100):
        assert push(git, f"flood-{number}") == 202
        if number % 25 == 0:
            poll_due()
    assert git.seen == []
    Location.objects.filter(type="git").update(next_attempt_at=timezone.now())
    poll_due()
    assert len([seen for seen in git.seen if "info/refs" in seen.path]) == 1
