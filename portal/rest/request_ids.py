"""One id per request: in the answer's X-Request-Id, in error answers, audit records and log lines."""

import uuid
from contextvars import ContextVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

HEADER = "X-Request-Id"

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request being answered; "" outside a request."""
    return _request_id.get()


def new_request_id() -> str:
    return str(uuid.uuid4())


class RequestIdMiddleware(MiddlewareMixin):
    """Makes the id; one that the client sends is not used, so that nobody can write into our records."""

    def process_request(self, request: HttpRequest) -> None:
        request.request_id = new_request_id()  # type: ignore[attr-defined]
        _request_id.set(request.request_id)  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers[HEADER] = getattr(request, "request_id", "")
        return response
