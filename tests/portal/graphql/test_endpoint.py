"""How the endpoint is spoken to: methods, media types, credentials, and what it answers to mistakes."""

import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from portal.accounts.models import Account, ApiToken

CREATE = """mutation($i: CreateApiTokenInput!) {
    createApiToken(input: $i) { token { id name } problems { path code message } } }"""
TOKEN = {"i": {"name": "ci", "scopes": ["read"], "expiresInDays": 30}}


def error_code(response: Any) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.fixture
def client(member: Account) -> Client:
    """A browser in which the member is signed in; it checks CSRF as in production."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    return browser


@pytest.fixture
def signed_in(member: Account) -> Client:
    browser = Client()
    browser.force_login(member)
    return browser


@pytest.mark.parametrize(
    "query",
    [
        "{ __typename }",
        "{ __schema { types { name } } }",
        '{ __type(name: "Entity") { name } }',
        "{ entitiez }",
    ],
)
def test_who_has_not_signed_in_learns_nothing(db: None, query: str) -> None:
    for response in (
        Client().post("/graphql", {"query": query}, content_type="application/json"),
        Client().get("/graphql", {"query": query}),
    ):
        assert response.status_code == 401
        assert error_code(response) == "UNAUTHENTICATED"
        assert "data" not in response.json()


def test_a_query_may_be_sent_by_get(signed_in: Client, member: Account) -> None:
    parameters = {
        "query": "query A($id: ID!) { viewer { username } node(id: $id) { id } } query B { kinds { name } }",
        "variables": json.dumps({"id": "x"}),
        "operationName": "A",
    }
    response = signed_in.get("/graphql", parameters)

    assert response.status_code == 200
    assert response.json() == {"data": {"viewer": {"username": "member"}, "node": None}}


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_mutation_by_a_safe_method_changes_nothing(signed_in: Client, method: str) -> None:
    single = {"query": CREATE, "variables": json.dumps(TOKEN)}
    chosen = {
        "query": "query Read { __typename } " + CREATE.replace("mutation", "mutation Write"),
        "operationName": "Write",
        "variables": json.dumps(TOKEN),
    }
    for parameters in (single, chosen):
        response = getattr(signed_in, method)("/graphql?" + urlencode(parameters))
        assert response.status_code == 405
    assert ApiToken.objects.count() == 0


def test_other_methods_are_not_allowed(signed_in: Client) -> None:
    for method in (signed_in.put, signed_in.patch, signed_in.delete, signed_in.options):
        response = method("/graphql", {"query": CREATE}, content_type="application/json")
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, POST"


def test_the_operation_is_read_from_the_body_only(signed_in: Client) -> None:
    address = "/graphql?" + urlencode({"query": CREATE, "variables": json.dumps(TOKEN)})
    response = signed_in.post(address, {}, content_type="application/json")

    assert response.status_code == 400
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "", "text/json"],
)
def test_only_json_is_read(signed_in: Client, content_type: str) -> None:
    body = json.dumps({"query": CREATE, "variables": TOKEN})
    response = signed_in.generic("POST", "/graphql", body, content_type=content_type)

    assert response.status_code == 415
    assert error_code(response) == "UNSUPPORTED_MEDIA_TYPE"
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
    ],
)
def test_a_post_of_another_site_with_our_cookie_is_refused(client: Client, content_type: str) -> None:
    body = json.dumps({"query": CREATE, "variables": TOKEN})
    response = client.generic("POST", "/graphql", body, content_type=content_type)

    assert response.status_code == 403
    assert ApiToken.objects.count() == 0


def test_the_page_sends_the_csrf_token(client: Client) -> None:
    client.cookies["csrftoken"] = "a" * 32
    response = client.post(
        "/graphql",
        {"query": "{ viewer { username } }"},
        content_type="application/json",
        headers={"X-CSRFToken": "a" * 32},
    )
    assert response.json() == {"data": {"viewer": {"username": "member"}}}


def test_batches_are_refused(signed_in: Client) -> None:
    batch = [{"query": "{ __typename }"}] * 1000
    response = signed_in.post("/graphql", json.dumps(batch), content_type="application/json")

    assert response.status_code == 400
    assert error_code(response) == "BAD_REQUEST"
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "null",
        "5",
        '"x"',
        "{}",
        '{"query": 5}',
        '{"query": ""}',
        '{"query": "{__typename}", "variables": []}',
        '{"query": "{__typename}", "operationName": 5}',
        '{"query": "{__typename}", "operationName": "B"}',
        '{"query": "{ entity(ref: \\"a\\\\u0000b\\") { name } }"}',
        '{"query": "query($r: String!) { entity(ref: $r) { name } }", "variables": {"r": "a\\u0000b"}}',
        '{"query": "query($r: String!) { entity(ref: $r) { name } }", "variables": {"r": "\\ud800"}}',
        "\xff",
    ],
)
def test_what_is_not_a_request_gets_a_sentence(signed_in: Client, body: str) -> None:
    response = signed_in.generic("POST", "/graphql", body.encode("latin-1"), content_type="application/json")

    assert response.status_code == 400
    assert error_code(response) in {"BAD_REQUEST", "OPERATION_UNKNOWN"}
    assert response.json()["errors"][0]["message"].endswith(".")


def test_the_media_type_is_the_one_asked_for(signed_in: Client) -> None:
    wanted = "application/graphql-response+json"
    for query, status in (("{ __typename }", 200), ("{ nope }", 400)):
        body = {"query": query}
        answer = signed_in.post("/graphql", body, content_type="application/json", headers={"Accept": wanted})
        plain = signed_in.post("/graphql", body, content_type="application/json")
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, f"{wanted}; charset=utf-8")
        assert (plain.status_code, plain.headers["Content-Type"]) == (
            status,
            "application/json; charset=utf-8",
        )
        assert answer.headers["Cache-Control"] == "no-store"


def test_ten_mutations_in_one_operation_and_not_more(signed_in: Client) -> None:
    def post(count: int, *, forbidden: int = -1) -> Any:
        fields = " ".join(
            'm%d: createApiToken(input: {name: "t%d", scopes: ["%s"], expiresInDays: 9}) '
            "{ token { name } problems { code } }" % (i, i, "everything" if i == forbidden else "read")
            for i in range(count)
        )
        return signed_in.post(
            "/graphql", {"query": "mutation { %s }" % fields}, content_type="application/json"
        )

    refused = post(11)
    assert (refused.status_code, error_code(refused)) == (400, "TOO_MANY_MUTATIONS")
    assert error_code(post(50)) == "TOO_MANY_ALIASES"
    assert ApiToken.objects.count() == 0

    answer = post(10, forbidden=4).json()["data"]
    assert ApiToken.objects.count() == 9
    assert answer["m4"]["token"] is None
    assert len(answer["m4"]["problems"]) == 1
    assert answer["m9"] == {"token": {"name": "t9"}, "problems": []}


def test_mutations_hidden_in_fragments_count_too(signed_in: Client) -> None:
    field = 'revokeApiToken(input: {id: "x"}) { problems { code } }'
    query = "mutation { ...A ... on Mutation { %s } } fragment A on Mutation { %s }" % (
        " ".join(f"a{i}: {field}" for i in range(6)),
        " ".join(f"b{i}: {field}" for i in range(6)),
    )
    response = signed_in.post("/graphql", {"query": query}, content_type="application/json")
    assert error_code(response) == "TOO_MANY_MUTATIONS"


def test_what_nobody_expected_is_told_to_the_log_only(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("SELECT secret FROM /etc/portal")

    monkeypatch.setattr("portal.graphql.portal_info.PortalInfo.__init__", broken)
    with caplog.at_level(logging.ERROR):
        response = signed_in.post(
            "/graphql", {"query": "{ portal { title } }"}, content_type="application/json"
        )

    answer = response.json()
    assert answer["data"] is None
    assert answer["errors"] == [
        {
            "message": "Something went wrong on our side. "
            "The operator finds it in the log by the request id.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["portal"],
            "extensions": {"code": "INTERNAL", "requestId": response.headers["X-Request-Id"]},
        }
    ]
    assert response.headers["X-Request-Id"] in caplog.text
    assert "SELECT secret" in caplog.text
