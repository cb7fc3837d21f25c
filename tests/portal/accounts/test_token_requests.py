"""Requests with a token: beside sessions, without CSRF tokens, as a password of git."""

import base64

import pytest
from django.test import Client

from tests.portal.accounts.test_api_tokens import LIST, call, session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("with_session", [False, True])
def test_a_token_opens_no_session_and_no_account_settings(member, token_of, with_session):
    client = Client(headers={"Authorization": f"Bearer {token_of(member)}"}, enforce_csrf_checks=True)
    if with_session:
        client.force_login(member)

    change = client.post(
        "/_allauth/browser/v1/account/password/change",
        {"current_password": "member-password", "new_password": "another-long-one"},
        content_type="application/json",
    )

    assert change.status_code == 401
    assert client.get("/_allauth/browser/v1/auth/session").status_code == (200 if with_session else 401)
    member.refresh_from_db()
    assert member.check_password("member-password")


def test_a_bad_token_is_not_rescued_by_a_good_session(member):
    page = session(member)
    assert page.get("/api/x", headers={"Authorization": "Bearer ptl_nonsense"}).status_code == 401


def test_a_token_request_needs_no_csrf_token_and_a_session_request_does(member, bearer):
    assert call(bearer(member), LIST).status_code == 200

    page = Client(enforce_csrf_checks=True)
    page.force_login(member)
    answer = call(page, LIST)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "CSRF_FAILED"


def test_a_session_needs_the_csrf_token_even_where_a_view_is_exempt(member, urls_with):
    from django.http import JsonResponse
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    done = []

    @csrf_exempt
    def view(request):
        done.append(request.method)
        return JsonResponse({})

    urls_with(path("api/exempt", view))
    page = Client(enforce_csrf_checks=True)
    page.force_login(member)

    assert page.post("/api/exempt").status_code == 403
    assert done == []


def test_git_sends_the_token_as_the_password_of_basic(member, token_of, client):
    good = base64.b64encode(f"anything:{token_of(member)}".encode()).decode()

    assert client.get("/git/x", headers={"Authorization": f"Basic {good}"}).status_code == 404
    assert client.get("/api/x", headers={"Authorization": f"Basic {good}"}).status_code == 401
    nobody = client.get("/git/x")
    assert (nobody.status_code, nobody["WWW-Authenticate"]) == (401, 'Basic realm="portal"')
    for broken in ("!!!", base64.b64encode(b"no-colon").decode(), base64.b64encode(b"\xff:\xff").decode()):
        assert client.get("/git/x", headers={"Authorization": f"Basic {broken}"}).status_code == 401
