"""Signing in with GitHub: found by provider and number, whatever somebody calls themselves there."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache

from portal.accounts.identity.services import link_identity
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM
from tests.portal.accounts.conftest import Browser
from tests.servers import HttpServer, Seen

pytestmark = pytest.mark.django_db
BEGIN = "/sign-in/with/hub"
WHO = "{ viewer { username } }"
SECRET = "canary-of-a-client"


class SignInAtGitHub(HttpServer):
    """A GitHub Enterprise server with one person, whose `profile` its API tells.

    As https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps has it: a code is
    good once, with its verifier; a wrong one is answered with 200 and an error, form-encoded.
    """

    def __enter__(self) -> "SignInAtGitHub":
        super().__enter__()
        self.profile: dict[str, Any] = {"id": 583231, "login": "jane", "name": "Jane Doe", "email": None}
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.routes["/login/oauth/access_token"] = self._token
        self.routes["/api/v3/user"] = self._user
        return self

    def agree(self, address: str) -> str:
        """The path to which somebody who agrees is sent back."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.url}/login/oauth/authorize"
        asked = dict(parse_qsl(parts.query))
        code = secrets.token_hex(10)
        self.codes[code] = asked
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({'code': code, 'state': asked['state']})}"

    def _token(self, seen: Seen) -> tuple[int, dict[str, str], bytes]:
        given = dict(parse_qsl(seen.body.decode()))
        asked = self.codes.pop(given.get("code", ""), None)
        verifier = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        if not asked or asked["code_challenge"] != challenge or given["client_secret"] != SECRET:
            return 200, form, b"error=bad_verification_code&error_description=The+code+is+incorrect"
        token = f"gho_{secrets.token_hex(18)}"
        self.tokens.add(token)
        return 200, form, urlencode({"access_token": token, "scope": "", "token_type": "bearer"}).encode()

    def _user(self, seen: Seen) -> tuple[int, dict[str, str], bytes]:
        if seen.headers.get("authorization", "").partition(" ")[2] not in self.tokens:
            return 401, {"Content-Type": "application/json"}, b'{"message": "Bad credentials"}'
        return 200, {"Content-Type": "application/json"}, json.dumps(self.profile).encode()


@pytest.fixture
def hub(settings: Any) -> Iterator[SignInAtGitHub]:
    with SignInAtGitHub() as server:
        settings.OUTBOUND_PRIVATE = [server.host]
        yield server
    cache.clear()


@pytest.fixture
def setting(settings: Any, hub: SignInAtGitHub) -> Callable[..., None]:
    """Writes the entry."""

    def write(**more: Any) -> None:
        entry = {
            "id": "hub",
            "kind": "github",
            "issuer": hub.url,
            "clientId": "portal",
            "clientSecret": SECRET,
        }
        settings.IDENTITY_PROVIDERS = json.dumps([entry | more])

    write()
    return write


def sign_in(browser: Browser, hub: SignInAtGitHub) -> str:
    return str(browser.get(hub.agree(browser.get(BEGIN)["Location"]))["Location"])


def who(browser: Browser) -> Any:
    answer = browser.post("/graphql", {"query": WHO})
    return answer.json()["data"]["viewer"]["username"] if answer.status_code == 200 else answer.status_code


def test_who_was_connected_signs_in_by_their_number_also_under_another_name(
    hub: SignInAtGitHub, setting: Callable[..., None], browser: type[Browser], member: Account
) -> None:
    one = browser()
    assert sign_in(one, hub) == "/sign-in?error=no-account&provider=hub"
    link_identity("member", provider="hub", subject="583231", actor=SYSTEM)
    assert sign_in(one, hub) == "/"
    assert who(one) == "member"
    hub.profile |= {"login": "renamed", "email": "other@example.org"}
    again = browser()
    assert sign_in(again, hub) == "/"
    assert who(again) == "member"
    assert SocialAccount.objects.values_list("provider", "uid", "extra_data").get() == ("hub", "583231", {})
    assert one.sign_out().status_code == 401
    assert one.get("/sign-out")["Location"] == "/sign-in"


def test_another_number_is_somebody_else_whatever_they_call_themselves(
    hub: SignInAtGitHub,
    setting: Callable[..., None],
    browser: type[Browser],
    make_account: Callable[..., Account],
) -> None:
    make_account("jane", email="jane@example.org", is_superuser=True)
    link_identity("jane", provider="hub", subject="583231", actor=SYSTEM)
    hub.profile |= {"id": 7, "email": "jane@example.org"}
    one = browser()
    assert sign_in(one, hub) == "/sign-in?error=no-account&provider=hub"
    setting(makesAccounts=True)
    assert sign_in(one, hub) == "/sign-in?error=taken&provider=hub"
    assert (who(one), Account.objects.count()) == (401, 1)
    hub.profile |= {"login": "joe"}
    assert sign_in(one, hub) == "/"
    assert (who(one), Account.objects.get(username="joe").has_usable_password()) == ("joe", False)


def test_it_is_asked_for_no_right_and_with_pkce(
    hub: SignInAtGitHub, setting: Callable[..., None], browser: type[Browser]
) -> None:
    mine, theirs = browser(), browser()
    address = mine.get(BEGIN)["Location"]
    asked = parse_qs(urlsplit(address).query, keep_blank_values=True)
    assert (asked["scope"], asked["code_challenge_method"]) == ([""], ["S256"])
    back = hub.agree(address)
    assert theirs.get(back)["Location"] == "/sign-in?error=refused&provider=hub"
    assert [seen.path for seen in hub.seen] == []
    stale = mine.get(back.replace("code=", "code=0"))["Location"]
    assert stale.startswith("/sign-in?error=refused&provider=hub")
    assert (who(mine), who(theirs)) == (401, 401)


def test_the_page_offers_it_beside_another(
    setting: Callable[..., None], settings: Any, browser: type[Browser]
) -> None:
    [entry] = json.loads(settings.IDENTITY_PROVIDERS)
    github = {key: text for key, text in entry.items() if key != "issuer"} | {
        "id": "github",
        "name": "GitHub",
    }
    settings.IDENTITY_PROVIDERS = json.dumps([entry, github])
    offered = browser().get("/_allauth/browser/v1/config").json()["data"]["socialaccount"]["providers"]
    assert {each["id"]: each["name"] for each in offered} == {"hub": "hub", "github": "GitHub"}
    leads = urlsplit(browser().get("/sign-in/with/github")["Location"])
    assert (leads.netloc, leads.path) == ("github.com", "/login/oauth/authorize")
