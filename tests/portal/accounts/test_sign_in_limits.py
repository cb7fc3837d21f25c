"""Guessing passwords: counted by account and by the real peer, in the database that all processes share."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache

from portal.accounts.models import Account
from portal.rest.proxies import client_address

pytestmark = pytest.mark.django_db


def test_sixty_guesses_with_a_rotating_header_and_a_good_sign_in_between_end_in_429(
    browser, member, outsider
):
    page = browser("198.51.100.7")
    statuses = []
    waits = []
    for attempt in range(60):
        if attempt == 4:
            assert browser("198.51.100.7").sign_in("outsider").status_code == 200
        answer = page.sign_in("member", "wrong", **{"X-Forwarded-For": f"203.0.113.{attempt}"})
        statuses.append(answer.status_code)
        waits.append(int(answer.get("Retry-After", 0)))

    assert statuses == [400] * 5 + [429] * 55
    assert waits[:5] == [0] * 5
    assert 290 <= waits[5] <= 301, "five failures of one account are forgotten after five minutes"
    assert min(waits[5:]) >= 1
    assert answer.json()["errors"][0]["code"] == "TOO_MANY_REQUESTS"
    assert page.sign_in("member").status_code == 429, "the right password does not open a blocked account"


def test_one_peer_that_tries_many_accounts_is_stopped(browser, settings):
    page = browser("198.51.100.7")

    statuses = [page.sign_in(f"account-{number}", "wrong").status_code for number in range(14)]

    assert statuses == [400] * 10 + [429] * 4
    assert 1 <= int(page.sign_in("account-99", "wrong")["Retry-After"]) <= 61
    assert browser("198.51.100.8").sign_in("account-99", "wrong").status_code == 400, "another peer is free"


def test_one_account_is_protected_from_many_peers(browser, member):
    statuses = [browser(f"198.51.100.{n}").sign_in("member", "wrong").status_code for n in range(7)]

    assert statuses == [400] * 5 + [429] * 2


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(browser, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    proxy = browser("10.1.2.3")

    statuses = [
        proxy.sign_in(f"a{n}", "wrong", **{"X-Forwarded-For": f"1.1.1.1, 198.51.100.{n}"}).status_code
        for n in range(12)
    ]

    assert statuses == [400] * 12, "twelve clients behind one proxy are twelve peers"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("", "10.1.2.3"),
        ("198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("198.51.100.1, nonsense", "10.1.2.3"),
        ("10.8.8.8", "10.8.8.8"),
    ],
)
def test_the_client_is_the_nearest_address_that_is_not_ours(settings, forwarded, client):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address("10.1.2.3", forwarded) == client


def test_counters_live_in_the_database(browser, member):
    browser().sign_in("member", "wrong")

    assert isinstance(caches["default"], DatabaseCache)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache WHERE cache_key LIKE '%login_failed%'")
        assert cursor.fetchone() == (2,)


def test_guessing_api_tokens_from_one_address_ends_in_429(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"token_failed": "3/m/ip"}
    headers = {"Authorization": "Bearer ptl_aaaaaaaa_" + "b" * 40}

    statuses = [client.post("/api/x", headers=headers).status_code for _ in range(5)]

    assert statuses == [401, 401, 401, 429, 429]
    assert not Account.objects.exists()
