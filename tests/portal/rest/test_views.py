"""What every REST address does before its own view: methods, forms of answers, bodies."""

import pytest
from django.test import Client

from portal.accounts.models import Account

pytestmark = pytest.mark.django_db
REFS = "/api/catalog/entities/by-refs"


@pytest.fixture
def signed_in(client: Client, member: Account) -> Client:
    client.force_login(member)
    return client


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "BREW"])
def test_a_method_that_an_address_does_not_have_is_refused(signed_in: Client, method: str) -> None:
    answer = signed_in.generic(method, REFS)
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/json")
    if method != "HEAD":
        error = answer.json()["error"]
        assert (error["code"], error["message"]) == ("METHOD_NOT_ALLOWED", f"{REFS} answers POST only.")


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=1", "nonsense", ""])
def test_an_answer_has_one_form_whatever_is_accepted(signed_in: Client, accept: str) -> None:
    answer = signed_in.get("/api/catalog/locations?format=api", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert (answer.content, answer["Cache-Control"]) == (b"[]", "no-store")
    assert "Allow" not in answer


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"", "application/json", "Send the body as JSON"),
        (b"{}", "text/plain", "Send the body as JSON"),
        (b"a=b", "application/x-www-form-urlencoded", "Send the body as JSON"),
        (b"{", "application/json", "The body is not JSON"),
        (b"[]", "application/json", "must be a JSON object"),
        (b'{"a":"%b"}' % (b"x" * 1024 * 1024), "application/json", "was not looked at"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    signed_in: Client, body: bytes, content_type: str, says: str
) -> None:
    answer = signed_in.post(REFS, body, content_type=content_type)
    error = answer.json()["error"]
    assert (answer.status_code, error["name"], error["code"]) == (400, "InputError", "BAD_REQUEST")
    assert says in error["message"]


def test_a_session_needs_its_csrf_token(member: Account) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    answer = browser.post(REFS, {"entityRefs": []}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "CSRF_FAILED")
