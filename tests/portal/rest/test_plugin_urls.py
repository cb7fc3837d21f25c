"""Files of plugins: for whoever has signed in, in a sandbox, and a broken plugin costs only its address."""

import pytest
from django.test import Client

from portal.extension.points import ExtensionError
from portal.extension_points import urls
from portal.plugin_api import PluginFile, PluginUrl
from tests.dummy_plugin import misbehaving
from tests.dummy_plugin.contributions import answer_twice, get_greeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("until_released")]
GREETING = PluginUrl("greeting", "greeting/<slug:word>.txt", get_greeting)


@pytest.fixture
def signed_in(client, member):
    client.force_login(member)
    return client


def test_a_file_is_served_in_a_sandbox(signed_in):
    with urls.temporarily(GREETING, plugin="dummy"):
        answer = signed_in.get("/api/plugins/dummy/greeting/hello.txt")
    assert (answer.status_code, answer.content) == (200, b"hello user:default/member")
    assert answer["Content-Type"] == "text/plain"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "path",
    ["/api/plugins/dummy/greeting/nothing.txt", "/api/plugins/dummy/greeting/a/b.txt", "/api/plugins/dummy/x",
     "/api/plugins/other/greeting/hello.txt"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(signed_in, path):
    with urls.temporarily(GREETING, plugin="dummy"):
        answer = signed_in.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


def test_nobody_gets_nothing(client):
    with urls.temporarily(GREETING, plugin="dummy"):
        assert client.get("/api/plugins/dummy/greeting/hello.txt").status_code == 401


def test_a_file_can_only_be_read(signed_in):
    with urls.temporarily(GREETING, plugin="dummy"):
        assert signed_in.post("/api/plugins/dummy/greeting/hello.txt").status_code == 405


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda viewer: misbehaving.raising_run(), "failed while loading"),
        (lambda viewer: misbehaving.exiting_run(), "failed while loading"),
        (lambda viewer: misbehaving.released.wait(60), "did not answer within 3 s"),
        (lambda viewer: b"bytes", "gave an answer that cannot be shown (the answer is not a PluginFile"),
        (lambda viewer: PluginFile("text", "text/plain"), "the answer is not a PluginFile of bytes"),
        (lambda viewer: PluginFile(b"x", "text/html\r\nX: y"), "the media type is not of the form"),
        (lambda viewer: PluginFile(b"x" * 9_000_000, "image/png"), "the answer is too large"),
    ],
)
def test_an_address_that_misbehaves_says_so(signed_in, answer, says, short):
    with urls.temporarily(PluginUrl("bad", "bad", answer), plugin="dummy"):
        response = signed_in.get("/api/plugins/dummy/bad")
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (503, "PLUGIN_FAILED")
    assert says in error["message"]
    assert "secret detail" not in response.content.decode()


@pytest.fixture
def twice():
    url = PluginUrl("twice", "twice", answer_twice, ("GET", "POST"), True, at="parrot")
    with urls.temporarily(url, plugin="dummy"):
        yield "/api/parrot/twice"


def test_an_address_of_its_own_is_asked_with_query_and_body(signed_in, twice):
    read = signed_in.get(f"{twice}?word=a&word=b")
    assert (read.status_code, read.json()) == (
        200, {"method": "GET", "words": ["b", "b"], "for": "user:default/member"},
    )  # fmt: skip
    asked = signed_in.post(twice, {"word": "c"}, content_type="application/json")
    assert (asked.status_code, asked.json()["words"]) == (200, ["c", "c"])
    assert signed_in.get("/api/plugins/dummy/twice").status_code == 404


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [("{}", "application/json", 400), ("{", "application/json", 400), ("word=a", "text/plain", 400)],
)
def test_a_bad_request_is_one(signed_in, twice, body, content_type, status):
    assert signed_in.post(twice, body, content_type=content_type).status_code == status


def test_a_token_may_ask_and_a_foreign_page_may_not_post(twice, bearer, member):
    answer = bearer(member).post(twice, {"word": "a"}, content_type="application/json")
    assert (answer.status_code, answer.json()["for"]) == (200, "user:default/member")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    assert browser.post(twice, {"word": "a"}, content_type="application/json").status_code == 403
    assert Client().post(twice, {"word": "a"}, content_type="application/json").status_code == 401


@pytest.mark.parametrize(
    "url",
    [PluginUrl("x", "x", answer_twice, ("DELETE",)), PluginUrl("x", "x", answer_twice, ("POST",)),
     PluginUrl("x", "x", answer_twice, at="catalog"), PluginUrl("x", "x", answer_twice, at="a/b")],
)  # fmt: skip
def test_an_address_that_could_not_be_asked_for_is_refused(url):
    with pytest.raises(ExtensionError), urls.temporarily(url, plugin="dummy"):
        pass
