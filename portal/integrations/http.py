"""The one HTTP client for everything that leaves the portal: checked, pinned, limited, budgeted."""

import ssl
import time
import zlib
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpcore
from django.conf import settings

from portal.extension.acceptance import allowed
from portal.integrations import budget
from portal.integrations.accepted import require_accepted
from portal.integrations.credentials import find_credential
from portal.integrations.errors import (
    DeadlineExceeded,
    IntegrationError,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
)
from portal.integrations.outbound import Target, check_url, resolve

MAX_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
KEPT_ACROSS_ORIGINS = ("accept", "if-none-match", "if-modified-since", "user-agent", "accept-encoding")
USER_AGENT = "Portal"

_ends_at: ContextVar[float] = ContextVar("outbound_ends_at")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered. Names of headers are in lower case; `url` is the address after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    max_bytes: int | None = None,
    seconds: float | None = None,
    use_credentials: bool = True,
) -> Answer:
    """Ask once and return what was answered, whatever its status.

    The credential of PORTAL_CREDENTIALS for exactly this origin and path is added, unless `headers` has an
    Authorization of the caller's own or `use_credentials` is off. GET and HEAD follow up to three redirects,
    each checked like the first, without credentials once they leave the origin, and never from https to
    http. Nothing is retried. `seconds` is for everything together (10 by default), `max_bytes` for the
    decoded body (5 MiB by default). Raises Refused, RateLimited, DeadlineExceeded, IntegrationError.
    """
    target = check_url(url)
    require_accepted("hosts", target.host)
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    sent.setdefault("user-agent", USER_AGENT)
    sent["accept-encoding"] = "gzip"
    if use_credentials and "authorization" not in sent:
        sent |= _credential_headers(target)
    limit = settings.OUTBOUND_MAX_BYTES if max_bytes is None else max_bytes
    token = _ends_at.set(time.monotonic() + (settings.OUTBOUND_SECONDS if seconds is None else seconds))
    try:
        for _ in range(MAX_REDIRECTS + 1):
            answer = _ask(method, target, sent, body, limit)
            following = _redirect(method, target, answer)
            if following is None:
                return answer
            require_accepted("hosts", following.host)
            if following.origin != target.origin:
                sent = {name: sent[name] for name in KEPT_ACROSS_ORIGINS if name in sent}
            target = following
        raise Refused(f"{target.place}: more than {MAX_REDIRECTS} redirects.")
    finally:
        _ends_at.reset(token)


def fetch(url: str, *, headers: Mapping[str, str] | None = None, max_bytes: int | None = None) -> Answer:
    """GET, with every status but 200 and 304 as an error: NotFound, Unauthorized, IntegrationError."""
    answer = request("GET", url, headers=headers, max_bytes=max_bytes)
    if answer.status not in (200, 304):
        raise error_of(answer)
    return answer


def error_of(answer: Answer) -> IntegrationError:
    """The error that a refusing answer means."""
    place = check_url(answer.url).place
    if answer.status in (404, 410):
        return NotFound(f"{place} is not there ({answer.status}), or our credential may not see it.")
    if answer.status in (401, 403):
        return Unauthorized(
            f"{place} does not let us in ({answer.status}). Check its entry in PORTAL_CREDENTIALS."
        )
    return IntegrationError(f"{place} answered {answer.status}.")


def _ask(method: str, target: Target, headers: Mapping[str, str], body: bytes, limit: int) -> Answer:
    budget.take(target.host)
    try:
        answer = _exchange(method, target, headers, body, limit)
    except httpcore.TimeoutException:
        raise DeadlineExceeded(f"{target.place} did not answer in time.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error) as error:
        reason = str(error) or type(error).__name__
        raise IntegrationError(f"{target.place} cannot be reached: {reason[:200]}.") from None
    rest = budget.note(target.host, answer.status, answer.headers)
    if rest:
        raise RateLimited(f"{target.host} asks us to wait {rest:.0f} s.", rest)
    return answer


def _credential_headers(target: Target) -> dict[str, str]:
    """What is sent to exactly this place, unless a plugin is at work that may not have it sent."""
    credential = find_credential(target)
    return credential.headers() if credential and allowed("secrets", target.host) else {}


def _exchange(method: str, target: Target, headers: Mapping[str, str], body: bytes, limit: int) -> Answer:
    url = httpcore.URL(
        scheme=target.scheme, host=target.host, port=target.port, target=target.path.encode("ascii")
    )
    host = target.origin.partition("://")[2]
    sent = [("Host", host), *((name, value) for name, value in headers.items() if name != "host")]
    with _pool().stream(method, url, headers=sent, content=body or None) as response:
        found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        chunks = response.iter_stream()
        content = _decoded(chunks, found.get("content-encoding", ""), limit, target)
        return Answer(str(target), response.status, found, content)


def _decoded(chunks: Iterable[bytes], encoding: str, limit: int, target: Target) -> bytes:
    """The body, decoded as it comes, ended at the limit before it takes memory."""
    if encoding.lower() not in ("", "identity", "gzip", "x-gzip"):
        raise IntegrationError(
            f"{target.place} answers in the encoding {encoding[:40]!r}, which was not asked."
        )
    decoder = zlib.decompressobj(wbits=31) if "gzip" in encoding.lower() else None
    content = bytearray()
    for chunk in chunks:
        content += decoder.decompress(chunk, limit + 1 - len(content)) if decoder else chunk
        if len(content) > limit:
            raise Refused(f"{target.place} sends more than {limit} bytes.")
    if decoder and content and not decoder.eof:
        raise IntegrationError(f"{target.place} broke off in the middle of its answer.")
    return bytes(content)


def _redirect(method: str, target: Target, answer: Answer) -> Target | None:
    """Where to ask next, checked; None where this is the answer."""
    if answer.status not in REDIRECTS or "location" not in answer.headers or method not in ("GET", "HEAD"):
        return None
    following = check_url(urljoin(str(target), answer.headers["location"]).partition("#")[0])
    if target.scheme == "https" and following.scheme == "http":
        raise Refused(f"{target.place} redirects from https to http.")
    return following


@cache
def _pool() -> httpcore.ConnectionPool:
    """Connections of this process; no proxy, no cookie and no retry is known to it."""
    return httpcore.ConnectionPool(
        ssl_context=ssl.create_default_context(),
        max_connections=20,
        max_keepalive_connections=5,
        keepalive_expiry=15,
        retries=0,
        network_backend=_Guarded(),
    )


def _left() -> float:
    """Seconds until the request in hand must be done; raises where there are none."""
    left = _ends_at.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


class _Guarded(httpcore.NetworkBackend):
    """Connects to the addresses that were checked: the name is not resolved a second time."""

    def __init__(self) -> None:
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in resolve(host, port, _left()):
            try:
                return _Timed(self.inner.connect_tcp(address, port, timeout=_left()))
            except httpcore.ConnectError as error:
                failure = error
        raise failure


class _Timed(httpcore.NetworkStream):
    """A connection each of whose steps gets only what is left of the whole time."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self.inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, _left())

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self.inner.start_tls(ssl_context, server_hostname, _left()))

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)
