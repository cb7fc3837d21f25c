"""The identity providers that people may sign in with: PORTAL_IDENTITY_PROVIDERS."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from portal.env import SettingError

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
OPENID, GITHUB = "openid-connect", "github"
GITHUB_ADDRESS = "https://github.com"
TEXTS = {"id", "kind", "name", "issuer", "clientId", "clientSecret", "usernameClaim", "domain"}
SWITCHES = {"makesAccounts", "signsOut"}


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One entry. `username_claim` names an account when it is made; later only issuer and subject count.

    With a `domain` the claim is an address of it, and the account is called by what is before the `@`.
    `signs_out`: signing out here does so there, where the provider announces how.
    """

    id: str
    kind: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    username_claim: str = "preferred_username"
    domain: str = ""
    makes_accounts: bool = True
    signs_out: bool = True

    def username(self, claims: dict[str, Any]) -> str:
        """What somebody is called here; "" where the claim says nothing that can be a name."""
        name = str(claims.get(self.username_claim) or "").lower()
        if self.domain:
            name, _, domain = name.partition("@")
            if domain != self.domain:
                return ""
        return name if USERNAME.fullmatch(name) else ""


def identity_providers() -> dict[str, IdentityProvider]:
    """By their ids, in their order. Raises SettingError naming the entry."""
    return read_providers(settings.IDENTITY_PROVIDERS)


@cache
def read_providers(text: str) -> dict[str, IdentityProvider]:
    """Parse the setting: a JSON list of objects, as docs/operators.md shows."""
    if not text.strip():
        return {}
    try:
        entries = json.loads(text)
    except ValueError:
        raise SettingError("PORTAL_IDENTITY_PROVIDERS is not JSON: write a list of objects.") from None
    if not isinstance(entries, list):
        raise SettingError("PORTAL_IDENTITY_PROVIDERS is not a list of objects.")
    found: dict[str, IdentityProvider] = {}
    for number, entry in enumerate(entries, 1):
        provider = _read_entry(f"Entry {number} of PORTAL_IDENTITY_PROVIDERS", entry)
        if provider.id in found:
            raise SettingError(f"PORTAL_IDENTITY_PROVIDERS has two entries of the id {provider.id!r}.")
        found[provider.id] = provider
    return found


def _read_entry(where: str, entry: Any) -> IdentityProvider:
    if not isinstance(entry, dict):
        raise SettingError(f"{where} is not an object.")
    for key, value in entry.items():
        if key not in TEXTS | SWITCHES:
            raise SettingError(f"{where} has an unknown key {key!r}.")
        if not isinstance(value, bool if key in SWITCHES else str):
            raise SettingError(f"{where}: {key} is not {'true or false' if key in SWITCHES else 'a text'}.")
    entry = _with_what_its_kind_says(where, entry)
    for key in ("id", "issuer", "clientId", "clientSecret"):
        if not entry.get(key):
            raise SettingError(f"{where} needs `{key}`.")
    if not ID.fullmatch(entry["id"]):
        raise SettingError(f"{where}: id is part of an address: write small letters, digits and `-`.")
    issuer = urlsplit(entry["issuer"])
    if issuer.scheme not in ("http", "https") or not issuer.hostname or issuer.query or issuer.fragment:
        raise SettingError(f"{where}: issuer is not an address: write https://login.example.org.")
    return IdentityProvider(
        id=entry["id"],
        kind=entry["kind"],
        name=entry.get("name") or entry["id"],
        issuer=entry["issuer"].rstrip("/"),
        client_id=entry["clientId"],
        client_secret=entry["clientSecret"],
        username_claim=entry["usernameClaim"],
        domain=entry.get("domain", "").lower(),
        makes_accounts=entry["makesAccounts"],
        signs_out=entry.get("signsOut", True),
    )


def _with_what_its_kind_says(where: str, entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with what it leaves out.

    A name at GitHub is what somebody typed there, so it makes no accounts unless the entry says so.
    """
    kind = entry.get("kind") or OPENID
    if kind == GITHUB:
        own = {"issuer": GITHUB_ADDRESS, "usernameClaim": "login", "makesAccounts": False}
    elif kind == OPENID:
        own = {"usernameClaim": "preferred_username", "makesAccounts": True}
    else:
        raise SettingError(f"{where}: kind is {OPENID} or {GITHUB}, not {kind!r}.")
    said = {key: value for key, value in entry.items() if value != ""}
    return {**own, **said, "kind": kind}
