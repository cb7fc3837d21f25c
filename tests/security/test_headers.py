"""Every answer carries the headers that keep browsers safe; the page runs no script but its own."""

import os
import re
import secrets
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from portal.page import PAGES

pytestmark = pytest.mark.django_db

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def boom(request):
    raise RuntimeError("boom")


def policy_of(answer):
    directives = {}
    for part in answer["Content-Security-Policy"].split(";"):
        name, *values = part.split()
        directives[name] = values
    return directives


def is_data(answer):
    return answer["Content-Type"].startswith("application/json")


@pytest.fixture
def answers(built_page, member, urls_with):
    """One answer of each kind."""
    urls_with(path("api/boom", boom), path("boom", boom), path("api/ok", lambda request: HttpResponse("ok")))
    known = Client(raise_request_exception=False)
    known.force_login(member)
    strange = Client(raise_request_exception=False)
    return {
        "page": known.get("/catalog"),
        "unknown page": known.get("/no/such/page"),
        "sign-in": strange.get("/sign-in"),
        "redirect": strange.get("/catalog"),
        "api": known.get("/api/ok"),
        "api 401": strange.get("/api/ok"),
        "api 404": known.get("/api/none"),
        "api 500": known.get("/api/boom"),
        "page 500": known.get("/boom"),
        "wrong host": strange.get("/", headers={"Host": "evil.test"}),
        "static": strange.get("/static/assets/index-DiwrgTda.js"),
        "static 404": strange.get("/static/none.js"),
        "graphql": known.post("/graphql", {"query": "{ __typename }"}, content_type="application/json"),
        "csrf": Client(enforce_csrf_checks=True).post("/_allauth/browser/v1/auth/login"),
        "health": strange.get("/healthz"),
    }


def test_every_kind_of_answer_has_every_header(answers):
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == {
        "page": 200, "unknown page": 404, "sign-in": 200, "redirect": 302, "api": 200, "api 401": 401,
        "api 404": 404, "api 500": 500, "page 500": 500, "wrong host": 400, "static": 200, "static 404": 404,
        "graphql": 200, "csrf": 403, "health": 200,
    }  # fmt: skip
    for name, answer in answers.items():
        missing = {header: value for header, value in EXPECTED.items() if answer.get(header) != value}
        assert missing == {}, name
        assert answer["X-Request-Id"], name
        policy = policy_of(answer)
        assert policy["default-src"] == ["'none'"], name
        assert policy["frame-ancestors"] == ["'none'"], name
        assert policy["base-uri"] == ["'none'"], name
        assert policy["form-action"] == (["'none'"] if is_data(answer) else ["'self'"]), name


def test_no_policy_allows_inline_or_evaluated_code_or_other_origins(answers):
    for name, answer in answers.items():
        text = answer["Content-Security-Policy"]
        assert "unsafe" not in text, name
        assert is_data(answer) or policy_of(answer)["script-src"] == ["'self'"], name
        for values in policy_of(answer).values():
            assert not [value for value in values if "*" in value or "http" in value], name


def test_every_page_has_a_nonce_of_its_own_and_no_inline_code(built_page, member):
    client = Client()
    client.force_login(member)
    nonces = set()
    for page in sorted(PAGES - {"sign-in"}):
        answer = client.get(f"/{page}")
        text = answer.content.decode()
        (nonce,) = re.findall(r'<meta name="csp-nonce" content="([^"]+)">', text)
        assert f"'nonce-{nonce}'" in policy_of(answer)["style-src"]
        assert "__CSP_NONCE__" not in text
        assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+\s*=|javascript:|https?://", text) == []
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer
        nonces.add(nonce)
    assert len(nonces) == len(PAGES) - 1


def test_the_page_of_an_error_styles_itself_within_the_policy(answers):
    answer = answers["page 500"]
    (nonce,) = re.findall(r'<style nonce="([^"]+)">', answer.content.decode())
    assert f"'nonce-{nonce}'" in policy_of(answer)["style-src"]


