"""Cursors: signed positions in a list, good only for the list, order and viewer they were made for."""

import base64
import binascii
import datetime as dt
import hmac
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.crypto import salted_hmac

from portal.rest.errors import Invalid

SIGNATURE_BYTES = 16
MAX_LENGTH = 2000


def encode_cursor(values: Sequence[Any], scope: str) -> str:
    """An opaque cursor for the order values of one row (text, numbers, times, uuids)."""
    body = json.dumps([_plain(value) for value in values], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_signature(body, scope) + body).rstrip(b"=").decode()


def decode_cursor(cursor: str, scope: str, *, length: int) -> list[Any]:
    """The order values in a cursor. Raises Invalid (INVALID_CURSOR) for any that was not made for `scope`."""
    if len(cursor) <= MAX_LENGTH:
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        body = raw[SIGNATURE_BYTES:]
        if hmac.compare_digest(raw[:SIGNATURE_BYTES], _signature(body, scope)):
            values: list[Any] = json.loads(body)
            if len(values) == length:
                return values
    raise Invalid(
        "The cursor in `after` does not belong to this list: use an `endCursor` of the same field with the "
        "same arguments and the same account, or leave `after` out to start again.",
        code="INVALID_CURSOR",
        path=("after",),
    )


def _signature(body: bytes, scope: str) -> bytes:
    message = scope.encode() + b"\0" + body
    return salted_hmac("portal.graphql.cursors", message, algorithm="sha256").digest()[:SIGNATURE_BYTES]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
