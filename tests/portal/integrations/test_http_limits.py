"""What a host may send, how long it may take, and how often it is asked."""

import gzip
import time

import pytest

from portal.integrations.errors import (
    DeadlineExceeded,
    IntegrationError,
    RateLimited,
    Refused,
)
from portal.integrations.http import fetch


def test_an_endless_body_ends_at_the_limit(allowed):
    def endless(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    allowed.raw["/"] = endless
    with pytest.raises(Refused, match="more than 1000 bytes"):
        fetch(f"{allowed.url}/", max_bytes=1000)


def test_a_decompression_bomb_ends_at_the_limit(allowed):
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    allowed.routes["/"] = (200, {"Content-Encoding": "gzip"}, bomb)
    with pytest.raises(Refused, match="more than"):
        fetch(f"{allowed.url}/")
    allowed.routes["/"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"small"))
    assert fetch(f"{allowed.url}/").body == b"small"
    allowed.routes["/"] = (200, {"Content-Encoding": "br"}, b"?")
    with pytest.raises(IntegrationError, match="not asked"):
        fetch(f"{allowed.url}/")


def test_an_answer_that_breaks_off_is_an_error(allowed):
    half = gzip.compress(b"a" * 100_000)[:60]
    allowed.routes["/gzip"] = (200, {"Content-Encoding": "gzip"}, half)
    allowed.raw["/short"] = lambda handler: handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    )
    for path in ("/gzip", "/short"):
        with pytest.raises(IntegrationError):
            fetch(f"{allowed.url}{path}")


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_host_that_drips_is_left_at_the_deadline(allowed, settings, beginning):
    """Silence, headers that never end, a body a byte at a time: each byte is in time, the whole is not."""

    def drip(handler):
        try:
            handler.wfile.write(beginning)
            for _ in range(600):
                handler.wfile.write(b"X")
                time.sleep(0.1)
        except OSError:
            pass

    settings.OUTBOUND_SECONDS = 1
    allowed.raw["/"] = drip
    with pytest.raises(DeadlineExceeded):
        fetch(f"{allowed.url}/")


def test_who_is_asked_to_wait_waits_in_all_processes(allowed):
    """One budget per host: after a refusal nothing is sent until the time is over."""
    allowed.routes["/"] = (429, {"Retry-After": "120"}, b"")
    allowed.routes["/other"] = (200, {}, b"")
    with pytest.raises(RateLimited) as caught:
        fetch(f"{allowed.url}/")
    assert caught.value.retry_after == 120
    for _ in range(50):
        with pytest.raises(RateLimited, match="asked again in"):
            fetch(f"{allowed.url}/other")
    assert len(allowed.seen) == 1


def test_a_limit_that_is_used_up_rests_after_the_last_answer(allowed):
    reset = str(int(time.time()) + 90)
    allowed.routes["/"] = (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, b"last")
    assert fetch(f"{allowed.url}/").body == b"last"
    with pytest.raises(RateLimited):
        fetch(f"{allowed.url}/")
    assert len(allowed.seen) == 1


def test_a_host_is_asked_so_often_a_minute(allowed, settings):
    settings.OUTBOUND_PER_MINUTE = 3
    allowed.routes["/"] = (200, {}, b"")
    with pytest.raises(RateLimited, match="3 times this minute"):
        for _ in range(10):
            fetch(f"{allowed.url}/")
    assert len(allowed.seen) in range(3, 7), "twice as many, should the minute turn meanwhile"
