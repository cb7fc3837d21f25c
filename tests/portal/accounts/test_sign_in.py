"""Signing in and out through django-allauth's browser API."""

from importlib import import_module

import pytest
from django.conf import settings
from django.test import Client

from portal.accounts.models import Account
from portal.accounts.navigation import safe_next
from portal.audit.models import Record

SESSION = "/_allauth/browser/v1/auth/session"
SIGN_UP = "/_allauth/browser/v1/auth/signup"

pytestmark = pytest.mark.django_db


def test_a_good_password_opens_a_session_and_is_recorded(browser, member):
    page = browser()

    answer = page.sign_in("member")

    assert answer.status_code == 200
    assert answer.json()["data"]["user"] == {
        "id": str(member.uid),
        "display": "member",
        "username": "member",
        "email": "",
    }
    assert page.get(SESSION).status_code == 200
    record = Record.objects.get(action="session.create")
    assert (record.actor, record.target, record.outcome) == ("user:default/member", "member", "allowed")
    assert record.request_id == answer["X-Request-Id"]


def test_a_wrong_password_opens_nothing_and_is_recorded_as_denied(browser, member):
    page = browser()

    answer = page.sign_in("member", "wrong")

    assert answer.status_code == 400
    assert "sessionid" not in page.http.cookies
    assert Record.objects.get().outcome == "denied"


def test_unknown_disabled_and_wrong_look_the_same(browser, member, make_account):
    make_account("gone", is_active=False)

    wrong, unknown, disabled = (
        browser(address).sign_in(name, password).content
        for address, name, password in [
            ("192.0.2.1", "member", "wrong"),
            ("192.0.2.2", "nobody", "wrong"),
            ("192.0.2.3", "gone", "gone-password"),
        ]
    )

    assert wrong == unknown == disabled


def test_signing_out_ends_the_session_on_the_server(browser, member):
    page = browser()
    page.sign_in("member")
    key = page.http.cookies["sessionid"].value

    page.sign_out()

    assert not import_module(settings.SESSION_ENGINE).SessionStore().exists(key)
    assert Record.objects.filter(action="session.delete", target="member").count() == 1


def test_a_planted_session_key_is_replaced_at_sign_in_and_stays_anonymous(browser, member):
    planted = import_module(settings.SESSION_ENGINE).SessionStore()
    planted["seen"] = "yes"
    planted.save()
    page = browser()
    page.http.cookies["sessionid"] = planted.session_key

    assert page.sign_in("member").status_code == 200

    assert page.http.cookies["sessionid"].value != planted.session_key
    thief = Client()
    thief.cookies["sessionid"] = planted.session_key
    assert thief.get(SESSION).status_code == 401
    assert thief.get("/api/x").status_code == 401


def test_signing_in_needs_the_csrf_token(member):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(
        "/_allauth/browser/v1/auth/login",
        {"username": "member", "password": "member-password"},
        content_type="application/json",
    )

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "CSRF_FAILED"
    assert "sessionid" not in client.cookies


def test_nobody_makes_an_account_of_their_own(browser):
    answer = browser().post(SIGN_UP, {"username": "eve", "password": "a-long-enough-one"})

    assert answer.status_code == 401
    assert not Account.objects.exists()


def test_an_installation_may_open_sign_up(browser, settings):
    settings.SIGN_UP = True

    answer = browser().post(SIGN_UP, {"username": "eve", "password": "a-long-enough-one"})

    assert answer.status_code == 200
    assert Account.objects.get().username == "eve"
    assert not Account.objects.get().is_superuser


OUTSIDE = [
    "//evil.test",
    "https:evil.test",
    "https://evil.test/",
    "/\\evil.test",
    "\\\\evil.test",
    "/%2f%2fevil.test",
    "/%5cevil.test",
    "%2f%2fevil.test",
    "/%252f%252fevil.test",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "/\t/evil.test",
    "/\n/evil.test",
    "///evil.test",
    "data:text/html,x",
    "evil.test",
    "/sign-in?next=/sign-in",
    "/_allauth/browser/v1/auth/session",
    "/api/catalog/entities",
]


@pytest.mark.parametrize("target", OUTSIDE)
def test_next_never_leads_off_the_portals_pages(target):
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", OUTSIDE)
def test_the_sign_in_page_never_sees_a_next_that_leads_away(target, member):
    stranger = Client().get("/sign-in", {"next": target})
    assert (stranger.status_code, stranger["Location"]) == (302, "/sign-in")

    known = Client()
    known.force_login(member)
    answer = known.get("/sign-in", {"next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("target", ["/catalog", "/catalog/default/component/a?tab=docs#x", "/create?q=a%20b"])
def test_next_keeps_a_page_of_the_portal(target, member):
    known = Client()
    known.force_login(member)
    assert known.get("/sign-in", {"next": target})["Location"] == target


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/catalog?kind=API&owner=a", "/sign-in?next=/catalog%3Fkind%3DAPI%26owner%3Da"),
        ("/", "/sign-in"),
        ("//evil.test/x", "/sign-in"),
        ("/%2f%2fevil.test", "/sign-in"),
    ],
)
def test_an_anonymous_reader_of_a_page_is_sent_to_sign_in_and_back(asked, address):
    path, _, query = asked.partition("?")
    answer = Client().get("/", PATH_INFO=path, QUERY_STRING=query)
    assert (answer.status_code, answer["Location"]) == (302, address)
