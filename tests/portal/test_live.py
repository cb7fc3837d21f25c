"""Subscriptions from the streams' server: what is told, to whom, and when it ends."""

import http.client
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Location
from catalog.services import refresh_location, register_location
from portal.accounts.models import Account, ApiToken, NamespaceGrant
from portal.accounts.principal import SYSTEM
from tests.catalog.test_kinds import DEFINITION, MODEL
from tests.scaffolder.conftest import shared_streams_server, streams_server  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = """subscription($after: String, $filter: ChangeFilter) {
    changes(after: $after, filter: $filter) { cursor what ref relation { type targetRef } } }"""
ENTITY = """subscription($ref: String, $filter: EntityFilter, $after: String) {
    entityChanged(ref: $ref, filter: $filter, after: $after) {
        ref cursor entity { description owner { ref } } events { what } } }"""


class Stream:
    """The events of one subscription, one by one: ("next", answer), ("complete", None), ("beat", None)."""

    def __init__(
        self, server: str, query: str, headers: dict[str, str], *, get: bool = False, **variables: Any
    ):
        parts = urlsplit(server)
        self.connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=300)
        headers = {"Accept": "text/event-stream", **headers}
        if get:
            address = urlencode({"query": query, "variables": json.dumps(variables)})
            self.connection.request("GET", f"/events/graphql?{address}", headers=headers)
        else:
            body = json.dumps({"query": query, "variables": variables})
            headers["Content-Type"] = "application/json"
            self.connection.request("POST", "/events/graphql", body, headers)
        self.response = self.connection.getresponse()
        self.events = self._events()

    def _events(self) -> Iterator[tuple[str, Any]]:
        name = ""
        for raw in self.response:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                text = line.removeprefix("data: ")
                yield name, json.loads(text) if text else None
            elif line == ":":
                yield "beat", None

    def next(self) -> Any:
        """The data of the next result."""
        name, answer = next(event for event in self.events if event[0] != "beat")
        assert (name, answer.get("errors")) == ("next", None)
        return answer["data"]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., None]:
    """Makes the catalog declare these components: `write(web="first text", api="…")`."""
    file = tmp_path / "catalog-info.yaml"

    def declare(namespace: str = "default", **described: str) -> None:
        text = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s, namespace: %s, description: "%s"}
