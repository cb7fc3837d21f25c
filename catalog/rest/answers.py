"""How a read of the catalog is answered: unchanged, compressed, or anew.

What the catalog answers to a read depends on its state, on what is hidden from the viewer, on the address and
the body, and where it holds cursors on the account. The tag is made of these, so a client that has the
present answer is told so (304) before anything is read; and `catalog.rest.memory` sends an answer again that
was made under the same tag. State and visibility are read at each request, before anything else (see
`catalog.query.cached`).
"""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from catalog.permissions import READ_SCOPE
from catalog.query.cached import Standing, standing_of
from catalog.query.plugin_documents import announcements
from catalog.rest.documents import View
from catalog.rest.fields import Fields
from portal.accounts.principal import Principal
from portal.accounts.viewer import viewer_of
from portal.rest.views import JSON

SEARCH = "/api/search/query"

FORM = 1
"""Raised when the same state is answered with other bytes than before."""

CACHED = "private, no-cache"
"""May be kept, and is asked about at each use."""

COMPRESS_FROM = 1000
LEVEL = 1


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
    """JSON, and the Link header that leads to what follows it. What does not last is kept by nobody."""

    body: bytes
    link: str = ""
    lasts: bool = True


Read = Callable[..., bytes | Answer | HttpResponseBase]


def catalog_read(read: Read) -> Callable[..., HttpResponseBase]:
    """A view of what a function reads: `read(reading, **parts of the address)` returns the JSON as bytes."""

    @wraps(read)
    def view(request: Request, **parts: Any) -> HttpResponseBase:
        reading = read_by(request)
        tag = tag_of(request._request, reading.viewer, reading.standing)
        shown = tag if request.method in ("GET", "HEAD") else ""
        if shown and request.headers.get("If-None-Match") == shown:
            return _with_headers(HttpResponseNotModified(), shown)
        made = read(reading, **parts)
        if isinstance(made, HttpResponseBase):
            return _with_headers(made, shown)
        answer = made if isinstance(made, Answer) else Answer(made)
        response = _response(answer, takes_gzip(request))
        if not answer.lasts:
            response.headers["Cache-Control"] = "no-store"
        return _with_headers(response, shown if answer.lasts else "")

    return view


def read_by(request: Request) -> Reading:
    """Who reads, and the catalog's state before the first read."""
    viewer = viewer_of(request)
    if hasattr(request._request, "standing"):
        return Reading(request, viewer, request._request.standing)
    standing = standing_of(viewer) if viewer.has_scope(READ_SCOPE) else None
    return Reading(request, viewer, standing)


def streamed(request: Request, pieces: Iterator[bytes], content_type: str = JSON) -> HttpResponseBase:
    """An answer of any length; no more than a piece of it is in memory. What fails before the first piece is
    there is still an error with its status."""
    pieces = chain([next(pieces, b"")], pieces)
    if not takes_gzip(request):
        return _with_headers(StreamingHttpResponse(pieces, content_type=content_type))
    response = StreamingHttpResponse(_zip_pieces(pieces), content_type=content_type)
    response.headers["Content-Encoding"] = "gzip"
    return _with_headers(response)


def _response(answer: Answer, zipped: bool) -> HttpResponse:
    zipped = zipped and len(answer.body) >= COMPRESS_FROM
    body = gzip.compress(answer.body, LEVEL, mtime=0) if zipped else answer.body
    response = HttpResponse(body, content_type=JSON)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    if answer.link:
        response.headers["Link"] = answer.link
    return response


def _with_headers(response: HttpResponseBase, tag: str = "") -> HttpResponseBase:
    if tag:
        response.headers["ETag"] = tag
    response.headers.setdefault("Cache-Control", CACHED)
    response.headers["Vary"] = "Accept-Encoding, Authorization, Cookie"
    return response


def tag_of(request: HttpRequest, viewer: Principal, standing: Standing | None) -> str:
    """A strong entity tag, "" where there is none: a catalog never written to, a token that may not read,
    a search in what a plugin does not announce."""
    announced = announcements(standing) if standing and request.path_info == SEARCH else ()
    if standing is None or announced is None:
        return ""
    sent = request.body if request.method == "POST" else b""
    known = (
        FORM, standing.state, sorted(standing.hidden), viewer.account.pk if viewer.account else 0,
        request.get_full_path(), request.content_type if sent else "", sent, takes_gzip(request), announced,
    )  # fmt: skip
    return f'"{hashlib.blake2b(repr(known).encode(), digest_size=16).hexdigest()}"'


def takes_gzip(request: HttpRequest | Request) -> bool:
    offers = [part.strip().lower() for part in request.headers.get("Accept-Encoding", "").split(",")]
    return any(offer == "gzip" or (offer.startswith("gzip;") and "q=0" not in offer) for offer in offers)


def _zip_pieces(pieces: Iterator[bytes]) -> Iterator[bytes]:
    zipper = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        if compressed := zipper.compress(piece):
            yield compressed
    yield zipper.flush()
