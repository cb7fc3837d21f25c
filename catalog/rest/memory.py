"""Answers that are sent again, before anything else of the request is looked at.

A program's token and the catalog's state are asked of the database in one statement. Where an answer was made
under the same tag (see `catalog.rest.answers`) it is sent as it was, with the headers that it had: everything
between here and the view is for the first time. Streams are kept as files without a name. Sessions, and who
holds the present answer already, take the long way.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, cast

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from catalog.permissions import READ_SCOPE
from catalog.query.cached import STATE_AND_GRANTS, Standing, standing_in
from catalog.query.plugin_documents import announcements
from catalog.rest.answers import CACHED, SEARCH, tag_of
from catalog.rest.spooling import spooled
from portal.accounts.credentials import ACCOUNT_END, Row, principal_and_row
from portal.accounts.middleware import token_text

READS = ("/api/catalog/entities", "/api/catalog/entity-facets", SEARCH)
KEPT_BYTES = 32 * 1024 * 1024
KEPT_ANSWER_BYTES = 1024 * 1024
KEPT_FILES_BYTES = 512 * 1024 * 1024
KEPT_FILE_BYTES = 256 * 1024 * 1024
MAX_QUESTION = 64 * 1024
"""A longer body is not kept, nor read here: what it may be is decided elsewhere."""

LEARN = "catalog.learn"
"""Where in the environment a function may wait that is told what was found (see `catalog.rest.front`)."""

Key = tuple[str, str, str | None]


class Kept(Protocol):
    """An answer that can be given again."""

    @property
    def size(self) -> int: ...

    @property
    def headers(self) -> dict[str, str]: ...

    def pieces(self) -> Iterable[bytes]: ...

    def response(self) -> HttpResponseBase: ...


@dataclass(frozen=True, slots=True)
class Text:
    body: bytes
    headers: dict[str, str]

    @property
    def size(self) -> int:
        return len(self.body)

    def pieces(self) -> list[bytes]:
        return [self.body]

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
            self._bytes += answer.size
            while self._bytes > self._max_bytes:
                self._drop(self._answers.popitem(last=False)[1])

    def _drop(self, answer: Kept | None) -> None:
        self._bytes -= answer.size if answer else 0


@dataclass(frozen=True, slots=True)
class Found:
    """By what an answer is found: its key, and what that follows from beside the words of the request."""

    key: Key
    row: Row
    standing: Standing
    announced: Hashable


class MemoryMiddleware(MiddlewareMixin):
    """Leaves `request.principal` and `request.standing` behind for those who come after it."""

    memory = Memory(KEPT_BYTES)
    files = Memory(KEPT_FILES_BYTES)

    @classmethod
    def recall(cls, key: Key) -> Kept | None:
        return cls.memory.get(key) or cls.files.get(key)

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        if not request.path_info.startswith(READS) or not _is_read(request):
            return None
        found = _found(request)
        kept = self.recall(found.key) if found else None
        if found and kept:
            if learn := request.META.get(LEARN):
                learn(found)
            return kept.response()
        request.kept_as = found.key if found else None  # type: ignore[attr-defined]
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        key = getattr(request, "kept_as", None)
        if not key or not _may_be_kept(response):
            return response
        headers = dict(response.items())
        if isinstance(response, StreamingHttpResponse):
            keep = partial(self.files.keep, key)
            pieces = cast(Iterable[bytes], response.streaming_content)
            response.streaming_content = spooled(pieces, headers, keep, KEPT_FILE_BYTES)
        elif isinstance(response, HttpResponse) and len(response.content) <= KEPT_ANSWER_BYTES:
            self.memory.keep(key, Text(response.content, headers))
        return response


def _may_be_kept(response: HttpResponseBase) -> bool:
    is_catalogs = response.headers.get("Cache-Control") == CACHED
    return is_catalogs and response.status_code == 200 and not response.cookies


def _is_read(request: HttpRequest) -> bool:
    """Inside a transaction nothing is: it may have changed what others do not see yet."""
    if connection.in_atomic_block or "If-None-Match" in request.headers:
        return False
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_short = length.isascii() and length.isdigit() and int(length) <= MAX_QUESTION
    return request.method == "GET" or (request.method == "POST" and is_short)


def _found(request: HttpRequest) -> Found | None:
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
    standing = standing_in(row[ACCOUNT_END:], principal)
    request.principal = principal  # type: ignore[attr-defined]
    request.standing = standing  # type: ignore[attr-defined]
    if standing is None:
        return None
    announced = announcements(standing) if request.path_info == SEARCH else ()
    tag = tag_of(request, principal, standing)
    key = (tag, request.scheme or "", request.META.get("HTTP_HOST"))
    return Found(key, row, standing, announced) if tag else None
