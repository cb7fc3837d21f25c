"""A browser that signs in the way the page does."""

from typing import Any

import pytest
from django.test import Client

LOGIN = "/_allauth/browser/v1/auth/login"
SESSION = "/_allauth/browser/v1/auth/session"


class Browser:
    """Cookies, CSRF protection, one address."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.http = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(path, headers=headers)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        return self.http.post(path, body, content_type="application/json", headers=self._csrf() | headers)

    def delete(self, path: str) -> Any:
        return self.http.delete(path, headers=self._csrf())

    def sign_in(self, username: str, password: str | None = None, **headers: str) -> Any:
        credentials = {"username": username, "password": password or f"{username}-password"}
        return self.post(LOGIN, credentials, **headers)

    def sign_out(self) -> Any:
        return self.delete(SESSION)

    def _csrf(self) -> dict[str, str]:
        if "csrftoken" not in self.http.cookies:
            self.http.get(SESSION)
        return {"X-CSRFToken": self.http.cookies["csrftoken"].value}


@pytest.fixture
def browser() -> type[Browser]:
    return Browser
