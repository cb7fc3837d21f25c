"""Somebody holds what everybody needs: all are told soon to come again, and served as soon as it is free."""

import asyncio
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.portal.database.running import Cluster, Portal, wait_until
from tests.security.crowd import Answer, Server, ask_together

pytestmark = pytest.mark.system

CLIENTS = 200
LIST = "/api/catalog/entities?limit=5"
BOUND_SECONDS = 150
"""For the last of the two hundred, on a busy machine. Were each of them to wait as long as a statement may,
which is a minute here, sixteen at a time, it would be more than ten minutes."""

COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: team-a}
"""


@pytest.fixture
def catalog(portal: Portal, empty: None, tmp_path: Path) -> None:
    """With a component in it."""
    tmp_path.chmod(0o755)
    (tmp_path / "all.yaml").write_text(COMPONENT)
    assert portal.run("catalog", "add", str(tmp_path / "all.yaml"), "--trusted").returncode == 0


@pytest.fixture
def web(portal: Portal) -> Server:
    return Server(portal.port, portal.token)


def ask_all(web: Server) -> list[Answer]:
    """One question of each of two hundred clients, half by REST and half by GraphQL."""
    entities = "{ entities(first: 5) { nodes { ref } } }"
    questions = [web.asked(LIST), web.posted("/graphql", entities)] * (CLIENTS // 2)
    return asyncio.run(asyncio.wait_for(ask_together(web, questions, clients=CLIENTS), BOUND_SECONDS))


def refusal(answer: Answer) -> tuple[str, str]:
    """The code and the sentence of an answer that was refused; nothing where it was not."""
    said = json.loads(answer.body)
    error: dict[str, Any]
    if isinstance(said, dict) and "error" in said:
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        error = said["error"]
        return error["code"], error["message"]
    assert answer.status == 200
    if isinstance(said, dict) and "errors" in said:
        error = said["errors"][0]
        return error["extensions"]["code"], error["message"]
    return "", ""


@pytest.mark.usefixtures("catalog")
def test_two_hundred_clients_behind_a_held_lock_are_all_answered_and_served_when_it_is_let_go(
    cluster: Cluster, web: Server
) -> None:
    with psycopg.connect(cluster.postgres.url) as holder:
        holder.execute("LOCK TABLE catalog_entity IN ACCESS EXCLUSIVE MODE")
        behind = [refusal(answer) for answer in ask_all(web)]
    free = [refusal(answer) for answer in ask_all(web)]

    assert len(behind) == len(free) == CLIENTS
    assert {code for code, _ in behind} == {"DATABASE_BUSY"}
    assert all("Try again in a few seconds." in sentence for _, sentence in behind)
    assert set(free) == {("", "")}


@pytest.mark.usefixtures("catalog")
def test_who_does_not_need_what_is_locked_is_served_meanwhile(
    portal: Portal, cluster: Cluster, web: Server
) -> None:
    """The threads of the web do not all wait for it."""
    with psycopg.connect(cluster.postgres.url) as holder:
        holder.execute("LOCK TABLE catalog_entity IN ACCESS EXCLUSIVE MODE")
        for _ in range(3):
            assert {code for code, _ in map(refusal, ask_all(web))} == {"DATABASE_BUSY"}
            me = [web.posted("/graphql", "{ viewer { username } }")]
            [answer] = asyncio.run(ask_together(web, me, clients=1))
            assert json.loads(answer.body) == {"data": {"viewer": {"username": "faults"}}}
    wait_until(lambda: portal.get(LIST)[0] == 200)
