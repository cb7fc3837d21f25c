"""Texts that must not be readable in the database: encrypted with a key that is kept outside of it."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Undecryptable(Exception):
    """None of the keys of PORTAL_ENCRYPTION_KEYS opens it."""


def encrypt(text: str) -> bytes:
    """`text` as only this installation can read it; the newest key is used."""
    return _keys().encrypt(text.encode())


def decrypt(sealed: bytes) -> str:
    """The text again, whichever of the keys it was encrypted with. Raises Undecryptable."""
    try:
        return _keys().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Undecryptable("No key of PORTAL_ENCRYPTION_KEYS opens this text.") from None


def renew(sealed: bytes) -> bytes:
    """The same text encrypted with the newest key. Raises Undecryptable."""
    try:
        return _keys().rotate(bytes(sealed))
    except InvalidToken:
        raise Undecryptable("No key of PORTAL_ENCRYPTION_KEYS opens this text.") from None


_kept: dict[str, Callable[[], int]] = {}


def keeps_secrets(what: str, renew_all: Callable[[], int]) -> None:
    """Say that texts are kept encrypted, and what encrypts them all again; apps do so at start."""
    _kept[what] = renew_all


def renew_everything() -> dict[str, int]:
    """Encrypt all that is kept with the newest key; how many of each there were. Raises Undecryptable."""
    return {what: renew_all() for what, renew_all in sorted(_kept.items())}


def _keys() -> MultiFernet:
    return _fernet(tuple(settings.ENCRYPTION_KEYS or [settings.SECRET_KEY]))


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(Fernet(_stretched(key)) for key in keys)


def _stretched(key: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"portal.encryption").derive(key.encode())
    return urlsafe_b64encode(derived)
