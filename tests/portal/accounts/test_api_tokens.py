"""API tokens: made and ended in the page's API, shown once, narrow, and worth nothing to who finds a hash."""

import base64
import datetime as dt
import json
import logging

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.accounts.models import ApiToken
from portal.audit.models import Record
from portal.logs import JsonFormatter, LineFormatter

CREATE = """
mutation ($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    secret token { id name prefix scopes expiresAt lastUsedAt revokedAt } problems { path code message }
  }
}
"""
REVOKE = """
mutation ($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) { token { revokedAt } problems { path code message } }
}
"""
LIST = "{ apiTokens { id name prefix scopes createdAt expiresAt lastUsedAt revokedAt } }"

pytestmark = pytest.mark.django_db


def call(client, query, **variables):
    body = {"query": query, "variables": variables}
    return client.post("/graphql", body, content_type="application/json")


def create(client, **fields):
    given = {"name": "ci", "scopes": ["read"], "expiresInDays": 30} | fields
    return call(client, CREATE, input=given).json()["data"]["createApiToken"]


def session(account):
    client = Client()
    client.force_login(account)
    return client


def test_a_token_is_shown_once_and_then_speaks_for_its_account(member):
    page = session(member)

    payload = create(page, name=" deploy job ", scopes=["scaffolder:run", "read"], expiresInDays=7)

    assert payload["problems"] == []
    assert payload["token"]["name"] == "deploy job"
    assert payload["token"]["scopes"] == ["read", "scaffolder:run"]
    expires = dt.datetime.fromisoformat(payload["token"]["expiresAt"])
    assert dt.timedelta(days=6, hours=23) < expires - timezone.now() <= dt.timedelta(days=7)
    assert payload["secret"].startswith(f"ptl_{payload['token']['prefix']}_")
    assert payload["secret"] not in call(page, LIST).content.decode()
    client = Client(headers={"Authorization": f"Bearer {payload['secret']}"})
    assert client.get("/api/x").status_code == 404, "known, and there is nothing at this address"
    record = Record.objects.get(action="token.create")
    assert (record.actor, record.outcome) == ("user:default/member", "allowed")
    assert record.target == f"token:{payload['token']['prefix']}"


@pytest.mark.parametrize(
    ("fields", "path", "code"),
    [
        ({"name": "  "}, ["name"], "INVALID"),
        ({"name": "x" * 101}, ["name"], "INVALID"),
        ({"name": "a\x00b"}, ["name"], "INVALID"),
        ({"scopes": []}, ["scopes"], "SCOPE_UNKNOWN"),
        ({"scopes": ["read", "admin"]}, ["scopes"], "SCOPE_UNKNOWN"),
        ({"expiresInDays": 0}, ["expiresInDays"], "INVALID"),
        ({"expiresInDays": 366}, ["expiresInDays"], "INVALID"),
    ],
)
def test_a_token_with_a_wrong_field_is_refused_and_nothing_is_made(member, fields, path, code):
    answer = call(
        session(member), CREATE, input={"name": "ci", "scopes": ["read"], "expiresInDays": 30} | fields
    )

    if "data" in answer.json():
        payload = answer.json()["data"]["createApiToken"]
        assert (payload["secret"], payload["token"]) == (None, None)
        assert [(problem["path"], problem["code"]) for problem in payload["problems"]] == [(path, code)]
    else:
        assert answer.status_code == 400, "characters that PostgreSQL cannot hold are refused at the door"
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "extra", ["id", "uid", "account", "prefix", "secretHash", "accountStamp", "lastUsedAt"]
)
def test_nothing_but_name_scopes_and_lifetime_can_be_given(member, extra):
    given = {"name": "ci", "scopes": ["read"], "expiresInDays": 30, extra: "1"}

    answer = call(session(member), CREATE, input=given)

    assert answer.status_code == 400
    assert extra in answer.json()["errors"][0]["message"]
    assert not ApiToken.objects.exists()


def test_the_list_shows_last_use_and_end(member, token_of):
    client = Client(headers={"Authorization": f"Bearer {token_of(member)}"})
    client.get("/api/x")

    (token,) = call(session(member), LIST).json()["data"]["apiTokens"]

    assert token["lastUsedAt"] is not None
    assert token["expiresAt"] > token["createdAt"]


def test_last_use_is_written_at_most_once_a_minute(member, token_of, django_assert_num_queries):
    client = Client(headers={"Authorization": f"Bearer {token_of(member)}"})
    client.get("/api/x")
    first = ApiToken.objects.get().last_used_at

    with django_assert_num_queries(1):
        client.get("/api/x")

    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - dt.timedelta(seconds=61))
    client.get("/api/x")
    assert ApiToken.objects.get().last_used_at > first


