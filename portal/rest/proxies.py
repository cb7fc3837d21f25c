"""Forwarded headers count only when a proxy of PORTAL_TRUSTED_PROXIES sent them."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


def is_trusted(address: str) -> bool:
    return _is_in(address, tuple(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=1024)
def _is_in(address: str, networks: tuple[str, ...]) -> bool:
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(peer in ipaddress.ip_network(network, strict=False) for network in networks)


def client_address(peer: str, forwarded_for: str) -> str:
    """The nearest address in the chain that is not one of our proxies: all before it can be made up."""
    chain = [*(part.strip() for part in forwarded_for.split(",") if part.strip()), peer]
    for address in reversed(chain):
        if not is_trusted(address):
            return address if _is_address(address) else peer
    return chain[0]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class TrustedProxyMiddleware(MiddlewareMixin):
    """After it REMOTE_ADDR is the client, and a forwarded header that is still there can be believed."""

    def process_request(self, request: HttpRequest) -> None:
        peer = request.META.get("REMOTE_ADDR", "")
        if not is_trusted(peer):
            for name in FORWARDED:
                request.META.pop(name, None)
            return
        request.META["REMOTE_ADDR"] = client_address(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""))
