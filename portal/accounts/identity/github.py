"""GitHub, or a GitHub Enterprise of one's own: who somebody is there is a number that never changes."""

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.identity.providers import GITHUB_ADDRESS, identity_providers

API_OF_GITHUB = "https://api.github.com"


class GitHubAdapter(GitHubOAuth2Adapter):  # type: ignore[misc]
    """The addresses of one entry. Addresses of mail are not asked for: they say nothing here."""

    def __init__(self, request: HttpRequest, provider_id: str) -> None:
        super().__init__(request)
        address = identity_providers()[provider_id].issuer
        self.provider_id = provider_id
        self.access_token_url = f"{address}/login/oauth/access_token"
        self.authorize_url = f"{address}/login/oauth/authorize"
        self.profile_url = f"{API_OF_GITHUB if address == GITHUB_ADDRESS else f'{address}/api/v3'}/user"

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        login = super().complete_login(request, app, token, **kwargs)
        login.told, login.account.extra_data = login.account.extra_data, {}
        return login

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        address: str = build_absolute_uri(request, path)
        return address

    def get_emails(self, headers: dict[str, str]) -> None:
        return None


class Provider(GitHubProvider):  # type: ignore[misc]
    """Asks for nothing but who it is: no scope."""

    pkce_enabled_default = True

    def __init__(self, request: HttpRequest, app: SocialApp) -> None:
        super().__init__(request, app=app)
        self.name = app.name

    def get_default_scope(self) -> list[str]:
        return []

    def get_oauth2_adapter(self, request: HttpRequest) -> GitHubAdapter:
        return GitHubAdapter(request, self.app.provider_id)

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing: an address of mail among them would be looked for in other accounts."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


def claims_of(told: dict[str, Any]) -> dict[str, Any]:
    """What GitHub says of who signed in: `id`, `login`, `name`, `email`."""
    return told


def is_of_this_sign_in(told: dict[str, Any], state: dict[str, Any]) -> bool:
    """It is what the token says to which PKCE and the state have led."""
    return True
