"""Saying that an account here and somebody at an identity provider are the same person."""

from allauth.socialaccount.models import SocialAccount

from portal.accounts.identity.providers import identity_providers
from portal.accounts.models import Account
from portal.accounts.permissions import require_admin
from portal.accounts.principal import Principal
from portal.accounts.selectors import get_account
from portal.audit.services import operation
from portal.rest.errors import Conflict, NotFound


def link_identity(username: str, *, provider: str, subject: str, actor: Principal) -> Account:
    """From now on `subject` (the provider's `sub`) signs in as this account.

    Raises Denied, NotFound, Conflict where they are somebody else's already.
    """
    with operation("account.identify", actor=actor, target=username) as now:
        require_admin(actor, "say who signs in as whom")
        account = get_account(username, viewer=actor)
        known = identity_providers()
        if provider not in known:
            there = ", ".join(known) or "none: set PORTAL_IDENTITY_PROVIDERS"
            raise NotFound(f"There is no identity provider {provider!r}. Known are {there}.")
        linked, _ = SocialAccount.objects.get_or_create(
            provider=provider, uid=subject, defaults={"user": account}
        )
        if linked.user_id != account.pk:
            raise Conflict(
                f"{subject} of {provider} signs in as {linked.user.get_username()} already.",
                code="ACCOUNT_EXISTS",
                path=("subject",),
            )
        now.detail = {"provider": provider, "subject": subject}
    return account
