"""Accounts, API tokens and namespace grants."""

import hashlib
import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac


class Account(AbstractUser):
    """Somebody who signs in; `user_ref` links them to the catalog's User entity and so to their groups."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user_ref = models.CharField(max_length=200, blank=True, db_index=True)
    credential_epoch = models.PositiveIntegerField(
        default=0, help_text="raising it ends every session and token of the account for good"
    )

    def __str__(self) -> str:
        return self.user_ref or self.get_username()

    def credential_stamp(self) -> str:
        """What sessions and tokens are bound to: another password, role or epoch, and they are over."""
        return hashlib.sha256(self._credential_state().encode()).hexdigest()

    def check_password(self, raw_password: str) -> bool:
        """As Django's; storing the same password with a stronger hash does not end the API tokens."""
        stamp = self.credential_stamp()
        matches = super().check_password(raw_password)
        if matches and self.credential_stamp() != stamp:
            self.api_tokens.filter(account_stamp=stamp).update(account_stamp=self.credential_stamp())
        return matches

    def _credential_state(self) -> str:
        return f"{self.password}:{self.is_superuser}:{self.credential_epoch}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's hook (`get_session_auth_hash` and its fallbacks call it): sessions end with the stamp."""
        salted = salted_hmac("portal.accounts.session", self._credential_state(), secret, algorithm="sha256")
        return salted.hexdigest()


class ApiToken(models.Model):
    """A client's credential: only the hash of its secret is kept."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    account_stamp = models.CharField(max_length=64, help_text="credential_stamp() when it was made")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"


class NamespaceGrant(models.Model):
    """What a subject may do in a namespace; where it has no grant, everyone signed in may read it."""

    class Role(models.TextChoices):
        READER = "reader"
        EDITOR = "editor"
        OWNER = "owner"

    EVERYONE = "everyone"

    namespace = models.CharField(max_length=63)
    subject = models.CharField(max_length=200, help_text="a user or group ref, or `everyone`")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["namespace", "subject"], name="namespace_grant_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} is {self.role} of {self.namespace}"
