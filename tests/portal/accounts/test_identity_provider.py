"""Signing in with an identity provider, which is a real one on this machine, and what it may not do."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from oidc_provider_mock import User, run_server_in_thread

from portal.accounts.identity.services import link_identity
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.accounts.services import set_account_active
from portal.audit.models import Record
from portal.env import SettingError
from portal.rest.errors import Denied
from tests.portal.accounts.conftest import Browser
from tests.servers import free_ports

# The provider is not the newest of what it is built on.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
BEGIN = "/sign-in/with/company"
WHO = "{ viewer { username userRef } }"
JANE = {"preferred_username": "Jane", "name": "Jane Doe", "email": "jane@example.org", "email_verified": True}
Start = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture
def start(port: int) -> Start:
    """Starts the provider, which knows Jane, always at the same address."""
    return lambda: run_server_in_thread(port, user_claims=[User(sub="s-1", claims=JANE)])


@pytest.fixture
def setting(settings: Any, port: int) -> Callable[..., None]:
    """Writes the provider's entry."""

    def write(**more: Any) -> None:
        entry = {"id": "company", "name": "Company", "issuer": f"http://localhost:{port}",
                 "clientId": "portal", "clientSecret": "canary-of-a-client", **more}  # fmt: skip
        settings.IDENTITY_PROVIDERS = json.dumps([entry])

    settings.OUTBOUND_PRIVATE = [f"localhost:{port}"]
    write()
    return write


@pytest.fixture
def provider(setting: Callable[..., None], start: Start) -> Iterator[None]:
    with start():
        yield


def leave(browser: Browser, path: str = BEGIN) -> str:
    """The provider's address that signing in leads to."""
    answer = browser.get(path)
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def agree(address: str, sub: str = "s-1", **more: str) -> str:
    """What the provider answers to somebody who says who they are: the path to come back to."""
    answer = requests.post(address, data={"sub": sub, **more}, allow_redirects=False, timeout=120)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def sign_in(browser: Browser, path: str = BEGIN, **more: str) -> str:
    return str(browser.get(agree(leave(browser, path), **more))["Location"])


def who(browser: Browser) -> Any:
    answer = browser.post("/graphql", {"query": WHO})
    return answer.json()["data"]["viewer"] if answer.status_code == 200 else answer.status_code


def test_who_the_provider_knows_has_an_account_and_comes_back_to_it(
    provider: None, browser: type[Browser]
) -> None:
    first = browser()
    assert sign_in(first, f"{BEGIN}?next=/catalog?page%3D2") == "/catalog?page=2"
    assert who(first) == {"username": "jane", "userRef": "user:default/jane"}
    account = Account.objects.get(username="jane")
    assert (account.first_name, account.email, account.is_superuser) == (
        "Jane Doe",
        "jane@example.org",
        False,
    )
    assert not account.has_usable_password()
    again = browser()
    assert sign_in(again) == "/"
    assert who(again)["username"] == "jane"
    assert SocialAccount.objects.values_list("provider", "uid").get() == ("company", "s-1")
    actions = Record.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["account.create", "session.create", "session.create"]


def test_the_request_carries_pkce_and_a_state_that_no_other_browser_may_use(
    provider: None, browser: type[Browser]
) -> None:
    mine, theirs = browser(), browser()
    address = leave(mine)
    asked = parse_qs(urlsplit(address).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    assert "canary-of-a-client" not in address
    back = agree(address)
    assert theirs.get(back)["Location"] == "/sign-in?error=refused&provider=company"
    assert who(theirs) == 401
    without = re.sub(r"state=[^&]+", "state=guessed", back)
    assert mine.get(without)["Location"].startswith("/sign-in?error=refused")
    assert not Account.objects.exists()


def test_a_token_of_another_sign_in_is_refused(provider: None, browser: type[Browser]) -> None:
    """The address is changed on its way: the token is made for a sign-in that nobody here has begun."""
    one = browser()
    address = leave(one)
    [nonce] = parse_qs(urlsplit(address).query)["nonce"]
    assert len(nonce) > 40
    for other in ("nonce=another", ""):
        back = agree(re.sub("nonce=[^&]+", other, leave(one)))
        assert one.get(back)["Location"] == "/sign-in?error=refused&provider=company"
    assert (who(one), Account.objects.count()) == (401, 0)
    assert one.get(agree(address))["Location"] == "/"


def test_signing_out_ends_it_at_the_provider_too(
    provider: None, setting: Callable[..., None], browser: type[Browser], port: int, member: Account
) -> None:
    one, local = browser(), browser()
    sign_in(one)
    key = one.http.cookies["sessionid"].value
    kept = Session.objects.get(session_key=key).get_decoded()["identity_provider"]
    assert "eyJ" not in kept["hint"], "the token is not readable in the table"
    assert one.get("/sign-out")["Location"] == "/sign-in", "not before one has signed out here"
    assert one.sign_out().status_code == 401
    address = urlsplit(one.get("/sign-out")["Location"])
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.netloc, address.path) == (f"localhost:{port}", "/oauth2/end_session")
    assert (asked["client_id"], asked["post_logout_redirect_uri"]) == (
        "portal",
        f"{django_settings.BASE_URL}/sign-in",
    )
    claims = json.loads(base64.urlsafe_b64decode(asked["id_token_hint"].split(".")[1] + "=="))
    assert (claims["sub"], claims["aud"]) == ("s-1", ["portal"])
    assert requests.get(address.geturl(), timeout=120).status_code == 200
    assert (one.get("/sign-out")["Location"], who(one)) == ("/sign-in", 401)

    local.sign_in("member")
    local.sign_out()
    assert local.get("/sign-out")["Location"] == "/sign-in"
    setting(signsOut=False)
    sign_in(one)
    one.sign_out()
    assert one.get("/sign-out")["Location"] == "/sign-in"


