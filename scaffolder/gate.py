"""Who is asking, for servers that hold connections: the same middleware as everywhere, off the event loop."""

import asyncio
import io
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from portal.accounts.middleware import PrincipalMiddleware
from portal.accounts.principal import Principal
from portal.rest.proxies import TrustedProxyMiddleware

P = ParamSpec("P")
T = TypeVar("T")
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# The only threads that touch the database here, so a process holds at most this many connections
# (and one that listens), however many streams it carries.
THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="database")


async def in_database(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function that uses the database, on one of a few threads."""

    def run() -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(THREADS, run)


def authenticate(scope: Scope) -> Principal | HttpResponse:
    """The principal of the request, or the answer that refuses it."""
    request = ASGIRequest(dict(scope), io.BytesIO())
    TrustedProxyMiddleware(_nothing).process_request(request)
    SessionMiddleware(_nothing).process_request(request)
    AuthenticationMiddleware(_nothing).process_request(request)
    refusal = PrincipalMiddleware(_nothing).process_request(request)
    principal: Principal | None = getattr(request, "principal", None)
    if refusal is not None or principal is None:
        return refusal or HttpResponse(status=401)
    return principal


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


async def answer(send: Send, response: HttpResponse) -> None:
    """Send a whole response."""
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    headers.append((b"x-content-type-options", b"nosniff"))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


async def wait_for_disconnect(receive: Receive) -> None:
    """Returns when the client has gone; what it still sends is not read on."""
    while (await receive())["type"] != "http.disconnect":
        pass
