"""/events/graphql: subscriptions as server-sent events, GraphQL over SSE's distinct connections mode.

A request is one subscription, answered by `next` events with results and one `complete`. What is wrong with
the operation comes as a `next` event too, as the protocol has it; who is asking, and a request that cannot be
read, are answered before, by status. A stream holds no database connection while it waits.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.conf import settings
from django.http import HttpResponse

from catalog.kinds import current_kinds, using
from portal.accounts.credentials import renew
from portal.accounts.principal import Principal
from portal.graphql.documents import QueryInvalid
from portal.graphql.errors import error_entries, error_entry
from portal.graphql.requests import Operation, RequestError, loads, read_operation, too_large
from portal.graphql.subscriptions import Following
from portal.rest.errors import NotFound, PortalError, Unauthenticated
from portal.schema import get_schema
from scaffolder.serving.gate import (
    Receive,
    Scope,
    Send,
    answer,
    authenticate,
    check_stream_limit,
    in_database,
    refusal,
    send_events,
)
from scaffolder.serving.listening import listener

PATH = "/events/graphql"
CHECK_SECONDS = 5
"""So often a stream shows that it lives, and asks whether its viewer still may."""

QUIET_SECONDS = 0.1
"""What is told within this time is read together."""

BODY_SECONDS = 10
COMPLETE = "event: complete\ndata: \n\n"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for a subscription."""
    try:
        operation = await _operation(scope, receive)
        viewer = await in_database(_viewer, scope)
    except RequestError as error:
        body = {"errors": [error_entry(error.message, error.code)]}
        await answer(
            send, HttpResponse(orjson.dumps(body), status=error.http_status, content_type="application/json")
        )
        return
    except PortalError as error:
        await answer(send, refusal(scope, error))
        return
    if isinstance(viewer, HttpResponse):
        await answer(send, viewer)
        return
    await send_events(_events(operation, viewer), viewer=viewer, receive=receive, send=send)


def _viewer(scope: Scope) -> Principal | HttpResponse:
    """Raises PortalError for a path that is not this one, and for one stream too many."""
    if scope["path"] != PATH:
        raise NotFound("There is no such stream.")
    principal = authenticate(scope)
    if isinstance(principal, Principal):
        check_stream_limit(principal)
    return principal


async def _operation(scope: Scope, receive: Receive) -> Operation:
    """Of a GET from the address, of a POST from the body. Raises RequestError."""
    if scope["method"] == "GET":
        text = scope["query_string"]
        if len(text) > settings.GRAPHQL_MAX_BODY_BYTES:
            raise too_large()
        parameters: dict[str, Any] = dict(parse_qsl(text.decode("latin-1"), errors="strict"))
        for name in ("variables", "extensions"):
            parameters[name] = loads(parameters[name]) if parameters.get(name) else None
        return read_operation(parameters)
    content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
    if scope["method"] != "POST" or content_type.partition(";")[0].strip().lower() != "application/json":
        raise RequestError("POST JSON, or GET.", "UNSUPPORTED_MEDIA_TYPE", status=415)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return read_operation(loads(await _body(receive)))
    except TimeoutError:
        raise RequestError("The request did not come to its end.", "BAD_REQUEST", status=408) from None


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > settings.GRAPHQL_MAX_BODY_BYTES:
            raise too_large()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


async def _events(operation: Operation, viewer: Principal) -> AsyncIterator[str]:
    try:
        following = await in_database(_follow, operation, viewer)
        with listener().following(following.feed.topic) as news:
            async for text in _results(following, viewer, news):
                yield text
    except QueryInvalid as error:
        yield _next({"errors": error_entries(error.errors, error.code, "")})
    except PortalError as error:
        yield _next({"errors": [error_entry(error.message, error.code)]})
    yield COMPLETE


def _follow(operation: Operation, viewer: Principal) -> Following:
    return Following(get_schema().graphql_schema, operation, viewer)


async def _results(following: Following, viewer: Principal, news: asyncio.Event) -> AsyncIterator[str]:
    """What is new, as soon as it is, for as long as the viewer may. Raises PortalError at the end of that."""
    while True:
        news.clear()
        results, read = await in_database(_read, following, viewer)
        for result in results:
            yield _next(result)
        if read.ended:
            return
        if read.has_more:
            continue
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await news.wait()
            await asyncio.sleep(QUIET_SECONDS)
        except TimeoutError:
            yield ":\n\n"


def _read(following: Following, viewer: Principal) -> Any:
    now = renew(viewer)
    if now is None:
        raise Unauthenticated("The session is over, or the token was revoked: sign in again.")
    with using(current_kinds()):
        return following.read(now, get_schema().graphql_schema)


def _next(result: dict[str, Any]) -> str:
    return f"event: next\ndata: {orjson.dumps(result).decode()}\n\n"
