"""Whoever is disabled, changes the password or loses a role is out everywhere with the next request."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from portal.accounts import services
from portal.accounts.credentials import principal_of_token, renew
from portal.accounts.models import Account, ApiToken
from portal.accounts.principal import SYSTEM, Principal

ASKED = ["/api/x", "/graphql", "/events/tasks/00000000-0000-4000-8000-000000000000"]

pytestmark = pytest.mark.django_db

ENDINGS = {
    "disabled": lambda: services.set_account_active("admin", False, actor=SYSTEM),
    "disabled and enabled": lambda: (
        services.set_account_active("admin", False, actor=SYSTEM),
        services.set_account_active("admin", True, actor=SYSTEM),
    ),
    "password changed": lambda: services.set_account_password("admin", "another-long-one", actor=SYSTEM),
    "no administrator any more": lambda: services.set_account_admin("admin", False, actor=SYSTEM),
    "disabled in the table": lambda: Account.objects.update(is_active=False),
    "password changed in the table": lambda: Account.objects.update(password=make_password("another")),
    "role removed in the table": lambda: Account.objects.update(is_superuser=False),
    "deleted": lambda: Account.objects.all().delete(),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_sessions_tokens_and_streams_end(ending, admin, browser, token_of):
    first, second = browser(), browser()
    first.sign_in("admin")
    second.sign_in("admin")
    text = token_of(admin)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    clients = [first.http, second.http, program]
    assert [client.get("/api/x").status_code for client in clients] == [404, 404, 404]
    streams = [
        Principal(account=admin, session_key=first.http.cookies["sessionid"].value),
        principal_of_token(text),
    ]
    assert [renew(principal).account.username for principal in streams] == ["admin", "admin"]

    ENDINGS[ending]()

    for path in ASKED:
        assert [client.get(path).status_code for client in clients] == [401, 401, 401], path
    assert [renew(principal) for principal in streams] == [None, None]


def test_changing_ones_own_password_keeps_this_session_and_ends_the_others(member, browser, token_of):
    here, elsewhere = browser(), browser()
    here.sign_in("member")
    elsewhere.sign_in("member")
    program = Client(headers={"Authorization": f"Bearer {token_of(member)}"})

    changed = here.post(
        "/_allauth/browser/v1/account/password/change",
        {"current_password": "member-password", "new_password": "quite-another-one"},
    )

    assert changed.status_code == 200
    statuses = [client.get("/api/x").status_code for client in (here.http, elsewhere.http, program)]
    assert statuses == [404, 401, 401]


def test_a_stronger_hash_of_the_same_password_ends_no_token(member, browser, token_of, settings):
    program = Client(headers={"Authorization": f"Bearer {token_of(member)}"})
    before = member.password
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]

    assert browser().sign_in("member").status_code == 200

    member.refresh_from_db()
    assert member.password != before
    assert program.get("/api/x").status_code == 404


def test_the_portal_itself_is_never_out():
    assert renew(SYSTEM) is SYSTEM


def test_disabling_marks_the_tokens_as_revoked(member, token_of):
    token_of(member)
    services.set_account_active("member", False, actor=SYSTEM)
    assert ApiToken.objects.get().revoked_at is not None
