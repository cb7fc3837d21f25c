"""Who may manage accounts; and that a denial is on record although everything else was rolled back."""

import pytest
from django.db import transaction

from portal.accounts import services
from portal.accounts.models import Account, ApiToken
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.audit.services import operation
from portal.rest.errors import Denied

CALLS = {
    "account.create": lambda actor: services.create_account("new", password="rowing-27-boats", actor=actor),
    "account.disable": lambda actor: services.set_account_active("outsider", False, actor=actor),
    "account.enable": lambda actor: services.set_account_active("outsider", True, actor=actor),
    "account.change-role": lambda actor: services.set_account_admin("member", True, actor=actor),
    "account.change-password": lambda actor: services.set_account_password("outsider", "x" * 20, actor=actor),
    "account.link": lambda actor: services.link_account("member", "user:default/boss", actor=actor),
    "namespace.grant": lambda actor: services.grant_namespace(
        "a", subject="everyone", role="owner", actor=actor
    ),
    "namespace.revoke": lambda actor: services.revoke_namespace("a", subject="everyone", actor=actor),
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("action", CALLS)
@pytest.mark.parametrize("who", ["a member", "an administrator's token"])
def test_only_administrators_in_a_session_manage_accounts(action, who, member, outsider, admin):
    actor = Principal(account=member)
    if who != "a member":
        actor = Principal(account=admin, scopes=frozenset(["read", "catalog:write"]), token_id=1)
    before = list(Account.objects.order_by("pk").values())

    with pytest.raises(Denied):
        CALLS[action](actor)

    assert list(Account.objects.order_by("pk").values()) == before
    record = Record.objects.get()
    assert (record.action, record.outcome, record.actor) == (action, "denied", actor.label)


def test_nobody_makes_a_token_for_somebody_else(member, admin):
    with pytest.raises(Denied):
        services.create_api_token(
            "x", scopes=["read"], expires_in_days=1, actor=Principal(account=admin), account=member
        )
    assert not ApiToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_denial_survives_the_rollback_of_what_was_denied(member):
    actor = Principal(account=member)

    with pytest.raises(Denied), operation("thing.change", actor=actor, target="outer"):
        Account.objects.filter(pk=member.pk).update(first_name="changed")
        with operation("thing.inner", actor=actor, target="inner"):
            raise Denied("Not you.")

    member.refresh_from_db()
    assert member.first_name == ""
    assert not transaction.get_connection().in_atomic_block
    records = Record.objects.values_list("action", "outcome", "target")
    assert list(records) == [("thing.change", "denied", "outer")]


@pytest.mark.django_db(transaction=True)
def test_an_operation_that_breaks_leaves_neither_change_nor_record(member):
    with pytest.raises(ZeroDivisionError), operation("x.y", actor=Principal(account=member), target="x"):
        Account.objects.filter(pk=member.pk).update(first_name="changed")
        raise ZeroDivisionError

    member.refresh_from_db()
    assert member.first_name == ""
    assert not Record.objects.exists()
