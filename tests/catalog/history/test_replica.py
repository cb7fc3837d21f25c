"""A replica that is built from the feed alone equals the catalog, while four processes write at once."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonpatch
import orjson
import pytest

from catalog.models import Entity, Event, Relation
from portal.accounts.models import Account
from tests.conftest import GraphQLClient
from tests.databases import database_url

ROOT = Path(__file__).resolve().parents[3]
FEED = """query($after: String) { changes(after: $after) { cursor hasMore events {
    what ref uid document patch relation { type targetRef } } } }"""


class Replica:
    """What a client knows that reads nothing but the feed."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.relations: set[tuple[str, str, str]] = set()

    def take(self, event: dict[str, Any]) -> None:
        relation = event["relation"]
        match event["what"]:
            case "CREATED" | "RESTORED":
                self.documents[event["uid"]] = event["document"]
            case "DELETED":
                del self.documents[event["uid"]]
            case "RELATED":
                self.relations.add((event["uid"], relation["type"], relation["targetRef"]))
            case "UNRELATED":
                self.relations.remove((event["uid"], relation["type"], relation["targetRef"]))
            case _ if event["patch"]:
                before = self.documents[event["uid"]]
                self.documents[event["uid"]] = jsonpatch.apply_patch(before, event["patch"])


@pytest.mark.system
@pytest.mark.django_db(transaction=True)
def test_a_replica_equals_the_catalog_while_four_processes_write(
    tmp_path: Path, admin: Account, graphql: type[GraphQLClient]
) -> None:
    ask = graphql(admin)
    replica, cursor = Replica(), ask(FEED)["changes"]["cursor"]
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    writers = []
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        command = [sys.executable, "-m", "tests.catalog.history.writer", str(folder), str(seed), "25"]
        writers.append(subprocess.Popen(command, env=environment, cwd=ROOT))

    pages = 0
    running = True
    while running:
        running = any(writer.poll() is None for writer in writers)
        more = True
        while more:
            page = ask(FEED, after=cursor)["changes"]
            pages += bool(page["events"])
            for event in page["events"]:
                replica.take(event)
            cursor, more = page["cursor"], page["hasMore"]

    assert [writer.returncode for writer in writers] == [0, 0, 0, 0]
    assert pages > 4
    present = {str(uid): text for uid, text in Entity.objects.values_list("uid", "document")}
    assert {uid: orjson.dumps(document).decode() for uid, document in replica.documents.items()} == present
    edges = Relation.objects.values_list("source__uid", "type", "target_ref")
    assert replica.relations == {(str(uid), kind, target) for uid, kind, target in edges}
    kinds = set(Event.objects.values_list("what", flat=True))
    assert {"CREATED", "CHANGED", "DELETED", "RELATED", "UNRELATED"} <= kinds
