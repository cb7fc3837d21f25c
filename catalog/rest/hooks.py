"""Where forges send their webhooks: `POST /api/hooks/<forge>`, signed instead of signed in."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from catalog.refresh.hooks import FORGES, Hook, receive_hook
from portal.rest.errors import NotFound, PortalError
from portal.rest.views import json_answer, rest_view

MAX_BYTES = 25 * 1024 * 1024


class TooLarge(PortalError):
    """The body is longer than any webhook."""

    status = 413
    default_code = "BODY_TOO_LARGE"


def post_hook(request: Request, forge: str) -> HttpResponseBase:
    """202 with the number of locations that are looked at now, 0 where it was here before."""
    if forge not in FORGES:
        raise NotFound(f"Webhooks come from {', '.join(FORGES)}.")
    announced = request.headers.get("Content-Length", "")
    too_long = announced.isdigit() and int(announced) > MAX_BYTES
    body = b"" if too_long else request.read(MAX_BYTES + 1)
    if too_long or len(body) > MAX_BYTES:
        raise TooLarge(f"A webhook has at most {MAX_BYTES} bytes.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return json_answer({"locations": receive_hook(Hook(forge, headers, body))}, status=202)


hook = rest_view(POST=post_hook)
