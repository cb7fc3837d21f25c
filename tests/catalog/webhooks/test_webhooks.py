"""Webhooks: made through the API, sent to a real receiver that checks the signatures."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from catalog.models import Change, Delivery, Webhook
from catalog.tasks import forget_old_history, send_webhooks
from portal.accounts.models import Account, NamespaceGrant
from tests.catalog.conftest import COMPONENT, Folder
from tests.conftest import GraphQLClient
from tests.databases import database_url
from tests.servers import HttpServer, Seen

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]

CREATE = """mutation($input: CreateWebhookInput!) { createWebhook(input: $input) {
    webhook { id name url state } secret problems { code path message } } }"""
UPDATE = """mutation($input: UpdateWebhookInput!) { updateWebhook(input: $input) {
    webhook { state } secret problems { code } } }"""
REPLAY = """mutation($input: ReplayWebhookInput!) { replayWebhook(input: $input) {
    webhook { state reason } problems { code path } } }"""
DELETE = "mutation($input: DeleteWebhookInput!) { deleteWebhook(input: $input) { id problems { code } } }"
SHOW = """{ webhooks { name state reason deliveries { totalCount nodes {
    id state events attempts status error cursor } } } }"""


def create(ask: GraphQLClient, receiver: HttpServer, **fields: Any) -> tuple[str, Verifier]:
    given = {"name": "mirror", "url": f"http://{receiver.host}/hook", **fields}
    answer = ask(CREATE, input=given)["createWebhook"]
    assert answer["problems"] == []
    return answer["webhook"]["id"], Verifier(answer["secret"])


def add(folder: Folder, *names: str) -> None:
    file = f"{names[0]}.yaml"
    folder.components(file, *names)
    folder.add(file)


def events(seen: Seen, verifier: Verifier) -> list[tuple[str, str]]:
    """What a message says, once its signature is good."""
    message = verifier.verify(seen.body, seen.headers)
    assert message["type"] == "catalog.changes"
    return [(event["what"], event["ref"]) for event in message["data"]["events"]]


def due() -> None:
    Webhook.objects.update(next_attempt_at=timezone.now())


def test_what_happens_is_sent_once_and_signed(
    folder: Folder, ask: GraphQLClient, receiver: HttpServer
) -> None:
    add(folder, "before")
    _, verifier = create(ask, receiver, filter={"kind": ["component"], "what": ["CREATED"]})
    send_webhooks()
    assert receiver.seen == []
    add(folder, "a", "b")

    send_webhooks()
    send_webhooks()

    (seen,) = receiver.seen
    assert events(seen, verifier) == [("CREATED", "component:default/a"), ("CREATED", "component:default/b")]
    assert json.loads(seen.body)["data"]["events"][0]["document"]["metadata"]["name"] == "a"
    with pytest.raises(WebhookVerificationError):
        verifier.verify(seen.body + b" ", seen.headers)
    (webhook,) = ask(SHOW)["webhooks"]
    assert webhook["deliveries"]["totalCount"] == 1
    delivery = webhook["deliveries"]["nodes"][0]
    assert (delivery["id"], delivery["state"], delivery["events"]) == (
        seen.headers["webhook-id"],
        "DELIVERED",
        2,
    )


def test_a_failure_is_tried_again_under_the_same_id_and_in_order(
    folder: Folder, ask: GraphQLClient, receiver: HttpServer
) -> None:
    _, verifier = create(ask, receiver, filter={"kind": ["component"], "what": ["CREATED"]})
    receiver.routes["/hook"] = (500, {"Retry-After": "3600"}, b"no")
    add(folder, "a")
    send_webhooks()
    send_webhooks()
    assert len(receiver.seen) == 1
    waiting = Webhook.objects.get().next_attempt_at - timezone.now()
    assert timedelta(minutes=55) < waiting <= timedelta(hours=1)

    add(folder, "b")
    receiver.routes["/hook"] = (200, {}, b"")
    due()
    send_webhooks()

    first, again, following = receiver.seen
    assert first.headers["webhook-id"] == again.headers["webhook-id"] != following.headers["webhook-id"]
    assert first.body == again.body
    assert events(again, verifier) == [("CREATED", "component:default/a")]
    assert events(following, verifier) == [("CREATED", "component:default/b")]


def test_a_receiver_that_stays_away_is_given_up_with_the_reason_and_can_be_replayed(
    folder: Folder, ask: GraphQLClient, receiver: HttpServer, settings: Any
) -> None:
    settings.WEBHOOK_ATTEMPTS = 3
    uid, verifier = create(ask, receiver, filter={"kind": ["component"], "what": ["CREATED"]})
    receiver.routes["/hook"] = (302, {"Location": f"http://{receiver.host}/elsewhere"}, b"")
    add(folder, "a")
    for _ in range(5):
        due()
        send_webhooks()

    (webhook,) = ask(SHOW)["webhooks"]
    assert (webhook["state"], webhook["reason"]) == (
        "DISABLED",
        "Given up after 3 attempts: It answered 302.",
    )
    assert [seen.path for seen in receiver.seen] == ["/hook"] * 3
    add(folder, "b")
    receiver.routes["/hook"] = (200, {}, b"")
    cursor = webhook["deliveries"]["nodes"][0]["cursor"]
    answer = ask(REPLAY, input={"id": uid, "cursor": cursor})["replayWebhook"]
    assert answer == {"webhook": {"state": "ACTIVE", "reason": None}, "problems": []}
    send_webhooks()
    assert events(receiver.seen[-1], verifier) == [
        ("CREATED", "component:default/a"),
        ("CREATED", "component:default/b"),
    ]


def test_gone_ends_it_at_once_and_a_new_secret_ends_the_old_one(
    folder: Folder, ask: GraphQLClient, receiver: HttpServer
) -> None:
    uid, old = create(ask, receiver)
    secret = ask(UPDATE, input={"id": uid, "newSecret": True})["updateWebhook"]["secret"]
    receiver.routes["/hook"] = (410, {}, b"")
    add(folder, "a")
    send_webhooks()
    assert ask(SHOW)["webhooks"][0]["state"] == "DISABLED"
    (seen,) = receiver.seen
    with pytest.raises(WebhookVerificationError):
        old.verify(seen.body, seen.headers)
    Verifier(secret).verify(seen.body, seen.headers)


def test_it_gets_what_its_account_may_see_at_the_time(
    folder: Folder, ask: GraphQLClient, receiver: HttpServer, member: Account
) -> None:
    _, verifier = create(ask, receiver, filter={"what": ["CREATED", "RELATED"]})
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/others", role="reader")
    vault = COMPONENT.format(name="vault").replace("name: vault", "name: vault\n  namespace: secret")
    folder.write("vault.yaml", vault)
    folder.add("vault.yaml")
    add(folder, "open")
    send_webhooks()
    assert b"vault" not in receiver.seen[0].body.replace(b"vault.yaml", b"")
    assert ("CREATED", "component:default/open") in events(receiver.seen[0], verifier)
    member.is_active = False
    member.save()
    add(folder, "later")
    send_webhooks()
    assert len(receiver.seen) == 1
    assert Webhook.objects.get().reason == "Its account is disabled."


def test_one_that_was_away_for_longer_than_the_history_says_so(
    folder: Folder, ask: GraphQLClient, receiver: HttpServer, settings: Any
) -> None:
    settings.HISTORY_DAYS = 30
    create(ask, receiver)
    add(folder, "a")
    Change.objects.update(at=timezone.now() - timedelta(days=31))
    forget_old_history()
    add(folder, "b")
    send_webhooks()
    assert receiver.seen == []
    assert Webhook.objects.get().reason == "The history no longer reaches back to where it stopped."


@pytest.mark.system
@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_in_the_middle_sends_again_under_the_same_id(
    folder: Folder, ask: GraphQLClient, receiver: HttpServer, settings: Any
) -> None:
    arrived, release = threading.Event(), threading.Event()

    def slow(_: Seen) -> tuple[int, dict[str, str], bytes]:
        arrived.set()
        release.wait(20)
        return 200, {}, b""

    _, verifier = create(ask, receiver, filter={"kind": ["component"], "what": ["CREATED"]})
    add(folder, "a")
    receiver.routes["/hook"] = slow
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_OUTBOUND_PRIVATE": receiver.host,
        "PORTAL_SECRET_KEY": settings.SECRET_KEY,
    }
    code = "import django; django.setup(); from catalog.tasks import send_webhooks; send_webhooks()"
    sender = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT)
    assert arrived.wait(20)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    release.set()
    receiver.routes["/hook"] = (200, {}, b"")

    send_webhooks()
    assert len(receiver.seen) == 1
    due()
    send_webhooks()

    first, again = receiver.seen
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert events(again, verifier) == [("CREATED", "component:default/a")]
    assert Delivery.objects.get().attempts == 2
