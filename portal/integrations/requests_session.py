"""How libraries that speak `requests` leave the portal: by the one outbound client."""

from io import BytesIO
from typing import Any

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from portal.integrations.errors import IntegrationError, Refused
from portal.integrations.http import request as outbound

Unreachable = RequestException
"""What a session with `own_errors` raises, beside what the library makes of an answer."""


class Outbound(BaseAdapter):
    """Carries requests. With `below`, an address outside of it, which an answer may name, is refused.

    Raises our errors; with `own_errors` those of `requests`, for a library that expects them.
    """

    def __init__(
        self,
        *,
        below: str = "",
        max_bytes: int | None = None,
        seconds: float | None = None,
        own_errors: bool = False,
    ) -> None:
        super().__init__()
        self.below, self.max_bytes, self.seconds, self.own_errors = below, max_bytes, seconds, own_errors

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """The options of `requests` about time, proxies and certificates are the outbound client's own."""
        try:
            return self._send(request)
        except IntegrationError as error:
            if self.own_errors:
                raise Unreachable(str(error), request=request) from error
            raise

    def _send(self, request: PreparedRequest) -> Response:
        url, body = str(request.url), request.body or b""
        content = body.encode() if isinstance(body, str) else body
        if not isinstance(content, bytes):
            raise Refused("Files are sent as one text, not as a stream.")
        if self.below and not url.startswith(f"{self.below}/"):
            raise Refused(f"We are sent to {url[:200]!r}, which is not below {self.below}.")
        answer = outbound(
            str(request.method),
            url,
            headers={name: str(value) for name, value in request.headers.items()},
            body=content,
            max_bytes=self.max_bytes,
            seconds=self.seconds,
            use_credentials=False,
        )
        response = Response()
        response.status_code, response.url, response.request = answer.status, answer.url, request
        response.headers = CaseInsensitiveDict(
            {name: value for name, value in answer.headers.items() if name != "content-encoding"}
        )
        response.raw = BytesIO(answer.body)
        return response

    def close(self) -> None:
        """The connections belong to the outbound client."""


def outbound_session(adapter: Outbound, *, follows: bool = True) -> Session:
    """A session that reads no settings of the machine. Without `follows` nothing is sent on elsewhere by
    `requests`; what is only read may still be redirected, by our client and with its checks."""
    session = Session()
    session.trust_env = False
    if not follows:
        session.max_redirects = 0
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session
