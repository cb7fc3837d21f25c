"""Where webhooks may lead, whose they are, and what is kept of their secrets."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from catalog.models import Webhook
from catalog.tasks import send_webhooks
from portal.accounts.models import Account
from portal.audit.models import Record
from portal.commands import renew_secrets
from tests.catalog.conftest import Folder
from tests.catalog.webhooks.test_webhooks import (
    CREATE,
    DELETE,
    REPLAY,
    SHOW,
    UPDATE,
    add,
    create,
    events,
)
from tests.conftest import GraphQLClient
from tests.servers import HttpServer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://user:pw@example.org/",
        "https://example.org:22/",
        "gopher://example.org/",
        "https://exa mple.org/",
    ],
)
def test_an_address_that_is_no_receiver_is_refused_when_it_is_given(ask: GraphQLClient, url: str) -> None:
    answer = ask(CREATE, input={"name": "x", "url": url})["createWebhook"]
    assert [(each["code"], each["path"]) for each in answer["problems"]] == [("URL_REFUSED", ["url"])]
    assert not Webhook.objects.exists()


def test_a_private_address_is_never_connected_to(folder: Folder, ask: GraphQLClient) -> None:
    with HttpServer() as forbidden:
        port = forbidden.host.partition(":")[2]
        Webhook.objects.all().delete()
        answer = ask(CREATE, input={"name": "x", "url": f"http://localhost:{port}/"})["createWebhook"]
        assert answer["problems"][0]["code"] == "URL_REFUSED"
        answer = ask(CREATE, input={"name": "x", "url": "http://localhost/"})["createWebhook"]
        assert answer["problems"] == []
        add(folder, "a")
        send_webhooks()
        assert forbidden.seen == []
    assert "private network" in ask(SHOW)["webhooks"][0]["deliveries"]["nodes"][0]["error"]


def test_others_webhooks_are_not_there_and_tokens_make_none(
    ask: GraphQLClient,
    receiver: HttpServer,
    graphql: Callable[..., GraphQLClient],
    outsider: Account,
    member: Account,
    bearer: Callable[..., Client],
) -> None:
    uid, _ = create(ask, receiver)
    other = graphql(outsider)
    assert other(SHOW)["webhooks"] == []
    for document, given in ((UPDATE, {"enabled": False}), (DELETE, {}), (REPLAY, {"cursor": "x"})):
        answer = next(iter(other(document, input={"id": uid, **given}).values()))
        assert answer["problems"][0]["code"] == "WEBHOOK_NOT_FOUND"
    http = bearer(member, "read", "catalog:write")
    given = {"query": CREATE, "variables": {"input": {"name": "x", "url": "https://example.org/"}}}
    answer = http.post("/graphql", given, content_type="application/json").json()
    assert answer["data"]["createWebhook"]["problems"][0]["code"] == "SESSION_REQUIRED"
    assert list(Webhook.objects.values_list("name", "state")) == [("mirror", "ACTIVE")]
    assert Record.objects.filter(action="webhook.create", outcome="denied").count() == 1


def test_the_secret_is_not_in_the_database_in_clear(ask: GraphQLClient, receiver: HttpServer) -> None:
    answer = ask(CREATE, input={"name": "x", "url": f"http://{receiver.host}/hook"})["createWebhook"]
    stored = bytes(Webhook.objects.get().secret)
    assert answer["secret"].startswith("whsec_")
    assert answer["secret"][6:].encode() not in stored
    assert answer["secret"] not in json.dumps(list(Record.objects.values("detail", "target")))


def test_a_new_key_is_used_and_the_old_one_can_go(
    folder: Folder, ask: GraphQLClient, receiver: HttpServer, settings: Any
) -> None:
    settings.ENCRYPTION_KEYS = ["old"]
    _, verifier = create(ask, receiver, filter={"kind": ["component"], "what": ["CREATED"]})
    settings.ENCRYPTION_KEYS = ["new", "old"]
    done = CliRunner().invoke(renew_secrets)
    assert done.output == "plugins: 0\ntasks: 0\nwebhooks: 1\n"
    settings.ENCRYPTION_KEYS = ["new"]
    add(folder, "a")
    send_webhooks()
    assert events(receiver.seen[0], verifier) == [("CREATED", "component:default/a")]