def test_a_revoked_token_is_over_at_once(member, token_of):
    client = Client(headers={"Authorization": f"Bearer {token_of(member)}"})
    assert client.get("/api/x").status_code == 404
    page = session(member)
    token_id = call(page, LIST).json()["data"]["apiTokens"][0]["id"]

    payload = call(page, REVOKE, input={"id": token_id}).json()["data"]["revokeApiToken"]

    assert payload["problems"] == []
    assert payload["token"]["revokedAt"] is not None
    answer = client.get("/api/x")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "TOKEN_INVALID"
    assert answer["WWW-Authenticate"] == 'Bearer realm="portal"'


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1] + ("a" if text[-1] != "a" else "b"),
        lambda text: text[:13] + "a" * 40,
        lambda text: text[:-1],
        lambda text: text + "a",
        lambda text: text.upper(),
        lambda text: text.removeprefix("ptl_"),
        lambda text: text.split("_")[2],
    ],
)
def test_a_token_that_is_not_quite_right_is_nothing(change, member, token_of):
    text = change(token_of(member))
    answer = Client(headers={"Authorization": f"Bearer {text}"}).get("/api/x")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_INVALID")


def test_an_expired_token_is_over(member, token_of):
    client = Client(headers={"Authorization": f"Bearer {token_of(member)}"})
    ApiToken.objects.update(expires_at=timezone.now())
    assert client.get("/api/x").status_code == 401


def test_somebody_elses_token_is_as_missing_as_one_that_never_was(member, outsider, token_of):
    token_of(member)
    token = ApiToken.objects.get()
    theirs = base64.urlsafe_b64encode(f"PortalApiToken:{token.uid}".encode()).decode().rstrip("=")
    never = (
        base64.urlsafe_b64encode(b"PortalApiToken:00000000-0000-4000-8000-000000000000").decode().rstrip("=")
    )
    page = session(outsider)

    answers = [call(page, REVOKE, input={"id": asked}).content for asked in (theirs, never, "1", "")]

    assert answers[0] == answers[1] == answers[2] == answers[3]
    assert json.loads(answers[0])["data"]["revokeApiToken"]["problems"][0]["code"] == "TOKEN_NOT_FOUND"
    token.refresh_from_db()
    assert token.revoked_at is None
    denial = Record.objects.get(outcome="denied")
    assert (denial.actor, denial.action) == ("user:default/outsider", "token.revoke")
    assert denial.target == f"token:{token.uid}"


@pytest.mark.parametrize("scopes", [["read"], ["catalog:write"], ["read", "catalog:write", "scaffolder:run"]])
@pytest.mark.parametrize("account", ["member", "admin"])
def test_a_token_never_makes_or_ends_a_token(request, account, scopes, token_of):
    owner = request.getfixturevalue(account)
    client = Client(headers={"Authorization": f"Bearer {token_of(owner, *scopes)}"})

    made = create(client, scopes=["read", "catalog:write", "scaffolder:run"])

    assert (made["token"], made["secret"]) == (None, None)
    assert made["problems"][0]["code"] == "SESSION_REQUIRED"
    token = ApiToken.objects.get()
    own_id = base64.urlsafe_b64encode(f"PortalApiToken:{token.uid}".encode()).decode().rstrip("=")
    ended = call(client, REVOKE, input={"id": own_id}).json()["data"]["revokeApiToken"]
    assert ended["problems"][0]["code"] == "SESSION_REQUIRED"
    token.refresh_from_db()
    assert token.revoked_at is None
    assert call(client, LIST).json()["data"]["apiTokens"] == []
    assert Record.objects.filter(outcome="denied").count() == 2


def test_no_table_and_no_log_line_holds_the_secret(member, browser, capsys):
    page = browser()
    page.sign_in("member")
    payload = page.post(
        "/graphql",
        {"query": CREATE, "variables": {"input": {"name": "ci", "scopes": ["read"], "expiresInDays": 30}}},
    ).json()["data"]["createApiToken"]
    text = payload["secret"]
    secret = text.rpartition("_")[2]
    Client(headers={"Authorization": f"Bearer {text}"}).get("/api/x")

    dump = everything_stored()

    assert payload["token"]["prefix"] in dump
    assert secret not in dump
    assert "member-password" not in dump
    record = logging.LogRecord("x", logging.ERROR, "", 0, "sent %s", (f"Authorization: Bearer {text}",), None)
    for formatter in (LineFormatter(), JsonFormatter()):
        assert secret not in formatter.format(record)


def everything_stored():
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        rows = []
        for name in names:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{name}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)
