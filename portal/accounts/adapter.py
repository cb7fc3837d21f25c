"""What django-allauth asks us: who may sign up, how sign-in is limited and recorded."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.headless.adapter import DefaultHeadlessAdapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from portal.accounts.identity import ending
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.audit.services import record
from portal.rest.errors import TooMany
from portal.rest.responses import error_response


class HeadlessAdapter(DefaultHeadlessAdapter):  # type: ignore[misc]
    """What the sign-in endpoints say about an account; its primary key is not among it."""

    def serialize_user(self, user: Account) -> dict[str, Any]:
        name = user.get_full_name() or user.get_username()
        return {"id": str(user.uid), "display": name, "username": user.get_username(), "email": user.email}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Local accounts; REMOTE_ADDR is already the real client (portal/rest/proxies.py)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP)

    def get_client_ip(self, request: HttpRequest) -> str:
        return request.META.get("REMOTE_ADDR") or "::"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a failure by account and by address before the password is looked at; 429 above the limit."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            wait = self._seconds_to_wait(request, **credentials)
            error = TooMany(
                f"Too many failed sign-ins for this account or from this address: try again in {wait} s.",
                retry_after=wait,
            )
            raise ImmediateHttpResponse(error_response(request, error)) from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        account = Account.objects.filter(username=credentials.get("username", "")).first()
        if account is not None:
            self._record(request, account, "session.create", outcome=Record.Outcome.DENIED)

    def login(self, request: HttpRequest, user: Account) -> None:
        with transaction.atomic():
            super().login(request, user)
            self._record(request, user, "session.create")

    def logout(self, request: HttpRequest) -> None:
        user, provider = request.user, request.session.get(ending.KEY)
        with transaction.atomic():
            super().logout(request)
            ending.leave(provider, request.session)
            if isinstance(user, Account):
                self._record(request, user, "session.delete")

    def set_password(self, user: Account, password: str) -> None:
        with transaction.atomic():
            super().set_password(user, password)
            self._record(self.request, user, "account.change-password")

    def _record(self, request: HttpRequest, account: Account, action: str, **fields: Any) -> None:
        detail = {"address": self.get_client_ip(request)}
        record(
            action, actor=Principal(account=account), target=account.get_username(), detail=detail, **fields
        )

    def _seconds_to_wait(self, request: HttpRequest, **credentials: Any) -> int:
        """Until the oldest failure of the fullest counter is forgotten."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        waits = [1.0]
        for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
            name = ratelimit.get_cache_key(
                request, app="allauth.account", action="login_failed", rate=rate, key=key
            )
            failures = cache.get(name, [])
            if len(failures) >= rate.amount:
                waits.append(failures[-1] + rate.duration - time.time())
        return int(max(waits)) + 1
