"""Answers that are sent again, before anything else of the request is looked at.

A program's token and the catalog's state are asked of the database in one statement. Where an answer was made
under the same tag (see `catalog.rest.answers`) it is sent as it was, with the headers that it had: everything
between here and the view is for the first time. Sessions, and whoever holds the present answer already, take
the long way.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeGuard

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from catalog.permissions import READ_SCOPE
from catalog.query.cached import STATE_AND_GRANTS, standing_in
from catalog.rest.answers import CACHED, tag_of
from portal.accounts.credentials import principal_and_row
from portal.accounts.middleware import token_text

READS = ("/api/catalog/entities", "/api/catalog/entity-facets")
KEPT_BYTES = 32 * 1024 * 1024
KEPT_ANSWER_BYTES = 1024 * 1024
MAX_QUESTION = 64 * 1024
"""A longer body is not kept, nor read here: what it may be is decided elsewhere."""

Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Kept:
    body: bytes
    headers: dict[str, str]

    def response(self) -> HttpResponse:
        return HttpResponse(self.body, headers=self.headers)


class Memory:
    """The answers used last, within a number of bytes. For all threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Kept | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def keep(self, key: Key, answer: Kept) -> None:
        with self._lock:
            self._drop(self._answers.pop(key, None))
            self._answers[key] = answer
            self._bytes += len(answer.body)
            while self._bytes > self._max_bytes:
                self._drop(self._answers.popitem(last=False)[1])

    def _drop(self, answer: Kept | None) -> None:
        self._bytes -= len(answer.body) if answer else 0


class MemoryMiddleware(MiddlewareMixin):
    """Leaves `request.principal` and `request.standing` behind for those who come after it."""

    memory = Memory(KEPT_BYTES)

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if not request.path_info.startswith(READS) or not _is_read(request):
            return None
        key = _key(request)
        kept = self.memory.get(key) if key else None
        if kept:
            return kept.response()
        request.kept_as = key  # type: ignore[attr-defined]
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        key = getattr(request, "kept_as", None)
        if key and _may_be_kept(response):
            self.memory.keep(key, Kept(response.content, dict(response.items())))
        return response


def _may_be_kept(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    if not isinstance(response, HttpResponse) or response.status_code != 200 or response.cookies:
        return False
    return response.headers.get("Cache-Control") == CACHED and len(response.content) <= KEPT_ANSWER_BYTES


def _is_read(request: HttpRequest) -> bool:
    """Inside a transaction nothing is: it may have changed what others do not see yet."""
    if connection.in_atomic_block or "If-None-Match" in request.headers:
        return False
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_short = length.isascii() and length.isdigit() and int(length) <= MAX_QUESTION
    return request.method == "GET" or (request.method == "POST" and is_short)


def _key(request: HttpRequest) -> Key | None:
    """None for whoever has no good token, which the middleware of accounts then says."""
    text = token_text(request)
    if text is None:
        return None
    try:
        principal, row = principal_and_row(text, beside=STATE_AND_GRANTS)
    except Error:
        return None
    if principal is None or not principal.has_scope(READ_SCOPE):
        return None
    request.principal = principal  # type: ignore[attr-defined]
    request.standing = standing_in(row, principal)  # type: ignore[attr-defined]
    tag = tag_of(request, principal, request.standing)  # type: ignore[attr-defined]
    return (tag, request.scheme or "", request.META.get("HTTP_HOST")) if tag else None
