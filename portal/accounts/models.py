"""Accounts, API tokens and namespace grants."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class Account(AbstractUser):
    """Somebody who signs in; `user_ref` links them to the catalog's User entity and so to their groups."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user_ref = models.CharField(max_length=200, blank=True, db_index=True)

    def __str__(self) -> str:
        return self.user_ref or self.get_username()


class ApiToken(models.Model):
    """A client's credential: only the hash of its secret is kept."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
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
