"""Reading accounts, tokens and grants, as far as the viewer may see them."""

import uuid

from django.db.models import QuerySet

from portal.accounts.models import Account, ApiToken, NamespaceGrant
from portal.accounts.permissions import may_manage_token, require_admin
from portal.accounts.principal import Principal
from portal.rest.errors import Hidden, NotFound

NOT_YOURS = "There is no such API token among yours: see the list at /settings/tokens."


def find_api_tokens(*, viewer: Principal) -> QuerySet[ApiToken]:
    """The viewer's own, newest first; all of them for the portal itself; none through a token."""
    tokens = ApiToken.objects.select_related("account").order_by("-created_at", "-pk")
    if viewer.is_system:
        return tokens
    return tokens.filter(account=viewer.account) if viewer.scopes is None else tokens.none()


def get_api_token(uid: uuid.UUID | None, *, viewer: Principal) -> ApiToken:
    """Raises NotFound for a missing one and, in the same words, for one of somebody else."""
    token = ApiToken.objects.select_related("account").filter(uid=uid).first() if uid else None
    if token is None:
        raise NotFound(NOT_YOURS, code="TOKEN_NOT_FOUND", path=("id",))
    if not may_manage_token(viewer, token):
        raise Hidden(
            NOT_YOURS,
            reason=f"token {token.prefix} is not this account's",
            code="TOKEN_NOT_FOUND",
            path=("id",),
        )
    return token


def get_account(username: str, *, viewer: Principal) -> Account:
    """Raises Denied unless the viewer is an administrator or this account, NotFound when there is none."""
    if viewer.account is None or viewer.account.username != username:
        require_admin(viewer, "look at accounts")
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise NotFound(
            f"There is no account {username!r}: `portal account list` shows them.",
            code="ACCOUNT_NOT_FOUND",
            path=("username",),
        )
    return account


def find_accounts(*, viewer: Principal) -> QuerySet[Account]:
    """All, by name; raises Denied for whoever is not an administrator."""
    require_admin(viewer, "list accounts")
    return Account.objects.order_by("username")


def find_namespace_grants(*, viewer: Principal) -> QuerySet[NamespaceGrant]:
    """All, by namespace; raises Denied for whoever is not an administrator."""
    require_admin(viewer, "list grants")
    return NamespaceGrant.objects.order_by("namespace", "subject")
