"""Following a task from a server of requests: a stream or a long poll, a few at a time.

Each holds a thread and a database connection, so that only a few may. The process that serves streams answers
the address of the stream too, for as many as there are; a proxy in front sends it there.
"""

import threading
import time
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from portal.accounts.principal import Principal
from portal.accounts.viewer import viewer_of
from portal.rest.errors import PortalError, TooMany
from portal.rest.views import number_of
from scaffolder.rest.events import as_sent, new_events
from scaffolder.selectors import get_task

AT_ONCE = 4
PAUSE = 0.25
COMMENT_SECONDS = 10
POLL_SECONDS = 30

_slots = threading.BoundedSemaphore(AT_ONCE)


def event_stream(request: Request, uid: UUID) -> HttpResponseBase:
    """`GET /v2/tasks/:id/eventstream?after=`: until the task has ended."""
    viewer = viewer_of(request)
    after = _after(request)
    get_task(uid, viewer=viewer)
    response = StreamingHttpResponse(_Held(_events(uid, after, viewer)), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def long_poll(request: Request, uid: UUID) -> HttpResponse:
    """`GET /v2/tasks/:id/events?after=`: as soon as there is an event, or an empty list after 30 s."""
    viewer = viewer_of(request)
    after = _after(request)
    end = time.monotonic() + POLL_SECONDS
    events, has_ended = new_events(uid, after, viewer=viewer)
    if not events and not has_ended:
        _take_slot()
        try:
            while not events and time.monotonic() < end:
                time.sleep(PAUSE)
                events, _ = new_events(uid, after, viewer=viewer)
        finally:
            _slots.release()
    return JsonResponse(events, safe=False, headers={"Cache-Control": "no-store"})


def _after(request: Request) -> int:
    last = request.GET.get("after") or request.headers.get("Last-Event-ID")
    return number_of(last, "after") if last else 0


def _take_slot() -> None:
    if not _slots.acquire(blocking=False):
        raise TooMany("Too many tasks are followed here at once: try again in a moment.", retry_after=5)


def _events(uid: UUID, after: int, viewer: Principal) -> Iterator[bytes]:
    said = time.monotonic()
    yield b"retry: 2000\n\n"
    while True:
        try:
            events, has_ended = new_events(uid, after, viewer=viewer)
        except PortalError:
            return
        for event in events:
            after = max(after, event["id"])
            yield as_sent(event).encode()
        if has_ended:
            return
        if events:
            said = time.monotonic()
        elif time.monotonic() - said > COMMENT_SECONDS:
            said = time.monotonic()
            yield b": still here\n\n"
        time.sleep(PAUSE)


class _Held(Iterator[bytes]):
    """The events of a stream; its slot is given back when the server closes it, read or not."""

    def __init__(self, events: Iterator[bytes]) -> None:
        _take_slot()
        self._events = events
        self._is_open = True

    def __next__(self) -> bytes:
        return next(self._events)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            _slots.release()
