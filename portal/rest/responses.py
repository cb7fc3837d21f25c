"""Error answers in the shape the caller of that path understands, each with the request id."""

import html
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.rest.errors import PortalError, TooMany, Unauthenticated, Unavailable, error_body
from portal.rest.paths import is_api_path, is_under

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style nonce="{nonce}">
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem;
color-scheme: light dark }}
small {{ opacity: .7 }}
</style>
</head>
<body><main><h1>{title}</h1><p>{message}</p><p><a href="/">Home</a></p>
<p><small>{code} · request {request_id}</small></p></main></body>
</html>
"""


def error_response(request: HttpRequest, error: PortalError) -> HttpResponse:
    """GraphQL's and allauth's shapes on their paths, Backstage's on other API paths, else a small page."""
    path = request.path_info
    if is_under(path, "/graphql"):
        response: HttpResponse = JsonResponse(_graphql_errors(request, error), status=error.status)
    elif is_under(path, "/_allauth"):
        response = JsonResponse(_allauth_errors(request, error), status=error.status)
    elif is_api_path(path):
        response = JsonResponse(_backstage_body(request, error), status=error.status)
    else:
        response = HttpResponse(_page(request, error), status=error.status)
    response.headers["Cache-Control"] = "no-store"
    if isinstance(error, TooMany | Unavailable) and error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthenticated):
        scheme = "Basic" if is_under(path, "/git") else "Bearer"
        response.headers["WWW-Authenticate"] = f'{scheme} realm="portal"'
    return response


def _request_id(request: HttpRequest) -> str:
    return getattr(request, "request_id", "")


def _graphql_errors(request: HttpRequest, error: PortalError) -> dict[str, Any]:
    extensions = {"code": error.code, "requestId": _request_id(request)}
    return {"errors": [{"message": error.message, "extensions": extensions}]}


def _allauth_errors(request: HttpRequest, error: PortalError) -> dict[str, Any]:
    """The shape of django-allauth's own answers: whoever signs in reads one shape."""
    return {
        "status": error.status,
        "errors": [{"message": error.message, "code": error.code}],
        "meta": {"is_authenticated": False, "requestId": _request_id(request)},
    }


def _backstage_body(request: HttpRequest, error: PortalError) -> dict[str, Any]:
    return error_body(
        error.message,
        code=error.code,
        name=error.name,
        status=error.status,
        method=request.method or "",
        url=_below_the_plugin(request),
        request_id=_request_id(request),
    )


def _below_the_plugin(request: HttpRequest) -> str:
    """The address as Backstage's plugins see it: without `/api/catalog`, with the query."""
    address = request.get_full_path_info()
    return "/" + address.split("/", 3)[3] if address.count("/") > 2 and is_under(address, "/api") else address


def _page(request: HttpRequest, error: PortalError) -> str:
    return PAGE.format(
        title=HTTPStatus(error.status).phrase,
        message=html.escape(error.message),
        code=error.code,
        request_id=_request_id(request),
        nonce=getattr(request, "csp_nonce", ""),
    )
