"""The standard clients of GraphQL: the audits of GraphQL over HTTP, and live queries."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Location
from catalog.services import refresh_location, register_location
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM
from portal.stack.errors import StackError
from portal.stack.frontend import CLIENTS, are_installed, find_node
from tests.scaffolder.conftest import shared_streams_server, streams_server  # noqa: F401 - fixtures

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]
HERE = Path(__file__).parent


@pytest.fixture
def node() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts a script of this folder in Node."""
    try:
        program = str(find_node().program)
    except StackError as error:
        pytest.skip(str(error))
    if not are_installed(CLIENTS):
        pytest.skip("the npm clients are not installed: `make test-system` fetches them")
    started: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: str) -> "subprocess.Popen[str]":
        command = [program, str(HERE / script), *arguments]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def lines(process: "subprocess.Popen[str]") -> Iterator[Any]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


def test_every_audit_of_graphql_over_http_is_passed(
    node: Any, live_server: Any, member: Account, token_of: Any
) -> None:
    audits = list(lines(node("audit.mjs", f"{live_server.url}/graphql", token_of(member, "read"))))

    assert len(audits) > 60
    assert [audit for audit in audits if audit["status"] != "ok"] == []


COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web, description: "%s"}
spec: {type: service, lifecycle: production, owner: team-a}
"""


def test_the_standard_client_follows_an_entity_and_goes_on_after_an_interruption(
    node: Any,
    streams_server: str,  # noqa: F811 - fixture
    graphql: Any,
    member: Account,
    token_of: Any,
    tmp_path: Path,
) -> None:
    file = tmp_path / "catalog-info.yaml"
    file.write_text(COMPONENT % "one", encoding="utf-8")
    location: Location = register_location(f"file:{file}", actor=SYSTEM)
    after = graphql(member)("{ changes { cursor } }")["changes"]["cursor"]
    query = """subscription($after: String) { entityChanged(ref: "component:web", after: $after) {
        cursor entity { description } } }"""
    address, token = f"{streams_server}/events/graphql", token_of(member, "read")

    for text in ("two", "three"):
        payload = json.dumps({"query": query, "variables": {"after": after}})
        told = lines(node("subscribe.mjs", address, token, payload, "1"))
        assert next(told) == {"subscribed": True}
        file.write_text(COMPONENT % text, encoding="utf-8")
        refresh_location(location.uid, actor=SYSTEM)
        change = next(told)["next"]["data"]["entityChanged"]
        assert change["entity"] == {"description": text}
        after = change["cursor"]
        assert list(told) == [{"complete": True}]


def test_the_standard_client_is_told_why_it_is_told_nothing(
    node: Any,
    streams_server: str,  # noqa: F811 - fixture
    member: Account,
    token_of: Any,
) -> None:
    address, token = f"{streams_server}/events/graphql", token_of(member, "read")
    wrong = node("subscribe.mjs", address, token, json.dumps({"query": "subscription { nope }"}), "9")
    answers = list(lines(wrong))
    assert answers[1]["next"]["errors"][0]["extensions"]["code"] == "QUERY_INVALID"
    assert answers[-1] == {"complete": True}

    good = json.dumps({"query": "subscription { changes { ref } }"})
    refused = list(lines(node("subscribe.mjs", address, "ptl_wrong", good, "9")))
    assert refused[1]["error"]["status"] == 401
