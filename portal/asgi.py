"""The ASGI application: streams and git over HTTP, and nothing else; the page and the API are in `wsgi.py`.

A small router before Django's own handler: it knows the few paths that hold a connection for long, answers
the page of the base address across the port (cookies included) and nobody else's page.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - needs django.setup()
from django.http.request import split_domain_port, validate_host  # noqa: E402 - needs django.setup()

from portal.checks import refuse_unsafe_settings  # noqa: E402 - needs the settings

refuse_unsafe_settings()

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Path prefix: the ASGI callable that answers below it, imported when first asked for.
ROUTES = {
    "/events/graphql": "portal.live:application",
    "/events/": "scaffolder.serving.streams:application",
    "/api/scaffolder/v2/tasks/": "scaffolder.serving.streams:application",
    "/git/": "scaffolder.serving.git_http:application",
}
BASE = urlsplit(settings.BASE_URL)
BASE_ORIGIN = f"{BASE.scheme}://{BASE.netloc}".encode()
CORS = [
    (b"access-control-allow-origin", BASE_ORIGIN),
    (b"access-control-allow-credentials", b"true"),
    (b"vary", b"origin"),
]
# What Django's middleware adds to every answer of the other server.
SAFE = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
]
PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"content-type, last-event-id, cache-control"),
    (b"access-control-max-age", b"600"),
]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request; 400 for a foreign host name, 403 for a foreign page, 404 for any other path."""
    if scope["type"] != "http":
        return
    send = _with(SAFE, send)
    headers = dict(scope["headers"])
    host, _ = split_domain_port(headers.get(b"host", b"").decode("latin-1"))
    origin = headers.get(b"origin")
    if scope["path"] == "/healthz":  # asked of each machine by its address, not by the portal's name
        await _answer(send, 200, "ok")
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        await _answer(send, 400, "This host name is not in PORTAL_ALLOWED_HOSTS.")
    elif origin is not None and origin != BASE_ORIGIN:
        await _answer(send, 403, "Streams are for the portal's own page: open it at its base address.")
    elif origin is not None and scope["method"] == "OPTIONS":
        await _answer(send, 204, "", [*CORS, *PREFLIGHT])
    else:
        await _route(scope, receive, send if origin is None else _with(CORS, send))


async def _route(scope: Scope, receive: Receive, send: Send) -> None:
    for prefix, where in ROUTES.items():
        if scope["path"].startswith(prefix):
            await _load(where)(scope, receive, send)
            return
    await _answer(send, 404, "This server answers streams and /git only; the portal is at its base address.")


def _load(where: str) -> Application:
    module, _, attribute = where.partition(":")
    found: Application = getattr(import_module(module), attribute)
    return found


def _with(headers: list[tuple[bytes, bytes]], send: Send) -> Send:
    """A `send` that adds the headers which an answer does not have."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            names = {name.lower() for name, _ in given}
            message["headers"] = [*given, *(header for header in headers if header[0] not in names)]
        await send(message)

    return add


async def _answer(
    send: Send, status: int, text: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*plain, *(headers or [])]})
    await send({"type": "http.response.body", "body": text.encode()})
