"""A budget per host, shared by all processes: who is told to wait waits, and nobody asks too often."""

import time
from collections.abc import Mapping

from django.conf import settings
from django.core.cache import cache

from portal.integrations.errors import RateLimited

SHORTEST_REST = 1.0
LONGEST_REST = 3600.0
REST_WITHOUT_A_WORD = 60.0


def take(host: str) -> None:
    """Count a request to a host. Raises RateLimited while it rests, or where this minute is used up."""
    now = time.time()
    until = float(cache.get(_rest_key(host), 0.0))
    if until > now:
        raise RateLimited(f"{host} asked us to wait; it is asked again in {until - now:.0f} s.", until - now)
    minute = int(now // 60)
    key = f"outbound-count:{host}:{minute}"
    if cache.add(key, 1, timeout=120):
        return
    try:
        count = cache.incr(key)
    except ValueError:
        return
    if count > settings.OUTBOUND_PER_MINUTE:
        rest = 60 * (minute + 1) - now
        raise RateLimited(f"{host} was asked {settings.OUTBOUND_PER_MINUTE} times this minute.", rest)


def note(host: str, status: int, headers: Mapping[str, str]) -> float:
    """Remember what an answer says of the host's limits; the seconds to wait if that is why it refused."""
    limited = _is_limited(status, headers)
    spent = headers.get("x-ratelimit-remaining", headers.get("ratelimit-remaining")) == "0"
    if not limited and not spent:
        return 0.0
    rest = min(max(_rest(headers), SHORTEST_REST), LONGEST_REST)
    cache.set(_rest_key(host), time.time() + rest, timeout=int(rest) + 1)
    return rest if limited else 0.0


def _is_limited(status: int, headers: Mapping[str, str]) -> bool:
    if status == 429:
        return True
    if status in (403, 503) and "retry-after" in headers:
        return True
    return status == 403 and headers.get("x-ratelimit-remaining") == "0"


def _rest(headers: Mapping[str, str]) -> float:
    """Seconds, from Retry-After or the reset time of the limit; a minute where neither can be read."""
    try:
        if "retry-after" in headers:
            return float(headers["retry-after"])
        if "x-ratelimit-reset" in headers:
            return float(headers["x-ratelimit-reset"]) - time.time()
        return float(headers.get("ratelimit-reset", REST_WITHOUT_A_WORD))
    except ValueError:
        return REST_WITHOUT_A_WORD


def _rest_key(host: str) -> str:
    return f"outbound-rest:{host}"
