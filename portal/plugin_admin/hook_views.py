"""Where others deliver to plugins: `POST /api/hooks/plugins/<plugin>/<name>`, signed instead of signed in."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from portal.plugin_admin.hooks import find_hook, take_delivery, unsigned
from portal.rest.errors import NotFound, PortalError
from portal.rest.views import json_answer, rest_view


class TooLarge(PortalError):
    """The body is longer than the hook takes."""

    status = 413
    default_code = "BODY_TOO_LARGE"


def post_delivery(request: Request, plugin: str, name: str) -> HttpResponseBase:
    """202: it is kept, and a worker hands it to the plugin; `new` is false where it was here before."""
    try:
        hook = find_hook(plugin, name)
    except NotFound:
        raise unsigned() from None  # who cannot sign does not learn which hooks there are
    announced = request.headers.get("Content-Length", "")
    too_long = announced.isdigit() and int(announced) > hook.max_bytes
    body = b"" if too_long else request.read(hook.max_bytes + 1)
    if too_long or len(body) > hook.max_bytes:
        raise TooLarge(f"A delivery to this hook has at most {hook.max_bytes} bytes.")
    headers = {each.lower(): value for each, value in request.headers.items()}
    return json_answer({"new": take_delivery(plugin, hook, headers, body)}, status=202)


plugin_hook = rest_view(POST=post_delivery)
