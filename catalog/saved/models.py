"""The table of saved views."""

import uuid

from django.conf import settings
from django.db import models

MAX_NAME = 80


class SavedView(models.Model):
    """What the catalog's list shows, by a name: somebody's own, or a group's, for all of its members."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=MAX_NAME)
    search = models.TextField(blank=True, help_text="the address of the list after its question mark")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="saved_views"
    )
    group_ref = models.CharField(max_length=200, blank=True, help_text="instead of an account")
    author = models.CharField(max_length=200, help_text="who changed it last")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=True) ^ models.Q(group_ref=""), name="saved_view_one_owner"
            ),
            models.UniqueConstraint(fields=["account", "name"], name="saved_view_own_name"),
            models.UniqueConstraint(
                fields=["group_ref", "name"], condition=~models.Q(group_ref=""), name="saved_view_group_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.group_ref or self.account_id}"
