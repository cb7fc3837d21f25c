"""An administrator withdraws a claim on the plugins page; a process that serves others knows in time."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import NamespaceGrant
from portal.extension import guard
from portal.plugin_api import KeyValue, Panel, entity_panels
from portal.plugin_api.catalog import EntityQuery, find_entities
from tests.databases import database_url

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
PANELS = """query($ref: String!) { entity(ref: $ref) {
    panels { title failed blocks { ... on KeyValueBlock { items { key } } } } } }"""
OTHER_PROCESS = """
import json, os, sys, time, django
django.setup()
from django.test import Client
from portal.plugin_api import entity_panels
from portal.plugin_api.testing import enabled
from tests.dummy_plugin.apps import DummyPlugin
from tests.portal.plugin_admin.test_withdrawal import PANELS, ListingPanel
headers = {"Authorization": "Bearer " + os.environ["TOKEN"], "Host": "127.0.0.1"}
body = {"query": PANELS, "variables": {"ref": "component:default/engine"}}
with enabled(DummyPlugin), entity_panels.temporarily(ListingPanel, plugin="dummy", order=1):
    for _ in sys.stdin:
        answer = Client().post("/graphql", body, "application/json", headers=headers).json()
        shown = answer["data"]["entity"]["panels"] or [None]
        print(json.dumps(shown[0]), flush=True)
"""


class ListingPanel(Panel):
    """Lists what the plugin finds for whoever looks."""

    title = "Listing"

    def blocks(self, entity: Entity, *, viewer: Any) -> Iterator[KeyValue]:
        found = find_entities(EntityQuery(), viewer=viewer).order_by("ref")
        yield KeyValue(tuple((each.ref, each.kind) for each in found))


def refs(panel: dict[str, Any]) -> list[str]:
    return [item["key"] for block in panel["blocks"] for item in block["items"]]


@pytest.fixture
def elsewhere(member: Any, token_of: Callable[..., str]) -> Iterator[Callable[[], dict[str, Any]]]:
    """What a member is shown by a process of its own."""
    environment = os.environ | {
        "TOKEN": token_of(member, "read"), "DATABASE_URL": database_url(), "PORTAL_BASE_URL": "http://127.0.0.1:8000",
        "DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    assert process.stdin and process.stdout
    asked, answered = process.stdin, process.stdout

    def ask() -> dict[str, Any]:
        print("?", file=asked, flush=True)
        shown: dict[str, Any] = json.loads(answered.readline())
        return shown

    yield ask
    process.kill()
    process.communicate()


def until(ask: Callable[[], dict[str, Any]], holds: Callable[[dict[str, Any]], bool]) -> None:
    """Asks until it holds; there is no panel at the moment at which the decision changes."""
    ends = time.monotonic() + 120
    while not ((panel := ask()) and holds(panel)):
        assert time.monotonic() < ends, panel


def test_what_is_withdrawn_on_the_page_is_refused_in_another_process_in_time(
    dummy, engine, decide, elsewhere
):
    assert elsewhere()["failed"].startswith("The plugin dummy is not accepted for reading entities")
    decide(kinds=["Component"])
    until(elsewhere, lambda panel: panel["failed"] is None)
    assert refs(elsewhere()) == [engine.ref]
    decide()
    refused = "is not accepted for reading entities of the kind Component"
    until(elsewhere, lambda panel: refused in (panel["failed"] or ""))


def test_a_plugin_reads_what_was_accepted_and_whoever_looks_may_see(
    dummy, engine, decide, graphql, member, outsider, admin
):
    """Neither is enough: the claim does not widen what one may see, nor does that widen the claim."""
    secret = Entity.objects.create(
        ref="component:closed/safe", kind="Component", namespace="closed", name="safe", sort_name="safe",
        hash="", generation=1, updated_at="2026-01-31T08:15:00Z",
        document='{"kind": "Component", "metadata": {"name": "safe", "namespace": "closed"}, "spec": {}}',
    )  # fmt: skip
    NamespaceGrant.objects.create(namespace="closed", subject=member.user_ref, role="reader")

    def seen(account: Any, ref: str = engine.ref) -> list[str] | None:
        guard.shut_down()
        entity = graphql(account)(PANELS, ref=ref)["entity"]
        return None if entity is None else refs(entity["panels"][0])

    with entity_panels.temporarily(ListingPanel, plugin="dummy", order=0):
        decide(kinds=["Component"])
        assert seen(member) == [secret.ref, engine.ref]
        assert seen(outsider) == [engine.ref]
        assert (seen(member, secret.ref), seen(outsider, secret.ref)) == ([secret.ref, engine.ref], None)
        decide()
        assert (seen(member), seen(outsider)) == ([], [])
