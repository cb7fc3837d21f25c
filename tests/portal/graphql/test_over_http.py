"""Media types and status codes of GraphQL over HTTP."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from portal.accounts.models import Account, ApiToken

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
GOOD = {"query": "{ __typename }"}
REFUSED: dict[str, dict[str, Any]] = {
    "QUERY_SYNTAX": {"query": "{"},
    "QUERY_INVALID": {"query": "{ nope }"},
    "OPERATION_UNKNOWN": {"query": "query A { __typename }", "operationName": "B"},
    "VARIABLES_INVALID": {"query": "query($r: String!) { entity(ref: $r) { ref } }", "variables": {"r": 1}},
    "PAGE_SIZE": {"query": "{ entities(first: 1000) { totalCount } }"},
}


@pytest.fixture
def post(bearer: Any, member: Account) -> Any:
    client: Client = bearer(member, "read", "catalog:write")

    def send(body: Any, accept: str | None = None, content_type: str = JSON) -> tuple[int, str, Any]:
        headers = {} if accept is None else {"Accept": accept}
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = client.generic("POST", "/graphql", text, content_type=content_type, headers=headers)
        kind, _, parameters = answer.headers["Content-Type"].partition("; ")
        assert parameters == "charset=utf-8"
        return answer.status_code, kind, answer.json()

    send.client = client  # type: ignore[attr-defined]
    return send


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON}", RESPONSE),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.4, {JSON};q=0.5", JSON),
        (f"{RESPONSE};q=0, */*", JSON),
        (f"{JSON};q=0, {RESPONSE}", RESPONSE),
        ("text/html, */*;q=0.1", JSON),
        ("x" * 5000 + ", " + JSON, None),
        ("text/html", None),
        ("text/event-stream", None),
        (f"{JSON};q=0", None),
    ],
)
def test_the_answer_is_of_a_type_that_the_client_takes(post: Any, accept: str, kind: str | None) -> None:
    status, answered, body = post(GOOD, accept)

    if kind:
        assert (status, answered, body) == (200, kind, {"data": {"__typename": "Query"}})
    else:
        assert (status, body["errors"][0]["extensions"]["code"]) == (406, "NOT_ACCEPTABLE")
        assert "/events/graphql" in body["errors"][0]["message"], "where a stream is answered"
        assert "data" not in body


@pytest.mark.parametrize("code", REFUSED)
def test_the_status_tells_of_a_refused_operation_unless_plain_json_was_asked_for(
    post: Any, code: str
) -> None:
    for accept, status in ((RESPONSE, 400), (JSON, 200), ("*/*", 400), (None, 400)):
        answered, _, body = post(REFUSED[code], accept)
        assert (answered, body["errors"][0]["extensions"]["code"]) == (status, code)
        assert "data" not in body


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
def test_an_operation_that_ran_is_200_whatever_became_of_its_parts(post: Any, accept: str) -> None:
    assert post({"query": '{ entity(ref: "not a ref") { ref } }'}, accept)[0] == 200


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"query": "{ __typename', JSON, 400),
        ({"qeury": "{ __typename }"}, JSON, 400),
        *[({**GOOD, "extensions": wrong}, JSON, 400) for wrong in ("x", 0, False, ["x"])],
        *[({**GOOD, "variables": wrong}, JSON, 400) for wrong in ("x", 0, False, ["x"])],
        *[({**GOOD, "operationName": wrong}, JSON, 400) for wrong in (0, False, ["x"], {})],
        *[({"query": wrong}, JSON, 400) for wrong in (0, False, ["x"], {})],
        (json.dumps(GOOD).encode("utf-16"), f"{JSON}; charset=utf-16", 415),
        (json.dumps(GOOD).encode("utf-16"), JSON, 400),
        (json.dumps(GOOD).encode(), "text/plain", 415),
        (json.dumps(GOOD).encode(), "application/graphql", 415),
    ],
)
def test_what_cannot_be_read_says_so_by_its_status_to_everybody(
    post: Any, body: Any, content_type: str, status: int
) -> None:
    for accept in (JSON, RESPONSE):
        assert post(body, accept, content_type)[0] == status


def test_charset_and_extensions_of_a_request_are_taken(post: Any) -> None:
    body = {**GOOD, "extensions": {"some": "value"}}
    assert post(body, content_type=f'{JSON}; charset="UTF-8"')[0] == 200


def test_get_reads_the_address_and_never_a_body_or_a_mutation(post: Any) -> None:
    query = "query($r: String!) { entity(ref: $r) { ref } }"
    parameters = urlencode({"query": query, "variables": '{"r": "component:x"}', "extensions": '{"a": 1}'})
    answer = post.client.get(f"/graphql?{parameters}", headers={"Accept": RESPONSE})
    assert (answer.status_code, answer.json()) == (200, {"data": {"entity": None}})

    body = json.dumps(GOOD)
    assert post.client.generic("GET", "/graphql", body, content_type=JSON).status_code == 400
    assert post.client.get("/graphql?" + urlencode({**GOOD, "variables": "[1]"})).status_code == 400

    token = 'createApiToken(input: {name: "x", scopes: ["read"], expiresInDays: 9})'
    mutation = "mutation { %s { problems { code } } }" % token
    tokens = ApiToken.objects.count()
    refused = post.client.get("/graphql?" + urlencode({"query": mutation}), headers={"Accept": JSON})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert ApiToken.objects.count() == tokens
