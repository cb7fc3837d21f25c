"""Puts the principal on the request, and refuses everything that is not public to whoever has none."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

from portal.accounts.credentials import principal_of_session, principal_of_token
from portal.accounts.navigation import sign_in_address
from portal.accounts.principal import Principal
from portal.accounts.public import READ, is_public
from portal.rest.errors import TooMany, Unauthenticated
from portal.rest.paths import is_api_path, is_under
from portal.rest.responses import error_response


class PrincipalMiddleware(MiddlewareMixin):
    """`request.principal` is a Principal; on a public path it may be None.

    A bearer token outranks the session: with one, cookies are not looked at and no CSRF token is needed.
    With a session every request that changes something needs the CSRF token, also where a view (or a
    framework's) is marked exempt. Tokens do nothing on the sign-in endpoints. A principal that is there
    already was made from the token by who had to know it earlier.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        known = getattr(request, "principal", None)
        request.principal = None  # type: ignore[attr-defined]
        if is_public(request.method or "", request.path_info):
            return None
        text = token_text(request)
        if text is not None:
            return self._with_token(request, known or principal_of_token(text))
        request.principal = principal_of_session(request)  # type: ignore[attr-defined]
        return None if request.principal else _refuse(request)  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        principal: Principal | None = request.principal  # type: ignore[attr-defined]
        if principal is None or principal.scopes is not None or not getattr(view, "csrf_exempt", False):
            return None
        return CsrfViewMiddleware(self.get_response).process_view(request, _not_exempt, args, kwargs)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """django-allauth's own 429 (its rates are per minute) says neither what happened nor how long."""
        if response.status_code == 429 and "Retry-After" not in response.headers:
            message = "Too many tries from this address: wait a minute."
            return error_response(request, TooMany(message, retry_after=60))
        return response

    def _with_token(self, request: HttpRequest, principal: Principal | None) -> HttpResponse | None:
        request.user = AnonymousUser()
        if principal is None:
            return _refuse_token(request)
        request.principal = principal  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return None


def _not_exempt() -> HttpResponse:
    """Stands in for the view where CSRF protection asks it for an exemption; it is never called."""
    raise NotImplementedError


def token_text(request: HttpRequest) -> str | None:
    """The API token of the Authorization header; git sends it as the password of Basic."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value
    if scheme.lower() == "basic" and is_under(request.path_info, "/git"):
        return _basic_password(value)
    return None


def _basic_password(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _refuse(request: HttpRequest) -> HttpResponse:
    if request.method in READ and not is_api_path(request.path_info):
        return HttpResponseRedirect(sign_in_address(request))
    return error_response(
        request,
        Unauthenticated("This needs an account: sign in at /sign-in, or send `Authorization: Bearer ptl_…`."),
    )


def _refuse_token(request: HttpRequest) -> HttpResponse:
    """Guessing tokens is hopeless; this keeps one address from making it everybody's load."""
    if not ratelimit.consume(request, action="token_failed"):
        return error_response(
            request, TooMany("Too many bad API tokens from this address: wait a minute.", retry_after=60)
        )
    return error_response(
        request,
        Unauthenticated(
            "This API token is unknown, expired or revoked, or its account has changed: make a new one.",
            code="TOKEN_INVALID",
        ),
    )