def test_hashed_files_are_kept_for_ever_and_others_are_not(built_page):
    hashed = Client().get("/static/assets/index-DiwrgTda.js")
    plain = Client().get("/static/plain.txt")

    assert hashed["Cache-Control"] == "max-age=315360000, public, immutable"
    assert "immutable" not in plain["Cache-Control"]


def test_the_page_without_a_build_says_how_to_build_it(settings, tmp_path, member):
    settings.FRONTEND_DIST = tmp_path
    client = Client()
    client.force_login(member)

    answer = client.get("/catalog")

    assert answer.status_code == 503
    assert "make" in answer.content.decode()
    assert str(tmp_path) not in answer.content.decode()


PRODUCTION = {
    "PORTAL_BASE_URL": "https://portal.example.com",
    "PORTAL_ALLOWED_HOSTS": "portal.example.com",
    "PORTAL_TRUSTED_PROXIES": "10.0.0.0/8",
}


def in_production(*command):
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(64),
        **PRODUCTION,
    }
    return subprocess.run(
        [sys.executable, *command], check=False, env=environment, capture_output=True, text=True, timeout=300
    )


def test_the_deployment_check_has_no_warning():
    done = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")
    assert done.stderr == ""


COOKIES = """
import django; django.setup()
from django.test import Client
from django.conf import settings
asked = dict(REMOTE_ADDR="10.0.0.1", HTTP_HOST="portal.example.com", HTTP_X_FORWARDED_PROTO="https")
answer = Client(**asked).get("/_allauth/browser/v1/config")
print(answer.status_code, answer["Strict-Transport-Security"], answer.cookies["csrftoken"].OutputString())
print(settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE)
plain = Client(REMOTE_ADDR="10.0.0.1", HTTP_HOST="portal.example.com").get("/sign-in")
print(plain.status_code, plain["Location"])
lying = Client(**(asked | {"REMOTE_ADDR": "203.0.113.1"})).get("/sign-in")
print(lying.status_code, lying["Location"])
"""


def test_in_production_cookies_are_secure_and_http_leads_to_https():
    done = in_production("-c", "import os; os.environ['DJANGO_SETTINGS_MODULE']='portal.settings'" + COOKIES)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert lines[0].startswith("200 max-age=31536000; includeSubDomains; preload csrftoken=")
    assert "SameSite=Lax" in lines[0]
    assert "Secure" in lines[0]
    assert lines[1] == "True True Lax"
    assert lines[2:] == ["301 https://portal.example.com/sign-in"] * 2, "a forged X-Forwarded-Proto is no TLS"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/events/tasks/00000000-0000-4000-8000-000000000000", [(b"host", b"127.0.0.1")], 401),
        ("/git/a/b.git/info/refs", [(b"host", b"127.0.0.1")], 401),
        ("/healthz", [(b"host", b"127.0.0.1")], 200),
        ("/healthz", [(b"host", b"10.0.0.7:8001")], 200),
        ("/catalog", [(b"host", b"127.0.0.1")], 404),
        ("/events/x", [(b"host", b"evil.test")], 400),
        ("/events/x", [(b"host", b"127.0.0.1"), (b"origin", b"https://evil.test")], 403),
    ],
)
def test_the_server_of_streams_has_the_headers_too(path, headers, status):
    import asyncio

    from portal.asgi import application

    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8001),
        "scheme": "http",
        "http_version": "1.1",
    }
    asyncio.run(application(scope, receive, send))

    answer = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert sent[0]["status"] == status
    assert len(answer) == len(sent[0]["headers"]), "no header twice"
    for header, value in EXPECTED.items():
        assert answer[header.lower()] == value
    assert "default-src 'none'" in answer["content-security-policy"]
    assert "frame-ancestors 'none'" in answer["content-security-policy"]
