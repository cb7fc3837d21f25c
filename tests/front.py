"""A test client behind what stands before Django in production, which may answer on its own."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler

from catalog.rest.front import Front


class FrontHandler(ClientHandler):
    """`by_django` counts the requests that the front did not answer."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.by_django = 0
        self._front = Front(lambda environ, _: self._ask_django(environ))

    def __call__(self, environ: dict[str, Any]) -> HttpResponseBase:
        started: list[Any] = []
        answer = self._front(
            environ, lambda status, headers: started.extend((int(status[:3]), dict(headers)))
        )
        if isinstance(answer, HttpResponseBase):
            return answer
        response = HttpResponse(b"".join(answer), status=started[0], headers=started[1])
        response.wsgi_request = WSGIRequest(environ)
        return response

    def _ask_django(self, environ: dict[str, Any]) -> Any:
        self.by_django += 1
        return super().__call__(environ)


class FrontClient(Client):
    """A client with CSRF checks, as that of a browser."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.handler: FrontHandler = FrontHandler()
