"""How a read of the catalog is answered: unchanged, from memory, compressed, or anew.

What the catalog answers to a read depends on its state, on what is hidden from the viewer, on the address and
the body, and where it holds cursors on the account. The tag is made of these, so a client that has the
present answer is told so (304) before anything is read; and an answer that was made under the same tag is
sent again. State and visibility are read at each request, before anything else (see `catalog.query.cached`).
"""

import gzip
import hashlib
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from catalog.permissions import READ_SCOPE
from catalog.query.cached import Standing, standing_of
from catalog.rest.documents import View
from catalog.rest.fields import Fields
from portal.accounts.principal import Principal
from portal.accounts.viewer import viewer_of
from portal.rest.views import JSON

FORM = 1
"""Raised when the same state is answered with other bytes than before."""

COMPRESS_FROM = 1000
LEVEL = 1
KEPT_BYTES = 32 * 1024 * 1024
KEPT_ANSWER_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Reading:
    """A request that reads the catalog: who asks, and what may be known to whom."""

    request: Request
    viewer: Principal
    standing: Standing | None

    def view(self, fields: Sequence[str] = ()) -> View:
        return View(self.viewer, self.standing, Fields.read(fields) if fields else None)


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON, perhaps compressed, and the Link header that leads to what follows it."""

    body: bytes
    link: str = ""


class Kept:
    """The answers used last, within a number of bytes. For all threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, tag: str) -> Answer | None:
        with self._lock:
            answer = self._answers.get(tag)
            if answer is not None:
                self._answers.move_to_end(tag)
            return answer

    def keep(self, tag: str, answer: Answer) -> None:
        if len(answer.body) > KEPT_ANSWER_BYTES:
            return
        with self._lock:
            self._drop(self._answers.pop(tag, None))
            self._answers[tag] = answer
            self._bytes += len(answer.body)
            while self._bytes > self._max_bytes:
                self._drop(self._answers.popitem(last=False)[1])

    def _drop(self, answer: Answer | None) -> None:
        self._bytes -= len(answer.body) if answer else 0


_kept = Kept(KEPT_BYTES)

Read = Callable[..., bytes | Answer | HttpResponseBase]


def catalog_read(read: Read) -> Callable[..., HttpResponseBase]:
    """A view of what a function reads: `read(reading, **parts of the address)` returns the JSON as bytes."""

    @wraps(read)
    def view(request: Request, **parts: Any) -> HttpResponseBase:
        reading = read_by(request)
        zipped = _takes_gzip(request)
        tag = _tag(reading, zipped)
        shown = tag if request.method in ("GET", "HEAD") else ""
        if shown and request.headers.get("If-None-Match") == shown:
            return _with_headers(HttpResponseNotModified(), shown)
        keep = tag if not connection.in_atomic_block else ""
        answer = _kept.get(keep) if keep else None
        if answer is None:
            made = read(reading, **parts)
            if isinstance(made, HttpResponseBase):
                return _with_headers(made, shown)
            answer = _compressed(made if isinstance(made, Answer) else Answer(made), zipped)
            if keep:
                _kept.keep(keep, answer)
        return _with_headers(_response(answer), shown)

    return view


def read_by(request: Request) -> Reading:
    """Who reads, and the catalog's state before the first read."""
    viewer = viewer_of(request)
    standing = standing_of(viewer) if viewer.has_scope(READ_SCOPE) else None
    return Reading(request, viewer, standing)


def streamed(request: Request, pieces: Iterator[bytes], content_type: str = JSON) -> HttpResponseBase:
    """An answer of any length; no more than a piece of it is in memory."""
    if not _takes_gzip(request):
        return _with_headers(StreamingHttpResponse(pieces, content_type=content_type))
    response = StreamingHttpResponse(_zip_pieces(pieces), content_type=content_type)
    response.headers["Content-Encoding"] = "gzip"
    return _with_headers(response)


def _compressed(answer: Answer, zipped: bool) -> Answer:
    large = zipped and len(answer.body) >= COMPRESS_FROM
    return Answer(gzip.compress(answer.body, LEVEL, mtime=0), answer.link) if large else answer


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, content_type=JSON)
    if answer.body[:2] == b"\x1f\x8b":
        response.headers["Content-Encoding"] = "gzip"
    if answer.link:
        response.headers["Link"] = answer.link
    return response


def _with_headers(response: HttpResponseBase, tag: str = "") -> HttpResponseBase:
    if tag:
        response.headers["ETag"] = tag
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers["Vary"] = "Accept-Encoding, Authorization, Cookie"
    return response


def _tag(reading: Reading, zipped: bool) -> str:
    """A strong entity tag, "" where there is none: a catalog never written to, a token that may not read."""
    if reading.standing is None:
        return ""
    account, request = reading.viewer.account, reading.request
    sent = request.body if request.method == "POST" else b""
    known = (
        FORM, reading.standing.state, sorted(reading.standing.hidden), account.pk if account else 0,
        request.get_full_path(), request.content_type if sent else "", sent, zipped,
    )  # fmt: skip
    return f'"{hashlib.blake2b(repr(known).encode(), digest_size=16).hexdigest()}"'


def _takes_gzip(request: Request) -> bool:
    offers = [part.strip().lower() for part in request.headers.get("Accept-Encoding", "").split(",")]
    return any(offer == "gzip" or (offer.startswith("gzip;") and "q=0" not in offer) for offer in offers)


def _zip_pieces(pieces: Iterator[bytes]) -> Iterator[bytes]:
    zipper = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        if compressed := zipper.compress(piece):
            yield compressed
    yield zipper.flush()