spec: {type: service, lifecycle: production, owner: team-a}
---
"""
        file.write_text("".join(text % (name, namespace, what) for name, what in described.items()))
        known = Location.objects.first()
        if known is None:
            register_location(f"file:{file}", actor=SYSTEM, trusted=True)
        else:
            refresh_location(known.uid, actor=SYSTEM, allow_removal=True)

    return declare


def session_of(account: Account) -> dict[str, str]:
    client = Client()
    client.force_login(account)
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


@pytest.fixture
def follow(streams_server: str) -> Iterator[Callable[..., Stream]]:  # noqa: F811 - fixture
    opened: list[Stream] = []

    def open_one(query: str, account: Account | None, *, token: str = "", **more: Any) -> Stream:
        headers = {"Authorization": f"Bearer {token}"} if token else session_of(account) if account else {}
        opened.append(Stream(streams_server, query, headers, **more))
        return opened[-1]

    yield open_one
    for stream in opened:
        stream.connection.close()


def cursor_now(graphql: Any, account: Account) -> str:
    return str(graphql(account)("{ changes { cursor } }")["changes"]["cursor"])


def test_events_are_told_in_order_and_a_client_goes_on_where_it_was(
    follow: Any, write: Any, graphql: Any, member: Account
) -> None:
    write(web="one")
    after = cursor_now(graphql, member)
    stream = follow(CHANGES, member, after=after, filter={"kind": ["component"]})
    write(web="two", api="one")
    seen = [stream.next()["changes"] for _ in range(3)]
    stream.connection.close()

    write(api="one")
    again = follow(CHANGES, member, get=True, after=seen[1]["cursor"], filter={"kind": ["component"]})
    rest = [again.next()["changes"] for _ in range(2)]

    assert sorted((event["what"], event["ref"]) for event in seen) == [
        ("CHANGED", "component:default/web"),
        ("CREATED", "component:default/api"),
        ("RELATED", "component:default/api"),
    ]
    assert rest[0] == seen[2]
    assert rest[1]["ref"] in {"component:default/web", "component:default/api"}


def test_an_entity_is_told_as_it_is_now_and_when_it_goes(
    follow: Any, write: Any, graphql: Any, member: Account
) -> None:
    write(web="one", api="x")
    after = cursor_now(graphql, member)
    stream = follow(ENTITY, member, ref="Component:web", after=after)
    write(web="two", api="y")
    changed = stream.next()["entityChanged"]
    write(api="y")
    gone = stream.next()["entityChanged"]
    while gone["entity"] is not None:
        gone = stream.next()["entityChanged"]

    assert changed["ref"] == "component:default/web"
    assert changed["entity"] == {"description": "two", "owner": None}
    assert [event["what"] for event in changed["events"]] == ["CHANGED"]
    assert gone["ref"] == "component:default/web"


def test_a_filter_tells_of_entities_that_meet_it_after_the_change(
    follow: Any, write: Any, graphql: Any, member: Account
) -> None:
    write(web="one", api="one")
    after = cursor_now(graphql, member)
    wanted = {"where": [{"key": "metadata.description", "contains": "urgent"}]}
    stream = follow(ENTITY, member, filter=wanted, after=after)
    write(web="two", api="most urgent")
    assert stream.next()["entityChanged"]["ref"] == "component:default/api"
    write(web="urgent too", api="most urgent")
    assert stream.next()["entityChanged"]["ref"] == "component:default/web"


def test_what_is_hidden_is_not_told_and_a_right_that_goes_ends_it(
    follow: Any, write: Any, graphql: Any, member: Account, outsider: Account
) -> None:
    grant = NamespaceGrant.objects.create(namespace="secret", subject="user:default/member", role="reader")
    write(web="one")
    after = cursor_now(graphql, member)
    theirs = follow(CHANGES, member, after=after)
    others = follow(CHANGES, outsider, after=after)
    write("secret", vault="one")
    assert any(theirs.next()["changes"]["ref"] == "component:secret/vault" for _ in range(4))

    NamespaceGrant.objects.filter(pk=grant.pk).update(subject="user:default/nobody")
    write("secret", vault="two")
    write("default", seen="one")
    for stream in (theirs, others):
        refs: list[str] = []
        while "component:default/seen" not in refs:
            refs.append(stream.next()["changes"]["ref"])
        others_text = " ".join(refs)
        if stream is others:
            assert "secret" not in others_text
    late = follow(CHANGES, member, after=after)
    refs = []
    while "component:default/seen" not in refs:
        refs.append(late.next()["changes"]["ref"])
    assert "secret" not in " ".join(refs)


def test_a_stream_ends_within_seconds_when_its_token_is_revoked(
    follow: Any, member: Account, token_of: Any
) -> None:
    stream = follow(CHANGES, member, token=token_of(member, "read"))
    assert stream.response.status == 200
    ApiToken.objects.update(revoked_at=timezone.now())
    ending = [event for event in stream.events if event[0] != "beat"]

    assert [name for name, _ in ending] == ["next", "complete"]
    assert ending[0][1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_token_without_the_scope_to_read_is_told_nothing(
    follow: Any, write: Any, graphql: Any, member: Account, token_of: Any
) -> None:
    after = cursor_now(graphql, member)
    write(web="one")
    stream = follow(CHANGES, member, token=token_of(member, "catalog:write"), after=after)
    assert next(stream.events) == ("beat", None)


def test_an_account_has_a_bounded_number_of_streams(follow: Any, member: Account) -> None:
    kept = [follow(CHANGES, member) for _ in range(2)]
    assert [next(stream.events) for stream in kept] == [("beat", None)] * 2
    refused = follow(CHANGES, member).response
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
    assert json.loads(refused.read())["error"]["code"] == "STREAM_LIMIT"


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("subscription {", {}, "QUERY_SYNTAX"),
        ("subscription { nope }", {}, "QUERY_INVALID"),
        ("subscription { changes { ref } entityChanged { ref } }", {}, "QUERY_INVALID"),
        ("{ viewer { username } }", {}, "NOT_A_SUBSCRIPTION"),
        (
            'mutation { setFavourite(input: {ref: "x", favourite: true}) { problems { code } } }',
            {},
            "NOT_A_SUBSCRIPTION",
        ),
        ("subscription { changes @skip(if: true) { ref } }", {}, "NOT_A_SUBSCRIPTION"),
        (CHANGES, {"after": "nonsense"}, "INVALID_CURSOR"),
        (CHANGES, {"after": 5}, "VARIABLES_INVALID"),
        (ENTITY, {"ref": "not a ref"}, "INVALID_REF"),
        (ENTITY, {"filter": {"where": [{"key": "a", "gt": "b"}]}}, "INVALID_BOUND"),
    ],
)
def test_what_is_wrong_with_an_operation_is_told_through_the_stream(
    follow: Any, member: Account, query: str, variables: dict[str, Any], code: str
) -> None:
    stream = follow(query, member, **variables)
    assert (stream.response.status, stream.response.headers["Content-Type"]) == (
        200,
        "text/event-stream; charset=utf-8",
    )
    (name, answer), end = list(stream.events)
    assert (name, answer["errors"][0]["extensions"]["code"], "data" in answer) == ("next", code, False)
    assert end == ("complete", None)


def test_nobody_is_told_nothing_and_learns_nothing(follow: Any, db: None) -> None:
    refused = follow("subscription { nope }", None).response
    assert refused.status == 401
    assert b"nope" not in refused.read()


def test_a_subscription_at_the_other_address_says_where_it_belongs(graphql: Any, member: Account) -> None:
    answer = graphql(member).post("subscription { changes { ref } }").json()
    assert answer["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_ELSEWHERE"
    assert "/events/graphql" in answer["errors"][0]["message"]


def test_an_open_stream_knows_the_kinds_of_today(
    follow: Any, tmp_path: Path, graphql: Any, member: Account
) -> None:
    file = tmp_path / "catalog-info.yaml"
    of_kind = DEFINITION + "---" + MODEL
    told = follow("subscription { entityChanged { ref entity { __typename } } }", member)
    file.write_text(of_kind)
    location = register_location(f"file:{file}", actor=SYSTEM, trusted=True)
    seen: dict[str, str] = {}
    while len(seen) < 3:
        changed = told.next()["entityChanged"]
        seen[changed["ref"]] = changed["entity"]["__typename"]
    assert seen["mlmodel:default/churn"] == "MlModel"

    typed = follow("subscription { entityChanged { ref entity { ... on MlModel { accuracy } } } }", member)
    file.write_text(of_kind.replace("0.93", "0.94"))
    refresh_location(location.uid, actor=SYSTEM)
    assert typed.next()["entityChanged"]["entity"] == {"accuracy": 0.94}
    file.write_text(MODEL)
    refresh_location(location.uid, actor=SYSTEM)
    name, answer = next(event for event in typed.events if event[0] != "beat")
    assert (name, answer["errors"][0]["message"]) == ("next", "Unknown type 'MlModel'.")
    assert next(typed.events) == ("complete", None)
    assert graphql(member)('{ entity(ref: "mlmodel:churn") { __typename } }')["entity"] == {
        "__typename": "PortalEntity"
    }
