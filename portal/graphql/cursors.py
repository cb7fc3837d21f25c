"""Cursors: sealed positions in a list, good only for the list, order and viewer they were made for."""

import base64
import binascii
import datetime as dt
import json
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils.crypto import salted_hmac

from portal.rest.errors import Invalid

MAX_LENGTH = 2000


def encode_cursor(values: Sequence[Any], scope: str) -> str:
    """An opaque cursor for the order values of one row (text, numbers, times, uuids)."""
    body = json.dumps([_plain(value) for value in values], ensure_ascii=False).encode()
    sealed = _cipher(settings.SECRET_KEY).encrypt(body, [scope.encode()])
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def decode_cursor(cursor: str, scope: str) -> list[Any]:
    """The order values in a cursor. Raises Invalid (INVALID_CURSOR) for any that was not made for `scope`."""
    if len(cursor) <= MAX_LENGTH:
        try:
            sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            values: list[Any] = json.loads(_cipher(settings.SECRET_KEY).decrypt(sealed, [scope.encode()]))
            return values
        except (binascii.Error, ValueError, InvalidTag):
            pass
    raise Invalid(
        "The cursor in `after` does not belong to this list: use an `endCursor` of the same field with the "
        "same arguments and the same account, or leave `after` out to start again.",
        code="INVALID_CURSOR",
        path=("after",),
    )


@lru_cache(maxsize=2)
def _cipher(secret_key: str) -> AESSIV:
    """Signs and hides what is inside: sort values and primary keys never leave the process readably."""
    return AESSIV(
        salted_hmac("portal.graphql.cursors", "key", secret=secret_key, algorithm="sha512").digest()
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
