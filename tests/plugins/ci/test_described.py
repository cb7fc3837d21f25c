"""The answers to deliveries are as the documents of CI reports and of hooks say."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client

from plugins.ci.models import Run
from portal.plugin_admin.hooks import hand_over
from tests.openapi import Recorder, described

from .conftest import SECRET, Actions, Company

REPORT = {"repository": "https://git.example.org/a/b", "pipeline": "build", "run": 7, "status": "success"}


def signed(body: bytes) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


@pytest.fixture
def signed_in(client: Client, member: Any) -> Client:
    client.force_login(member)
    return client


def test_reports_are_answered_as_the_document_says(
    actions: Actions, company: Company, signed_in: Client
) -> None:
    ask = Recorder(Client(), described(signed_in, "/api/plugins/ci"))
    body = json.dumps({"reports": [REPORT]}).encode()
    assert ask("post", "/report", body, 202, headers=signed(body)) == {"new": True}
    assert ask("post", "/report", body, 202, headers=signed(body)) == {"new": False}
    ask("post", "/report", body, 401)
    ask("post", "/report", b"{", 400, headers=signed(b"{"))
    hand_over()
    assert Run.objects.get().pipeline == "build"
    assert ask.unproven() == set()


def test_hooks_are_answered_as_the_document_says(
    actions: Actions, company: Company, signed_in: Client, settings: Any
) -> None:
    entry = {"url": "https://git.example.org", "kind": "github", "webhookSecret": SECRET}
    settings.CREDENTIALS = json.dumps([entry])
    ask = Recorder(Client(), described(signed_in, "/api/hooks"))
    long = b'"' + b"x" * 1024 * 1024 + b'"'
    for path, parts, too_long in (
        ("/{forge}", {"forge": "github"}, long * 25),
        ("/plugins/{plugin}/{name}", {"plugin": "ci", "name": "report"}, long),
    ):
        ask("post", path, b"{}", 202, headers=signed(b"{}"), **parts)
        ask("post", path, b"{}", 401, **parts)
        ask("post", path, b"{", 400, headers=signed(b"{"), **parts)
        ask("post", path, too_long, 413, **parts)
    assert ask.unproven() == set()
