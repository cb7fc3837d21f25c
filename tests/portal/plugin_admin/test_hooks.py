"""Deliveries to plugins: signed, once each, handed over by a worker, again where the plugin broke."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from portal.plugin_admin.hooks import hand_over
from portal.plugin_admin.models import HookDelivery
from portal.plugin_api.testing import enabled, with_settings
from tests.dummy_plugin import contributions
from tests.dummy_plugin.apps import DummyPlugin

pytestmark = pytest.mark.django_db
URL = "/api/hooks/plugins/dummy/greet"
SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(autouse=True)
def dummy():
    contributions.received.clear()
    with enabled(DummyPlugin, token=SECRET):
        yield


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(client, word="hello", *, body=None, **headers):
    body = json.dumps({"word": word}).encode() if body is None else body
    headers = {"X-Hub-Signature-256": signature(body), **headers}
    return client.post(URL, body, content_type="application/json", headers=headers)


def test_a_signed_delivery_is_handed_over_by_a_worker(client):
    answer = deliver(client)
    assert (answer.status_code, answer.json()) == (202, {"new": True})
    assert contributions.received == []
    assert (hand_over(), contributions.received) == (1, ["hello"])
    assert (hand_over(), contributions.received) == (0, ["hello"])


def test_standard_webhooks_are_understood(client):
    body, at = b'{"word": "ahoy"}', datetime.now(tz=UTC)
    headers = {
        "webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", at, body.decode()),
    }  # fmt: skip
    assert client.post(URL, body, content_type="application/json", headers=headers).status_code == 202
    old = headers | {"webhook-timestamp": str(int((at - timedelta(hours=1)).timestamp()))}
    assert client.post(URL, body, content_type="application/json", headers=old).status_code == 401


def test_the_same_delivery_counts_once(client):
    answers = [deliver(client, **{"X-GitHub-Delivery": "a"}).json()["new"] for _ in range(100)]
    assert answers == [True] + [False] * 99
    assert deliver(client, **{"X-GitHub-Delivery": "b"}).json() == {"new": True}
    hand_over()
    assert contributions.received == ["hello", "hello"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": signature(b'{"word": "hello"}', "other")},
        {"X-Hub-Signature-256": signature(b'{"word":"hello"}')},
        {"X-Hub-Signature-256": "sha1=" + hmac.new(b"x", b"y", hashlib.sha1).hexdigest()},
        {"webhook-signature": "v1,x"},
    ],
)
def test_an_unsigned_delivery_is_refused_and_not_kept(client, headers):
    answer = deliver(client, **headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SIGNATURE_INVALID")
    assert not HookDelivery.objects.exists()


def test_without_a_secret_nothing_is_taken(client):
    with with_settings("dummy", token=""):
        body = b'{"word": "hello"}'
        answer = deliver(client, body=body, **{"X-Hub-Signature-256": signature(body, "")})
    assert answer.status_code == 401
    assert not HookDelivery.objects.exists()


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b'"' + b"x" * (1024 * 1024) + b'"', 413)])
def test_what_is_no_json_or_too_long_is_refused(client, body, status):
    assert deliver(client, body=body).status_code == status
    assert not HookDelivery.objects.exists()


@pytest.mark.parametrize(("method", "path", "status"), [("get", URL, 405), ("post", URL + "s", 401)])
def test_other_addresses_and_methods_are_refused(client, member, method, path, status):
    client.force_login(member)
    assert getattr(client, method)(path).status_code == status


def test_what_the_plugin_breaks_on_is_tried_again_and_what_it_refuses_is_not(client):
    deliver(client, "strange")
    deliver(client, "boo")
    deliver(client, "good")
    assert (hand_over(), contributions.received) == (3, ["good"])
    strange, boo, _ = HookDelivery.objects.order_by("pk")
    assert (strange.attempts, strange.error) == (1, "The plugin failed (KeyError); the log says more.")
    assert strange.due_at > timezone.now()
    assert (boo.due_at, boo.error) == (None, "That is rude.")


def test_a_delivery_that_breaks_the_plugin_every_time_is_given_up(client):
    deliver(client, "strange")
    for _ in range(5):
        HookDelivery.objects.exclude(due_at=None).update(due_at=timezone.now())
        hand_over()
    assert HookDelivery.objects.get().due_at is None


def test_old_deliveries_are_forgotten(client):
    deliver(client)
    hand_over()
    HookDelivery.objects.update(received_at=timezone.now() - timedelta(days=8))
    hand_over()
    assert not HookDelivery.objects.exists()
