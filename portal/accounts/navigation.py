"""Where to go after signing in: a page of this portal, whatever the address says."""

from urllib.parse import quote, unquote

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from portal.rest.paths import is_api_path

HOME = "/"
SIGN_IN = "/sign-in"


def safe_next(target: str | None) -> str:
    """`target` if it is the path of a page here, else the home page.

    Looked at as written and percent-decoded (twice: what one hop decodes the next may decode again):
    a host, a scheme, a backslash or a control character in any of these forms is a way out.
    """
    if not target:
        return HOME
    once = unquote(target)
    if not all(_is_local_path(form) for form in (target, once, unquote(once))):
        return HOME
    path = target.partition("?")[0].partition("#")[0]
    return HOME if path == SIGN_IN or is_api_path(path) else target


def _is_local_path(text: str) -> bool:
    return (
        text.startswith("/")
        and not text.startswith("//")
        and all(character.isprintable() for character in text)
        and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    )


def sign_in_address(request: HttpRequest) -> str:
    """The sign-in page that comes back to what was asked for."""
    target = safe_next(request.get_full_path())
    return SIGN_IN if target == HOME else f"{SIGN_IN}?next={quote(target, safe='/')}"
