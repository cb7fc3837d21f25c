"""What goes wrong inside stays inside: outside a sentence and an id, in the log all of it, scrubbed."""

import logging

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404
from django.test import Client
from django.urls import path

from portal.accounts.models import Account
from portal.logs import JsonFormatter, LineFormatter, scrub

CANARY = "canary-7f3a"
INSIDE = [
    CANARY,
    "canary_7f3a",
    "Traceback",
    "RuntimeError",
    "DoesNotExist",
    "no_such_table",
    "SELECT",
    "/srv",
    ".py",
]

pytestmark = pytest.mark.django_db


def raises(request):
    password = CANARY
    raise RuntimeError(f"cannot open /srv/portal/{password} with Authorization: Bearer {password}")


def breaks_sql(request):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM no_such_table_{CANARY.replace('-', '_')}")


def misses(request):
    raise Account.DoesNotExist(CANARY)


def not_found(request):
    raise Http404(CANARY)


def denied(request):
    raise PermissionDenied(CANARY)


def suspicious(request):
    raise SuspiciousOperation(CANARY)


BREAKING = {
    "raises": (raises, 500, "INTERNAL"),
    "sql": (breaks_sql, 500, "INTERNAL"),
    "misses": (misses, 500, "INTERNAL"),
    "not found": (not_found, 404, "NOT_FOUND"),
    "denied": (denied, 403, "DENIED"),
    "suspicious": (suspicious, 400, "BAD_REQUEST"),
}


@pytest.mark.parametrize("prefix", ["api/", "events/", ""])
@pytest.mark.parametrize("case", BREAKING)
def test_no_stack_sql_path_or_secret_leaves(case, prefix, member, urls_with, built_page):
    view, status, code = BREAKING[case]
    urls_with(path(f"{prefix}boom", view))
    client = Client(raise_request_exception=False)
    client.force_login(member)

    answer = client.get(f"/{prefix}boom")

    text = answer.content.decode()
    assert answer.status_code == status
    for inside in INSIDE:
        assert inside not in text
    if prefix:
        error = answer.json()["error"]
        assert (error["code"], error["requestId"]) == (code, answer["X-Request-Id"])
        assert answer.json()["response"] == {"statusCode": status}
    elif status == 404:
        assert '<div id="root">' in text, "the page shows its own 404"
    else:
        assert answer["Content-Type"].startswith("text/html")
        assert answer["X-Request-Id"] in text
        assert code in text


def test_the_log_has_the_trace_under_the_request_id_without_the_secret(member, urls_with, caplog):
    urls_with(path("api/boom", raises))
    client = Client(raise_request_exception=False)
    client.force_login(member)
    lines = []

    class Collect(logging.Handler):
        def emit(self, record):
            lines.append(JsonFormatter().format(record) + LineFormatter().format(record))

    handler = Collect()
    logging.getLogger().addHandler(handler)
    try:
        answer = client.get("/api/boom")
    finally:
        logging.getLogger().removeHandler(handler)

    text = "\n".join(lines)
    assert "RuntimeError: cannot open /srv/portal/" in text
    assert answer["X-Request-Id"] in text
    assert f"Bearer {CANARY}" not in text


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer {}",
        "authorization='Basic {}'",
        "{{'Cookie': 'sessionid={}; csrftoken={}'}}",
        "Set-Cookie: sessionid={}; HttpOnly",
        'POST {{"username": "jane", "password": "{}"}}',
        "password={}&next=/",
        "client_secret: {}",
        "PORTAL_SECRET_KEY={}",
        "postgresql://portal:{}@db.example.com/portal",
        "https://x:{}@github.com/a.git",
        "X-CSRFToken: {}",
        "Cookie: theme=dark; somebody_elses={}",
        "Authorization: Digest response={}",
        "got bearer {} from a client",
        "ptl_abcdefgh_{}",
        "api_key='{}'",
    ],
)
def test_credentials_are_blanked_in_every_line(text):
    secret = "S3cretValueThatMustNotBeSeen"
    assert secret not in scrub(text.format(secret, secret))


@pytest.mark.parametrize(
    "text", ["GET /catalog?kind=API 200", "3 tokens were read", "secretary: jane", "a: b"]
)
def test_other_text_stays_as_it_is(text):
    assert scrub(text) == text


def test_scrubbing_a_long_line_takes_no_time_to_speak_of():
    for line in ("a" * 200_000, "://" * 60_000, "password" * 20_000, "bearer " * 20_000):
        scrub(line)


def test_a_page_is_read_only(member):
    client = Client()
    client.force_login(member)
    assert client.post("/catalog").status_code == 405


def test_the_request_id_is_ours(member):
    answer = Client().get("/api/x", headers={"X-Request-Id": "forged\r\nline"})
    assert "forged" not in answer["X-Request-Id"]
    assert len(answer["X-Request-Id"]) == 36
