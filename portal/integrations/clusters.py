"""The Kubernetes clusters that the portal knows: where each is, how it is trusted, what may change there."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings

from portal.env import SettingError
from portal.integrations.errors import NotFound, Refused

KEYS = {"name", "title", "url", "token", "tokenFile", "caData", "caFile", "skipTlsVerify", "writeNamespaces",
        "dashboardUrl", "dashboardApp", "kubeconfig", "context"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """One entry of PORTAL_CLUSTERS. `url` has no slash at its end; `ca` is PEM, "" for the system's.

    Templates may change objects of the namespaces that `write_namespaces` names (with `*`), and no others.
    """

    name: str
    url: str
    title: str = ""
    token: str = field(default="", repr=False)
    token_file: str = ""
    ca: str = field(default="", repr=False)
    skip_tls_verify: bool = False
    write_namespaces: tuple[str, ...] = ()
    dashboard_url: str = ""
    dashboard_app: str = ""

    def current_token(self) -> str:
        """The token as it is now: those of files are renewed by whoever writes the file."""
        if not self.token_file:
            return self.token
        try:
            return Path(self.token_file).read_text().strip()
        except OSError as error:
            raise Refused(f"The token of the cluster {self.name} cannot be read: {error.strerror}.") from None

    def may_write(self, namespace: str) -> bool:
        return any(fnmatchcase(namespace, pattern) for pattern in self.write_namespaces)


def all_clusters() -> dict[str, ClusterConfig]:
    """What PORTAL_CLUSTERS holds, by name, in its order. Raises SettingError naming the entry."""
    return read_clusters(settings.CLUSTERS)


def get_cluster(name: str) -> ClusterConfig:
    """Raises NotFound, which names those there are."""
    found = all_clusters()
    if name not in found:
        there = ", ".join(found) or "none: set PORTAL_CLUSTERS"
        raise NotFound(f"There is no cluster {name!r}. Known are {there}.")
    return found[name]


@cache
def read_clusters(text: str) -> dict[str, ClusterConfig]:
    """Parse the setting: a JSON list of objects, as docs/operators.md shows."""
    if not text.strip():
        return {}
    try:
        entries = json.loads(text)
    except ValueError:
        raise SettingError("PORTAL_CLUSTERS is not JSON: write a list of objects.") from None
    if not isinstance(entries, list):
        raise SettingError("PORTAL_CLUSTERS is not a list of objects.")
    found: dict[str, ClusterConfig] = {}
    for number, entry in enumerate(entries, 1):
        cluster = _read_entry(f"Entry {number} of PORTAL_CLUSTERS", entry)
        if cluster.name in found:
            raise SettingError(f"PORTAL_CLUSTERS has two entries of the name {cluster.name!r}.")
        found[cluster.name] = cluster
    return found


def _read_entry(where: str, entry: Any) -> ClusterConfig:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
        raise SettingError(f"{where} needs a `name`.")
    unknown = set(entry) - KEYS
    if unknown:
        raise SettingError(f"{where} has an unknown key {min(unknown)!r}.")
    given = {**_from_kubeconfig(where, entry), **entry}
    url = str(given.get("url") or "")
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingError(f"{where}: url is not the address of an API server: write https://host:6443.")
    namespaces = given.get("writeNamespaces") or []
    if not isinstance(namespaces, list) or not all(isinstance(name, str) for name in namespaces):
        raise SettingError(f"{where}: writeNamespaces is not a list of names.")
    return ClusterConfig(
        name=entry["name"],
        url=url.rstrip("/"),
        title=str(given.get("title") or ""),
        token=str(given.get("token") or ""),
        token_file=str(given.get("tokenFile") or ""),
        ca=_authority(where, given),
        skip_tls_verify=given.get("skipTlsVerify") is True,
        write_namespaces=tuple(namespaces),
        dashboard_url=str(given.get("dashboardUrl") or ""),
        dashboard_app=str(given.get("dashboardApp") or ""),
    )


def _authority(where: str, given: dict[str, Any]) -> str:
    try:
        if given.get("caFile"):
            return Path(str(given["caFile"])).read_text()
        text = str(given.get("caData") or "")
        return text if text.startswith("-----") else base64.b64decode(text, validate=True).decode()
    except OSError as error:
        raise SettingError(f"{where}: caFile cannot be read: {error.strerror}.") from None
    except (binascii.Error, UnicodeDecodeError):
        raise SettingError(f"{where}: caData is neither PEM nor its base64.") from None


def _from_kubeconfig(where: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Address, authority and token of a kubeconfig's context; no command of it is ever run."""
    if not entry.get("kubeconfig"):
        return {}
    try:
        config = yaml.safe_load(Path(str(entry["kubeconfig"])).read_text())
        name = entry.get("context") or config["current-context"]
        context = _named(config["contexts"], name)["context"]
        cluster = _named(config["clusters"], context["cluster"])["cluster"]
        user = _named(config["users"], context["user"])["user"]
    except (OSError, yaml.YAMLError, KeyError, TypeError, StopIteration):
        raise SettingError(f"{where}: kubeconfig {entry['kubeconfig']!r} has no such context.") from None
    if not user.get("token") and not user.get("tokenFile"):
        raise SettingError(
            f"{where}: the user {context['user']!r} of the kubeconfig has no token. Commands and client "
            "certificates are not used: give the portal the token of a service account."
        )
    return {
        "url": cluster.get("server"),
        "caData": cluster.get("certificate-authority-data"),
        "caFile": cluster.get("certificate-authority"),
        "skipTlsVerify": cluster.get("insecure-skip-tls-verify"),
        "token": user.get("token"),
        "tokenFile": user.get("tokenFile"),
    }


def _named(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["name"] == name)
