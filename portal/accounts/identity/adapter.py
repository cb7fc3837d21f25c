"""What django-allauth asks us about identity providers: which there are, and whom they may sign in."""

from typing import Any, NoReturn
from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest, HttpResponseRedirect

from portal.accounts.identity import github, openid_connect
from portal.accounts.identity.ending import remember
from portal.accounts.identity.providers import GITHUB, OPENID, IdentityProvider, identity_providers
from portal.accounts.models import Account
from portal.accounts.navigation import HOME, SIGN_IN, safe_next
from portal.accounts.principal import SYSTEM
from portal.audit.services import operation
from portal.integrations.requests_session import Outbound, Unreachable, outbound_session

UNAVAILABLE, CANCELLED, REFUSED, NO_ACCOUNT, TAKEN = (
    "unavailable",
    "cancelled",
    "refused",
    "no-account",
    "taken",
)
"""Why it did not work, as the sign-in page reads it from its address."""

KINDS = {OPENID: openid_connect, GITHUB: github}


def failed(provider_id: str, reason: str, target: str | None = None) -> HttpResponseRedirect:
    """Back to the sign-in page, which says why."""
    said = {"error": reason, "provider": provider_id}
    goes_on = safe_next(target)
    return HttpResponseRedirect(
        f"{SIGN_IN}?{urlencode(said | ({} if goes_on == HOME else {'next': goes_on}))}"
    )


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Providers of the setting; an account is found by provider and subject, and by nothing else."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        known_id = provider in identity_providers()
        return [
            SocialApp(
                provider=KINDS[known.kind].Provider.id,
                provider_id=known.id,
                name=known.name,
                client_id=known.client_id,
                secret=known.client_secret,
                settings={"server_url": known.issuer},
            )
            for known in identity_providers().values()
            if provider in (None, known.id if known_id else KINDS[known.kind].Provider.id)
            and client_id in (None, known.client_id)
        ]

    def get_requests_session(self) -> Any:
        """A secret that was sent to one address is never sent on to another."""
        return outbound_session(Outbound(own_errors=True), follows=False)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return _provider_of(sociallogin).makes_accounts

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse whom the two answers do not agree on, who is disabled, and whose name is somebody else's."""
        kind = KINDS[_provider_of(sociallogin).kind]
        believed = kind.is_of_this_sign_in(sociallogin.told, sociallogin.state or {})
        if not believed or kind.claims_of(sociallogin.told) is None:
            _refuse(sociallogin, REFUSED)
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                _refuse(sociallogin, NO_ACCOUNT)
        elif not self.is_open_for_signup(request, sociallogin) or not sociallogin.user.username:
            _refuse(sociallogin, NO_ACCOUNT)
        elif Account.objects.filter(username__iexact=sociallogin.user.username).exists():
            _refuse(sociallogin, TAKEN)
        remember(request.session, sociallogin.account.provider, sociallogin.told)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        state = (extra_context or {}).get("state") or {}
        reason = CANCELLED if error == AuthError.CANCELLED else REFUSED
        if isinstance(exception, Unreachable):
            reason = UNAVAILABLE
        raise ImmediateHttpResponse(failed(getattr(provider, "sub_id", ""), reason, state.get("next")))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Account:
        provider = _provider_of(sociallogin)
        claims = KINDS[provider.kind].claims_of(sociallogin.account.extra_data) or {}
        account: Account = sociallogin.user
        account.username = provider.username(claims)
        account.user_ref = f"user:default/{account.username}" if account.username else ""
        account.first_name = str(claims.get("name") or "")[:150]
        account.email = str(claims.get("email") or "")[:254]
        return account

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Account:
        with operation("account.create", actor=SYSTEM, target=sociallogin.user.username) as now:
            account: Account = super().save_user(request, sociallogin, form=form)
            now.detail = {"userRef": account.user_ref, "provider": sociallogin.account.provider}
        return account


def _provider_of(login: SocialLogin) -> IdentityProvider:
    return identity_providers()[login.account.provider]


def _refuse(login: SocialLogin, reason: str) -> NoReturn:
    raise ImmediateHttpResponse(failed(login.account.provider, reason, (login.state or {}).get("next")))
