"""Serves the files of plugins: contained like all plugin code, and harmless in a browser."""

import hashlib
import re
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.urls import Resolver404, path
from django.utils.http import quote_etag
from rest_framework.request import Request

from portal.extension.guard import PluginFailed, contained
from portal.extension.permissions import may
from portal.extension.plain import WrongAnswer
from portal.extension.points import Contribution
from portal.extension.urls import STATUSES, PluginFile, PluginRequest, PluginUrl
from portal.extension_points import urls
from portal.rest.errors import MethodNotAllowed, NotFound, Unavailable
from portal.rest.views import json_body, rest_view

MAX_BYTES = 8 * 1024 * 1024
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(; charset=utf-8)?")
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def _of_plugin(request: Request, plugin: str, rest: str) -> HttpResponse:
    """`/api/plugins/<plugin>/<rest>`: the first address of the plugin that fits."""
    return _first(
        request, [item for item in urls.read() if item.plugin == plugin and not item.value.at], rest
    )


def _at(request: Request, at: str, rest: str) -> HttpResponse:
    """`/api/<at>/<rest>`: the first address that a plugin has there."""
    return _first(request, [item for item in urls.read() if item.value.at == at], rest)


# Which methods an address answers is the plugin's to say, and whether there is one comes first.
plugin_file = rest_view(**dict.fromkeys(METHODS, _of_plugin))
plugin_file_at = rest_view(**dict.fromkeys(METHODS, _at))


def _first(request: Request, items: list[Contribution[PluginUrl]], rest: str) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else request.method
    allowed: set[str] = set()
    for item in items:
        if (parts := _parts(item.value, rest)) is None or not may(request.auth, item.value.permission):
            continue
        if method in item.value.methods:
            return _answer(request, item, parts | _request(request, item.value))
        allowed.update(item.value.methods)
    if allowed:
        raise MethodNotAllowed(f"This address answers {', '.join(sorted(allowed))} only.")
    raise NotFound("There is nothing at this address: is it spelt right?")


def _request(request: Request, url: PluginUrl) -> dict[str, Any]:
    """Raises PortalError (400) where the body is not JSON."""
    if not url.takes_request:
        return {}
    body = json_body(request) if request.method == "POST" else None
    return {"request": PluginRequest(request.method or "", request.GET.dict(), body)}


def _parts(url: PluginUrl, rest: str) -> dict[str, Any] | None:
    try:
        match = path(url.route, _of_plugin).resolve(rest)
    except Resolver404:
        return None
    return dict(match.kwargs) if match else None


def _answer(request: Request, item: Contribution[PluginUrl], parts: dict[str, Any]) -> HttpResponse:
    viewer = request.auth

    def run() -> PluginFile | None:
        return _checked(item.value.answer(viewer=viewer, **parts))

    try:
        file = contained(item.plugin, f"the address {item.name}", run)
    except PluginFailed as error:
        raise Unavailable(str(error), code=error.code) from None
    if file is None:
        raise NotFound("There is nothing at this address: is it spelt right?")
    etag = quote_etag(hashlib.sha256(file.content).hexdigest()[:32])
    if file.status == 200 and request.method != "POST" and request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(file.content, content_type=file.media_type, status=file.status)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _checked(file: Any) -> PluginFile | None:
    """A copy of what a plugin answered; runs on the plugin's thread."""
    if file is None:
        return None
    if type(file) is not PluginFile or type(file.content) is not bytes or type(file.media_type) is not str:
        raise WrongAnswer("the answer is not a PluginFile of bytes")
    if len(file.content) > MAX_BYTES:
        raise WrongAnswer("the answer is too large")
    if not MEDIA_TYPE.fullmatch(file.media_type):
        raise WrongAnswer("the media type is not of the form type/subtype")
    if file.status not in STATUSES:
        raise WrongAnswer("the status is not one that an address may have")
    return PluginFile(file.content, file.media_type, file.status)
