"""A provider of OpenID Connect: what it says of somebody, for this sign-in and no other."""

import secrets
from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse

from portal.accounts.identity.ending import END, TOKEN


class OpenIDAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What was told is kept for this request alone, with what signing out at the provider will take."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        login = super().complete_login(request, app, token, **kwargs)
        end = {TOKEN: kwargs["response"].get("id_token"), END: self.openid_config.get("end_session_endpoint")}
        login.told, login.account.extra_data = login.account.extra_data | end, {}
        return login


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """Addresses of mail say nothing about who somebody is here, so none are taken over.

    A token that did not come from the provider itself signs nobody in, nor does one of another sign-in: each
    asks for a word of its own, which the token has to repeat.
    """

    oauth2_adapter_class = OpenIDAdapter
    supports_token_authentication = False
    pkce_enabled_default = True

    def redirect(self, request: HttpRequest, process: str, **kwargs: Any) -> HttpResponse:
        nonce = secrets.token_urlsafe(32)
        asked = {**self.get_auth_params(), "nonce": nonce}
        answer: HttpResponse = super().redirect(request, process, auth_params=asked, nonce=nonce, **kwargs)
        return answer

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing: an address of mail among them would be looked for in other accounts."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


def claims_of(told: dict[str, Any]) -> dict[str, Any] | None:
    """What the signed token and the provider's other answer say; None where they are about two people."""
    token, more = told.get("id_token"), told.get("userinfo") or {}
    if not token or not token.get("sub") or more.get("sub", token["sub"]) != token["sub"]:
        return None
    return {**token, **more}


def is_of_this_sign_in(told: dict[str, Any], state: dict[str, Any]) -> bool:
    """Whether the token repeats the word that this sign-in asked with."""
    said, asked = (told.get("id_token") or {}).get("nonce") or "", state.get("nonce") or ""
    return bool(asked) and secrets.compare_digest(str(said).encode(), str(asked).encode())
