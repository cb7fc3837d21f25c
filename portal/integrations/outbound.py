"""Where the portal may connect to at all: the policy that every outbound call passes, whatever makes it."""

import re
import socket
import threading
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings

from portal.integrations.addresses import is_public
from portal.integrations.errors import DeadlineExceeded, IntegrationError, Refused

DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_GRAMMAR = re.compile(r"[a-z0-9]([a-z0-9_.-]{0,251}[a-z0-9.])?|[0-9a-f:.]{2,45}")
BAD_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")
MAX_URL = 4096
SAFE_IN_TARGET = "/?#[]@!$&'()*+,;=:%-._~"


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address of the web. `path` begins with `/` and carries the query; there is no fragment."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """`https://example.org`, the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def place(self) -> str:
        """For messages: the address without its query, where secrets are put."""
        return self.origin + self.path.partition("?")[0]

    def __str__(self) -> str:
        return self.origin + self.path


def check_url(url: str) -> Target:
    """Read an address and apply every rule that needs no network. Raises Refused."""
    shown = repr(url[:200])
    if len(url) > MAX_URL or BAD_CHARACTERS.search(url):
        raise Refused(f"{shown} is no address: it is too long, or has spaces, backslashes or odd characters.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Refused(f"{shown} is no address of the web.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise Refused(f"{parts.scheme or 'An empty scheme'}: unsupported scheme. Write http:// or https://.")
    if "@" in parts.netloc:
        raise Refused("An address may not hold a user or a password. Set PORTAL_CREDENTIALS instead.")
    if not HOST_GRAMMAR.fullmatch(host):
        raise Refused(f"{host[:100]!r} is not the name of a host.")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    _check_host(host, port)
    path = quote(parts.path or "/", safe=SAFE_IN_TARGET)
    query = f"?{quote(parts.query, safe=SAFE_IN_TARGET)}" if parts.query else ""
    return Target(parts.scheme, host, port, path + query)


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host, every one of them checked, to connect to and to no others.

    Raises Refused where one of them is not public and the operator did not allow exactly this host and
    port, DeadlineExceeded, and IntegrationError where the name does not resolve.
    """
    addresses = _lookup(host, port, seconds)
    if not is_allowed_private(host, port):
        for address in addresses:
            if not is_public(address):
                raise Refused(
                    f"{host}:{port} is an address of a private network. An administrator allows one host "
                    "and port with PORTAL_OUTBOUND_PRIVATE."
                )
    return addresses


def is_allowed_private(host: str, port: int) -> bool:
    return f"{host}:{port}" in settings.OUTBOUND_PRIVATE


def _check_host(host: str, port: int) -> None:
    if is_allowed_private(host, port):
        return
    named = [each for each in settings.OUTBOUND_HOSTS if _is_named(host, each.partition(":")[0])]
    if settings.OUTBOUND_HOSTS and not named:
        raise Refused(f"{host} is not among the hosts of PORTAL_OUTBOUND_HOSTS.")
    extra = {each.partition(":")[2] for each in named}
    if port not in DEFAULT_PORTS.values() and str(port) not in extra:
        raise Refused(f"Port {port} of {host} is refused: 80, 443, and those an administrator allowed.")


def _is_named(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern


def _lookup(host: str, port: int, seconds: float) -> list[str]:
    """getaddrinfo in a thread of its own, which a name server that is silent may keep."""
    found: list[str] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append(str(info[4][0]))
        except (OSError, UnicodeError) as error:
            failed.append(error if isinstance(error, OSError) else OSError(str(error)))

    thread = threading.Thread(target=ask, daemon=True, name="resolve")
    thread.start()
    thread.join(max(seconds, 0))
    if thread.is_alive():
        raise DeadlineExceeded(f"The name {host} was not resolved in time.")
    if failed or not found:
        raise IntegrationError(f"The name {host} does not resolve.")
    return list(dict.fromkeys(found))