def test_while_it_is_away_sessions_go_on_and_nothing_weaker_lets_one_in(
    setting: Callable[..., None], start: Start, browser: type[Browser]
) -> None:
    inside, outside, halfway = browser(), browser(), browser()
    with start():
        sign_in(inside)
        back = agree(leave(halfway))
    assert leave(outside, f"{BEGIN}?next=/catalog") == (
        "/sign-in?error=unavailable&provider=company&next=%2Fcatalog"
    )
    assert halfway.get(back)["Location"].startswith("/sign-in?error=unavailable&provider=company")
    assert (who(inside)["username"], who(outside), who(halfway)) == ("jane", 401, 401)
    for password in ("", "jane", "!", "s-1"):
        assert outside.sign_in("jane", password or " ").status_code in (400, 401)
    assert who(outside) == 401
    with start():
        assert sign_in(outside) == "/"
    assert who(outside)["username"] == "jane"


@pytest.mark.parametrize("verified", [True, False])
def test_a_local_account_is_nobody_elses_until_an_administrator_says_so(
    setting: Callable[..., None],
    port: int,
    browser: type[Browser],
    make_account: Callable[..., Account],
    member: Account,
    verified: bool,
) -> None:
    local = make_account("boss", email="boss@example.org", is_superuser=True)
    claims = {"preferred_username": "boss", "email": "boss@example.org", "email_verified": verified}
    with run_server_in_thread(port, user_claims=[User(sub="s-2", claims=claims)]):
        one = browser()
        assert sign_in(one, sub="s-2") == "/sign-in?error=taken&provider=company"
        assert who(one) == 401 and not SocialAccount.objects.exists()
        with pytest.raises(Denied):
            link_identity("boss", provider="company", subject="s-2", actor=Principal(account=member))
        link_identity("boss", provider="company", subject="s-2", actor=SYSTEM)
        assert sign_in(one, sub="s-2") == "/"
        assert who(one)["username"] == local.username


def test_who_was_disabled_or_has_no_name_of_the_domain_stays_outside(
    provider: None, setting: Callable[..., None], browser: type[Browser]
) -> None:
    one = browser()
    sign_in(one)
    set_account_active("jane", False, actor=SYSTEM)
    assert who(one) == 401
    assert sign_in(browser()) == "/sign-in?error=no-account&provider=company"
    setting(usernameClaim="email", domain="elsewhere.org")
    assert sign_in(browser(), sub="s-9@example.org") == "/sign-in?error=no-account&provider=company"
    setting(usernameClaim="email", domain="example.org", makesAccounts=False)
    assert sign_in(browser(), sub="s-9@example.org") == "/sign-in?error=no-account&provider=company"
    assert Account.objects.count() == 1
    setting(usernameClaim="email", domain="example.org")
    assert sign_in(browser(), sub="s-9@example.org") == "/"
    assert Account.objects.filter(username="s-9").exists()


def test_a_sign_in_that_is_given_up_says_so(provider: None, browser: type[Browser]) -> None:
    one = browser()
    assert sign_in(one, action="deny").startswith("/sign-in?error=")
    assert who(one) == 401


@pytest.mark.parametrize(
    "target", ["//evil.test", "https:evil.test", "/%2f%2fevil.test", "javascript:alert(1)"]
)
def test_one_comes_back_to_a_page_of_the_portal(provider: None, browser: type[Browser], target: str) -> None:
    assert sign_in(browser(), f"{BEGIN}?next={target}") == "/"


def test_without_a_provider_there_is_no_such_door(browser: type[Browser], db: None) -> None:
    assert browser().get(BEGIN)["Location"].startswith("/sign-in?next=")
    answer = browser().get("/_allauth/browser/v1/config").json()["data"]["socialaccount"]
    assert answer == {"providers": []}


def test_the_page_is_told_which_there_are_and_no_secret(provider: None, browser: type[Browser]) -> None:
    text = browser().get("/_allauth/browser/v1/config").content.decode()
    assert '"name": "Company"' in text and "canary-of-a-client" not in text


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"id": "a/b"}, "id is part of an address"),
        ({"issuer": "login.example.org"}, "issuer is not an address"),
        ({"clientSecret": ""}, "needs `clientSecret`"),
        ({"clientID": "x"}, "unknown key 'clientID'"),
        ({"makesAccounts": "no"}, "makesAccounts is not true or false"),
    ],
)
def test_a_wrong_entry_is_named(
    setting: Callable[..., None], settings: Any, entry: dict[str, Any], message: str
) -> None:
    from portal.checks import refuse_unsafe_settings

    setting(**entry)
    with pytest.raises(SettingError, match=re.escape(message)):
        refuse_unsafe_settings()
