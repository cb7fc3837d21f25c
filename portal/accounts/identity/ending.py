"""Signing out at the provider as well: what is kept for it from signing in, and where it leads."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from portal.accounts.identity.providers import identity_providers
from portal.accounts.navigation import SIGN_IN
from portal.encryption import Undecryptable, decrypt, encrypt

TOKEN, END = "raw_id_token", "end_session_endpoint"
KEY, LEAVING = "identity_provider", "leaving_identity_provider"


def remember(session: SessionBase, provider_id: str, told: dict[str, Any]) -> None:
    """Keep in the session what ends it at the provider, where that announces how (`told` by it)."""
    address = str(told.get(END) or "")
    if identity_providers()[provider_id].signs_out and urlsplit(address).scheme in ("https", "http"):
        hint = encrypt(str(told.get(TOKEN) or "")).decode()
        session[KEY] = {"provider": provider_id, "address": address, "hint": hint}


def leave(old: dict[str, Any] | None, session: SessionBase) -> None:
    """Keep it over the end of the session, for the one page that comes next."""
    if old is not None:
        session[LEAVING] = old


def address_of_the_end(session: SessionBase) -> str:
    """Where the provider ends its session, once after signing out; else the sign-in page."""
    kept = session.pop(LEAVING, None)
    provider = identity_providers().get(kept["provider"]) if kept else None
    if not kept or provider is None or not provider.signs_out:
        return SIGN_IN
    asked = {"client_id": provider.client_id, "post_logout_redirect_uri": f"{settings.BASE_URL}{SIGN_IN}"}
    with suppress(Undecryptable):  # without it the provider asks whether they mean it
        asked["id_token_hint"] = decrypt(kept["hint"].encode())
    separator = "&" if urlsplit(kept["address"]).query else "?"
    return f"{kept['address']}{separator}{urlencode(asked)}"
