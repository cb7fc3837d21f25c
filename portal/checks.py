"""System checks: settings that are unsafe anywhere but on one's own machine, each with its remedy.

`manage.py check` and every command show them; the servers and workers refuse to start with them.
"""

import ipaddress
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal.accounts.identity.providers import identity_providers
from portal.env import SettingError
from portal.integrations.clusters import all_clusters

SHORTEST_KEY = 50
TEST_CLIENT = "testserver"
"""The host that Django's test runner adds; no network reaches it."""
DIFFERENT_CHARACTERS = 5

SIGN_IN_LIMITS = {
    "PORTAL_SIGN_IN_LIMIT": "login",
    "PORTAL_SIGN_IN_FAILURES_LIMIT": "login_failed",
    "PORTAL_TOKEN_FAILURES_LIMIT": "token_failed",
}


def is_loopback(host: str) -> bool:
    """Whether a host name or address reaches this machine only; `localhost` does, by RFC 6761."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def serves_others() -> bool:
    """Whether anybody but this machine is meant to reach the portal."""
    hosts = [urlsplit(settings.BASE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    return not all(is_loopback(host) or host == TEST_CLIENT for host in hosts)


def _debug() -> Iterator[Error]:
    if settings.DEBUG and serves_others():
        yield Error(
            "PORTAL_DEBUG is on and other machines can reach the portal: its error pages show code.",
            hint="Set PORTAL_DEBUG=0, or serve loopback addresses only.",
            id="portal.E001",
        )


def _secret_key() -> Iterator[Error]:
    key = settings.SECRET_KEY
    weak = len(key) < SHORTEST_KEY or len(set(key)) < DIFFERENT_CHARACTERS or key.startswith("insecure")
    if weak and serves_others():
        yield Error(
            "PORTAL_SECRET_KEY is not set, short or simple: whoever guesses it can sign sessions.",
            hint="Name a file in PORTAL_SECRET_KEY_FILE that holds the output of "
            "`python -c 'import secrets; print(secrets.token_urlsafe(64))'`.",
            id="portal.E002",
        )


def _allowed_hosts() -> Iterator[Error]:
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "PORTAL_ALLOWED_HOSTS has `*`: any web site could speak to the portal under its own name.",
            hint="List the host names that the portal is reached by.",
            id="portal.E003",
        )


def _base_url() -> Iterator[Error]:
    base = urlsplit(settings.BASE_URL)
    if base.scheme not in ("http", "https") or not base.hostname:
        yield Error(
            f"PORTAL_BASE_URL={settings.BASE_URL!r} is not an address.",
            hint="Write the address that people open, such as https://portal.example.com.",
            id="portal.E004",
        )
    elif base.scheme == "http" and serves_others():
        yield Error(
            "PORTAL_BASE_URL is http and other machines can reach the portal: "
            "passwords and sessions would cross the network in clear.",
            hint="Put a proxy with TLS in front and write its https address into PORTAL_BASE_URL.",
            id="portal.E005",
        )
    elif base.scheme == "https" and not settings.TRUSTED_PROXIES:
        yield Error(
            "PORTAL_BASE_URL is https, but PORTAL_TRUSTED_PROXIES names no proxy that could have ended TLS: "
            "every request would be redirected to https for ever.",
            hint="List the addresses or networks of the proxies in front, such as 10.0.0.0/8.",
            id="portal.E006",
        )


def _trusted_proxies() -> Iterator[Error]:
    for proxy in settings.TRUSTED_PROXIES:
        try:
            everyone = ipaddress.ip_network(proxy, strict=False).prefixlen == 0
        except ValueError:
            yield Error(
                f"PORTAL_TRUSTED_PROXIES has {proxy!r}, which is not an address or a network.",
                hint="Write addresses such as 10.1.2.3 or networks such as 10.0.0.0/8.",
                id="portal.E007",
            )
            continue
        if everyone:
            yield Error(
                f"PORTAL_TRUSTED_PROXIES has {proxy}: everybody could pretend to be anybody.",
                hint="List the proxies in front of the portal only.",
                id="portal.E008",
            )


def _limits() -> Iterator[Error]:
    for name, rates in SIGN_IN_LIMITS.items():
        try:
            parse_rates(settings.ACCOUNT_RATE_LIMITS[rates])
        except ValueError:
            yield Error(
                f"{name}={settings.ACCOUNT_RATE_LIMITS[rates]!r} is not a list of limits.",
                hint="Write a number, a time and `ip` or `key`, such as 10/m/ip,5/5m/key.",
                id="portal.E009",
            )


CHECKS: tuple[Callable[[], Iterator[Error]], ...] = (
    _debug,
    _secret_key,
    _allowed_hosts,
    _base_url,
    _trusted_proxies,
    _limits,
)


@register(Tags.security)
def unsafe_settings(**_: Any) -> list[CheckMessage]:
    return [error for check in CHECKS for error in check()]


@register(Tags.security)
def unverified_clusters(**_: Any) -> list[CheckMessage]:
    try:
        clusters = all_clusters().values()
    except SettingError as error:
        return [Error(str(error), hint="docs/operators.md shows an entry.", id="portal.E010")]
    return [
        Warning(
            f"The certificate of the cluster {cluster.name} is not verified: whoever is between may be it.",
            hint="Give its authority as caData or caFile, and take skipTlsVerify out of PORTAL_CLUSTERS.",
            id="portal.W001",
        )
        for cluster in clusters
        if cluster.skip_tls_verify
    ]


@register(Tags.security)
def unreadable_identity_providers(**_: Any) -> list[CheckMessage]:
    try:
        providers = identity_providers().values()
    except SettingError as error:
        return [Error(str(error), hint="docs/operators.md shows an entry.", id="portal.E011")]
    return [
        Error(
            f"The identity provider {provider.id} is asked over http: whoever is between may be anybody.",
            hint="Write its https address as issuer in PORTAL_IDENTITY_PROVIDERS.",
            id="portal.E012",
        )
        for provider in providers
        if provider.issuer.startswith("http:") and serves_others()
    ]


def refuse_unsafe_settings() -> None:
    """Raise SettingError naming each unsafe setting and its remedy; for the start of servers and workers."""
    errors = [*unsafe_settings(), *unreadable_identity_providers()]
    if errors:
        raise SettingError(" ".join(f"{error.msg} {error.hint}" for error in errors))
