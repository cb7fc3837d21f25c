"""The operator's commands for accounts, tokens and grants."""

import json

import pytest
from click.testing import CliRunner
from django.test import Client

from portal.accounts.commands import account, token
from portal.accounts.models import Account, ApiToken, NamespaceGrant
from portal.audit.models import Record
from portal.rest.errors import PortalError

pytestmark = pytest.mark.django_db


def run(group, *arguments, **options):
    return CliRunner().invoke(group, arguments, catch_exceptions=True, **options)


def code_of(result):
    assert isinstance(result.exception, PortalError), result.output
    return result.exception.code


def test_an_account_is_made_with_a_password_that_is_asked_for(browser):
    result = run(
        account,
        "create",
        "jane",
        "--user-ref",
        "User:Default/Jane",
        input="rowing-27-boats\nrowing-27-boats\n",
    )

    assert result.exit_code == 0, result.output
    assert "rowing-27-boats" not in result.output
    assert browser().sign_in("jane", "rowing-27-boats").status_code == 200
    assert Account.objects.get().user_ref == "user:default/jane"
    record = Record.objects.get(action="account.create")
    assert (record.actor, record.target) == ("system", "jane")
    assert "rowing-27-boats" not in json.dumps(record.detail)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["create", "jane", "--password", "jane"], "PASSWORD_WEAK"),
        (["create", "ja ne", "--password", "rowing-27-boats"], "INVALID"),
        (["create", "jane", "--password", "rowing-27-boats", "--user-ref", "jane"], "INVALID"),
        (["create", "jane", "--password", "rowing-27-boats", "--user-ref", "group:default/a"], "INVALID"),
        (["disable", "jane"], "ACCOUNT_NOT_FOUND"),
        (["link", "jane", "user:default/jane"], "ACCOUNT_NOT_FOUND"),
        (["grant", "Not A Name", "everyone", "reader"], "INVALID"),
        (["grant", "a", "jane", "reader"], "INVALID"),
        (["revoke-grant", "a", "everyone"], "GRANT_NOT_FOUND"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_and_changes_nothing(arguments, code):
    assert code_of(run(account, *arguments)) == code
    assert not Account.objects.exists()
    assert not NamespaceGrant.objects.exists()
    assert not Record.objects.exists()


def test_a_taken_name_is_refused(member):
    assert code_of(run(account, "create", "member", "--password", "rowing-27-boats")) == "ACCOUNT_EXISTS"
    member.refresh_from_db()
    assert member.check_password("member-password")


def test_accounts_are_listed_with_state_and_role(member, admin):
    run(account, "disable", "member")

    rows = json.loads(run(account, "list", "--json").output)

    assert rows == [
        {"username": "admin", "userRef": "user:default/admin", "state": "active", "role": "admin"},
        {"username": "member", "userRef": "user:default/member", "state": "disabled", "role": ""},
    ]


def test_a_grant_is_given_changed_and_taken_back():
    run(account, "grant", "payments", "group:default/team-a", "reader")
    run(account, "grant", "payments", "group:default/team-a", "editor")

    assert run(account, "grants").output == "payments  group:default/team-a  editor\n"
    run(account, "revoke-grant", "payments", "group:default/team-a")
    assert not NamespaceGrant.objects.exists()
    assert list(Record.objects.order_by("pk").values_list("action", "namespace")) == [
        ("namespace.grant", "payments"),
        ("namespace.grant", "payments"),
        ("namespace.revoke", "payments"),
    ]


def test_a_token_is_made_listed_and_revoked(member):
    text = run(token, "create", "ci", "--account", "member", "--scope", "read").output.strip()
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert client.get("/api/x").status_code == 404

    listed = json.loads(run(token, "list", "--json").output)
    assert [(row["account"], row["name"], row["scopes"]) for row in listed] == [("member", "ci", "read")]

    assert run(token, "revoke", listed[0]["prefix"]).exit_code == 0
    assert client.get("/api/x").status_code == 401


def test_a_token_for_nobody_is_refused(db):
    assert code_of(run(token, "create", "ci", "--account", "jane", "--scope", "read")) == "ACCOUNT_NOT_FOUND"
    assert code_of(run(token, "revoke", "aaaaaaaa")) == "TOKEN_NOT_FOUND"
    assert not ApiToken.objects.exists()
