"""Credentials of the hosts the portal reads from and writes to: each for its own origin and path only."""

import base64
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings

from portal.env import SettingError
from portal.integrations.errors import Refused
from portal.integrations.outbound import Target, check_url

KINDS = ("github", "gitlab", "gitea", "bitbucket", "azure", "bearer", "basic", "header")
PUBLIC_HOSTS = {
    "https://github.com": "github",
    "https://gitlab.com": "gitlab",
    "https://codeberg.org": "gitea",
    "https://bitbucket.org": "bitbucket",
    "https://dev.azure.com": "azure",
}


@dataclass(frozen=True, slots=True)
class App:
    """A GitHub App's identity; `private_key` is PEM."""

    app_id: int
    installation_id: int
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credential:
    """One entry of PORTAL_CREDENTIALS. `origin` is as Target prints it; `path` ends with `/`.

    `kind` says which forge it is, or for plain hosts how the credential is sent.
    """

    kind: str
    origin: str
    path: str = "/"
    api_url: str = ""
    user: str = ""
    name: str = ""
    secret: str = field(default="", repr=False)
    app: App | None = None
    webhook_secret: str = field(default="", repr=False)

    def covers(self, target: Target) -> bool:
        """Whether it may be sent there: the same scheme, host and port, at or below its path."""
        return target.origin == self.origin and f"{target.path.partition('?')[0]}/".startswith(self.path)

    def headers(self) -> dict[str, str]:
        """What a request to a covered address carries; empty without a secret of its own."""
        if not self.secret:
            return {}
        if self.kind == "gitlab":
            return {"private-token": self.secret}
        if self.kind == "header":
            return {self.name.lower(): self.secret}
        if self.kind in ("basic", "bitbucket", "azure"):
            return {"authorization": f"Basic {_base64(f'{self.user}:{self.secret}')}"}
        return {"authorization": f"Bearer {self.secret}"}

    def git_authorization(self) -> str:
        """The value of Authorization for git over HTTP, where forges take the token as a password."""
        if not self.secret or self.kind == "header":
            return ""
        if self.kind == "bearer":
            return f"Bearer {self.secret}"
        user = self.user or {"github": "x-access-token", "gitlab": "oauth2"}.get(self.kind, "token")
        return f"Basic {_base64(f'{user}:{self.secret}')}"


def all_credentials() -> tuple[Credential, ...]:
    """What PORTAL_CREDENTIALS holds, the longest paths first. Raises SettingError naming the entry."""
    return read_credentials(settings.CREDENTIALS)


def find_credential(target: Target) -> Credential | None:
    """The one that may be sent to an address, if any."""
    return next((each for each in all_credentials() if each.covers(target)), None)


def forge_of(origin: str) -> str:
    """Which forge answers at an origin: `github`, `gitlab`, …; "" for any other host."""
    kinds = {each.origin: each.kind for each in all_credentials()} | PUBLIC_HOSTS
    kind = kinds.get(origin, "")
    return "" if kind in ("bearer", "basic", "header") else kind


@cache
def read_credentials(text: str) -> tuple[Credential, ...]:
    """Parse the setting: a JSON list of objects, as docs/operators.md shows."""
    if not text.strip():
        return ()
    try:
        entries = json.loads(text)
    except ValueError:
        raise SettingError("PORTAL_CREDENTIALS is not JSON: write a list of objects.") from None
    if not isinstance(entries, list):
        raise SettingError("PORTAL_CREDENTIALS is not a list of objects.")
    found = [_read_entry(number, entry) for number, entry in enumerate(entries, 1)]
    return tuple(sorted(found, key=lambda each: -len(each.path)))


def _read_entry(number: int, entry: Any) -> Credential:
    where = f"Entry {number} of PORTAL_CREDENTIALS"
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("url", "kind")):
        raise SettingError(f"{where} needs `url` and `kind`.")
    if entry["kind"] not in KINDS:
        raise SettingError(f"{where}: kind is none of {', '.join(KINDS)}.")
    unknown = set(entry) - {"url", "kind", "apiUrl", "user", "name", "token", "app", "webhookSecret"}
    if unknown:
        raise SettingError(f"{where} has an unknown key {min(unknown)!r}.")
    try:
        target = check_url(entry["url"])
    except Refused as error:
        raise SettingError(f"{where}: {error}") from None
    return Credential(
        kind=entry["kind"],
        origin=target.origin,
        path=f"{target.path.rstrip('/')}/",
        api_url=str(entry.get("apiUrl", "")).rstrip("/"),
        user=str(entry.get("user", "")),
        name=str(entry.get("name", "X-Api-Key")),
        secret=str(entry.get("token", "")),
        app=_read_app(where, entry.get("app")),
        webhook_secret=str(entry.get("webhookSecret", "")),
    )


def _read_app(where: str, app: Any) -> App | None:
    if app is None:
        return None
    try:
        return App(int(app["id"]), int(app["installationId"]), str(app["privateKey"]))
    except (KeyError, TypeError, ValueError):
        raise SettingError(f"{where}: app needs `id`, `installationId` and `privateKey`.") from None


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
