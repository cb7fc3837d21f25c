"""What every server of streams needs: who is asking, the database off the event loop, how many, how sent."""

import asyncio
import contextlib
import io
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.accounts.middleware import PrincipalMiddleware
from portal.accounts.principal import Principal
from portal.rest.errors import PortalError, TooMany, error_body
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


EVENT_STREAM = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]

_open_streams: Counter[int] = Counter()


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


def check_stream_limit(principal: Principal) -> None:
    """Raises TooMany where the account has as many streams of this process open as it may."""
    limit = settings.STREAMS_PER_ACCOUNT
    if principal.account and _open_streams[principal.account.pk] >= limit:
        raise TooMany(f"You follow {limit} streams already: close one.", retry_after=10, code="STREAM_LIMIT")


async def send_events(events: AsyncIterator[str], *, viewer: Principal, receive: Receive, send: Send) -> None:
    """Send server-sent events until they end or the client goes; each is taken when the last was sent."""
    owner = viewer.account.pk if viewer.account else 0
    _open_streams[owner] += 1
    stream = asyncio.create_task(_send_all(events, send))
    gone = asyncio.create_task(wait_for_disconnect(receive))
    try:
        await asyncio.wait((stream, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        _open_streams[owner] -= 1
        for task in (stream, gone):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await task


async def _send_all(events: AsyncIterator[str], send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": EVENT_STREAM})
    async for text in events:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def refusal(scope: Scope, error: PortalError) -> HttpResponse:
    """The answer to a request for a stream that is refused, as REST refuses."""
    body = error_body(
        error.message,
        code=error.code,
        name=error.name,
        status=error.status,
        method=scope["method"],
        url=scope["path"],
    )
    response = JsonResponse(body, status=error.status)
    response["Cache-Control"] = "no-store"
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    return response
