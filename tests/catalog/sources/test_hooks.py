"""Webhooks of forges: what is not signed does nothing, what is lets exactly its locations be looked at."""

import hashlib
import hmac
import json

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Location, ReceivedHook
from catalog.refresh.polling import count_due, poll_due
from tests.catalog.sources.conftest import components

SECRET = "canary-secret"


@pytest.fixture
def forge(git, settings):
    """A git host whose pushes are signed as GitHub signs them."""
    entry = {"url": git.url, "kind": "github", "webhookSecret": SECRET}
    settings.CREDENTIALS = json.dumps([entry, {**entry, "kind": "gitlab"}, {**entry, "kind": "gitea"}])
    return git


@pytest.fixture
def location(forge, add):
    repository = forge.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    add(f"git:{repository.url}")
    other = forge.repository("acme/web-two")
    other.commit({"catalog-info.yaml": components("two")})
    add(f"git:{other.url}")
    location = Location.objects.order_by("id")[0]
    location.repository = repository
    return location


def send(body, key="1", forge="github", signature=None, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    sent = {
        "github": {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": key},
        "gitlab": {"X-Gitlab-Token": SECRET, "X-Gitlab-Event-UUID": key},
        "gitea": {"X-Gitea-Signature": digest, "X-Gitea-Delivery": key},
    }[forge]
    if signature is not None:
        sent = {**sent, next(iter(sent)): signature}
    return Client(headers={**sent, **headers}).post(
        f"/api/hooks/{forge}", raw, content_type="application/json"
    )


def push(git, name="acme/web"):
    return {"ref": "refs/heads/main", "repository": {"html_url": f"{git.url}/{name}"},
            "project": {"web_url": f"{git.url}/{name}"}}  # fmt: skip


@pytest.mark.parametrize("forge_name", ["github", "gitlab", "gitea"])
def test_a_push_lets_its_location_be_looked_at_now(forge, location, names, forge_name):
    location.repository.commit({"catalog-info.yaml": components("web", "new")})
    assert count_due() == 0
    answer = send(push(forge), forge=forge_name)
    assert (answer.status_code, answer.json()) == (202, {"locations": 1})
    forge.seen.clear()
    assert poll_due() == 1
    assert "new" in names()
    assert not [each for each in forge.seen if "web-two" in each.path], "the other is not asked"
    known = Location.objects.get(pk=location.pk)
    wait = (known.next_attempt_at - timezone.now()).total_seconds()
    assert wait > 3000, "whose host tells of changes is polled more rarely"


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + hmac.new(SECRET.encode(), b"x", "sha1").hexdigest(),
        SECRET,
    ],
)
def test_what_is_not_signed_does_nothing(forge, location, signature):
    answer = send(push(forge), signature=signature)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SIGNATURE_INVALID")
    assert (count_due(), ReceivedHook.objects.count()) == (0, 0)


def test_the_signature_is_of_the_raw_bytes(forge, location):
    raw = json.dumps(push(forge)).encode()
    again = json.dumps(push(forge), indent=1).encode()
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert send(again, signature=f"sha256={digest}").status_code == 401
    assert count_due() == 0


def test_without_a_secret_no_webhook_is_taken(git, settings, db):
    settings.CREDENTIALS = json.dumps([{"url": git.url, "kind": "github", "webhookSecret": ""}])
    raw = json.dumps(push(git)).encode()
    digest = hmac.new(b"", raw, hashlib.sha256).hexdigest()
    assert send(raw, signature=f"sha256={digest}").status_code == 401


def test_the_same_delivery_a_hundred_times_is_processed_once(forge, location):
    answers = [send(push(forge), key="same") for _ in range(100)]
    assert {answer.status_code for answer in answers} == {202}
    assert sum(answer.json()["locations"] for answer in answers) == 1
    assert ReceivedHook.objects.count() == 1


def test_many_deliveries_become_one_look(forge, location):
    for number in range(50):
        assert send(push(forge), key=str(number)).status_code == 202
    forge.seen.clear()
    poll_due()
    assert len(forge.seen) == 1


def test_a_secret_speaks_for_its_own_host_only(forge, location, settings):
    """Signed by one host about the repository of another: nothing is looked at."""
    entry = {"kind": "github", "webhookSecret": SECRET}
    settings.CREDENTIALS = json.dumps([{**entry, "url": "https://elsewhere.example/"}])
    assert send(push(forge)).json() == {"locations": 0}
    assert count_due() == 0


def test_a_webhook_that_is_too_long_or_no_json_is_refused(forge, location):
    answer = send(b"{" + b" " * (26 * 1024 * 1024))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "BODY_TOO_LARGE")
    assert send(b"[]").status_code == 400
    assert send(b"no json").status_code == 400
    assert send({"zen": "ping"}, key="ping").json() == {"locations": 0}
    assert send(push(forge), forge="github", key="k").status_code == 202
    assert Client().post("/api/hooks/other", {}, content_type="application/json").status_code == 401
    assert Client().get("/api/hooks/github").status_code in (401, 405)
