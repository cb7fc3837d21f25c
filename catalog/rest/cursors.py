"""Cursors: signed, and good only for the account that got them."""

from typing import Any

from django.core import signing

from portal.accounts.principal import Principal
from portal.rest.views import bad_request

MAX_LENGTH = 65_536


def write_cursor(what: str, content: Any, viewer: Principal) -> str:
    return signing.dumps(content, salt=_salt(what, viewer), compress=True)


def read_cursor(what: str, cursor: str, viewer: Principal) -> Any:
    """What is in a cursor. Raises PortalError (400) for one that is not ours or somebody else's."""
    if len(cursor) <= MAX_LENGTH:
        try:
            return signing.loads(cursor, salt=_salt(what, viewer))
        except (signing.BadSignature, ValueError):
            pass
    raise bad_request(
        "Malformed cursor: it is not one that this list gave to this account", "cursor", code="INVALID_CURSOR"
    )


def _salt(what: str, viewer: Principal) -> str:
    return f"catalog.rest.{what}:{viewer.account.pk if viewer.account else ''}"
