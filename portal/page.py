"""The web page: one HTML file for every page path, and the error answers of the whole URL map."""

import functools
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token

from portal.accounts.navigation import SIGN_IN, safe_next
from portal.rest.database_errors import unavailable
from portal.rest.errors import Denied, MethodNotAllowed, NotFound, PortalError, Unavailable, Unexpected
from portal.rest.paths import is_api_path
from portal.rest.responses import error_response

PAGES = frozenset(
    (
        "",
        "catalog",
        "create",
        "graph",
        "graphiql",
        "notifications",
        "pages",
        "plugins",
        "problems",
        "register",
        "search",
        "settings",
        "sign-in",
        "sources",
        "tasks",
        "team",
    )
)
"""The first part of every path that the page has something to show for; the rest is its 404."""

LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
"""The names under which a machine is known to itself."""

NONCE_META = re.compile(r'<meta\s+name="csp-nonce"[^>]*>')


def page(request: HttpRequest) -> HttpResponse:
    path = request.path_info
    if is_api_path(path):
        return not_found(request)
    if request.method not in ("GET", "HEAD"):
        error = MethodNotAllowed("A page can only be read; operations are posted to /graphql.")
        return error_response(request, error)
    elsewhere = _other_name_of_this_machine(request)
    if elsewhere:
        return HttpResponseRedirect(elsewhere)
    if path == SIGN_IN:
        away = _away_from_sign_in(request)
        if away:
            return HttpResponseRedirect(away)
    return _shell(request, status=200 if path.split("/")[1] in PAGES else 404)


def _other_name_of_this_machine(request: HttpRequest) -> str:
    """The same page under the portal's own name, for who typed `localhost` where it is called 127.0.0.1.

    Cookies and streams belong to one name. Another port stays: that is somebody's tunnel.
    """
    base, asked = urlsplit(settings.BASE_URL), urlsplit(f"//{request.get_host()}")
    if {base.hostname, asked.hostname} <= LOOPBACK and base.hostname != asked.hostname:
        return settings.BASE_URL + request.get_full_path() if base.port == asked.port else ""
    return ""


def _away_from_sign_in(request: HttpRequest) -> str:
    """Whoever is signed in goes on; a `next` that leads away is dropped before the page can read it."""
    given = request.GET.get("next")
    safe = safe_next(given)
    if request.user.is_authenticated:
        return safe
    return SIGN_IN if given is not None and given != safe else ""


def _shell(request: HttpRequest, *, status: int) -> HttpResponse:
    index = settings.FRONTEND_DIST / "index.html"
    try:
        text = _read(index, index.stat().st_mtime_ns)
    except OSError:
        message = "The web page is not built: `make up` builds it (the API at /graphql works without it)."
        return error_response(request, Unavailable(message, code="PAGE_NOT_BUILT"))
    get_token(request)  # sets the cookie that the page sends back as X-CSRFToken
    meta = f'<meta name="csp-nonce" content="{request.csp_nonce}">'  # type: ignore[attr-defined]
    response = HttpResponse(NONCE_META.sub(lambda _: meta, text, count=1), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@functools.lru_cache(maxsize=1)
def _read(index: Path, changed: int) -> str:
    """The built page with exactly one place for the nonce; `changed` makes a new build a new key."""
    text = index.read_text(encoding="utf-8")
    if NONCE_META.search(text):
        return text
    return text.replace("<head>", '<head><meta name="csp-nonce" content="">', 1)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if not is_api_path(request.path_info):
        return _shell(request, status=404)
    return error_response(request, NotFound("There is nothing at this address: is it spelt right?"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        message = "The portal is not served under this host name: is it in PORTAL_ALLOWED_HOSTS?"
        return error_response(request, PortalError(message, code="HOST_NOT_ALLOWED"))
    return error_response(request, PortalError("This request is malformed and was not looked at."))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_response(request, Denied("This account may not do that."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = (
        "This request came without the CSRF token of its session: read the cookie `csrftoken` and send it "
        "as X-CSRFToken, or use an API token."
    )
    return error_response(request, Denied(message, code="CSRF_FAILED"))


def server_error(request: HttpRequest) -> HttpResponse:
    message = "Something went wrong here; the log has the details under this request id."
    return error_response(request, unavailable(sys.exc_info()[1]) or Unexpected(message))
