"""The streams' server: its own paths, the portal's own page across the port, nobody else's."""

import asyncio

import pytest

from portal import asgi

PAGE = "http://127.0.0.1:8000"


@pytest.fixture
def stream(monkeypatch, settings):
    async def echo(scope, receive, send):
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(asgi, "_load", lambda where: echo)
    monkeypatch.setattr(asgi, "BASE_ORIGIN", PAGE.encode())
    monkeypatch.setattr(asgi, "CORS", [(b"access-control-allow-origin", PAGE.encode()), *asgi.CORS[1:]])


def ask(path, *, method="GET", host="127.0.0.1:8001", origin=None):
    headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin else [])]
    scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b""}
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    asyncio.run(asgi.application(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"].decode()


@pytest.mark.usefixtures("stream")
@pytest.mark.parametrize(("path", "status"), [("/events/tasks/1", 200), ("/git/a/b", 200), ("/healthz", 200)])
def test_it_answers_its_own_paths(path, status):
    assert ask(path)[0] == status


@pytest.mark.usefixtures("stream")
@pytest.mark.parametrize("path", ["/", "/graphql", "/api/catalog/entities", "/eventsx"])
def test_it_answers_no_other_path(path):
    assert ask(path)[0] == 404


@pytest.mark.usefixtures("stream")
def test_the_portals_page_may_read_streams_with_its_cookies():
    status, headers, body = ask("/events/tasks/1", origin=PAGE)

    assert (status, body) == (200, "/events/tasks/1")
    assert headers[b"access-control-allow-origin"] == PAGE.encode()
    assert headers[b"access-control-allow-credentials"] == b"true"
    assert headers[b"vary"] == b"origin"


@pytest.mark.usefixtures("stream")
@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:8000.evil.example", "null"])
def test_another_page_is_refused(origin):
    status, headers, body = ask("/events/tasks/1", origin=origin)

    assert status == 403
    assert "/events/tasks" not in body
    assert b"access-control-allow-origin" not in headers


@pytest.mark.usefixtures("stream")
def test_a_foreign_host_name_is_refused():
    assert ask("/events/tasks/1", host="evil.example")[0] == 400


@pytest.mark.usefixtures("stream")
def test_a_page_may_ask_to_resume():
    status, headers, _ = ask("/events/tasks/1", method="OPTIONS", origin=PAGE)

    assert status == 204
    assert b"last-event-id" in headers[b"access-control-allow-headers"]
