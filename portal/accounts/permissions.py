"""Who may manage accounts, tokens and grants."""

from portal.accounts.models import ApiToken
from portal.accounts.principal import Principal
from portal.rest.errors import Denied


def may_manage_token(principal: Principal, token: ApiToken) -> bool:
    """A token's own account, in a session; administrators. No token manages tokens, itself included."""
    if principal.is_admin:
        return True
    return principal.scopes is None and principal.account is not None and token.account == principal.account


def require_session(actor: Principal, what: str) -> None:
    """Raise Denied for API tokens: what they may do is fixed when they are made."""
    if actor.scopes is not None:
        raise Denied(
            f"An API token cannot {what}, whatever its scopes: sign in and do it there.",
            code="SESSION_REQUIRED",
        )


def require_admin(actor: Principal, what: str) -> None:
    if not actor.is_admin:
        raise Denied(f"Only administrators {what}: ask one of them.")


def require_scope(actor: Principal, scope: str) -> None:
    """Raise Denied when an API token has not got the scope; sessions have all."""
    if not actor.has_scope(scope):
        raise Denied(
            f"This API token has no scope {scope}: make one that has it, at /settings/tokens.",
            code="SCOPE_MISSING",
        )
