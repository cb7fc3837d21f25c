"""Notifications as rows."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notification(models.Model):
    """What one account was told. `mark` is its sender's: the same thing is not said twice."""

    class Severity(models.TextChoices):
        LOW = "low"
        NORMAL = "normal"
        HIGH = "high"
        CRITICAL = "critical"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    origin = models.CharField(max_length=200, help_text="what sent it: `template:default/service`")
    title = models.CharField(max_length=200)
    info = models.TextField(blank=True)
    link = models.CharField(max_length=2000, blank=True, help_text="a path of the portal, or an address")
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.NORMAL)
    topic = models.CharField(max_length=100, blank=True)
    scope = models.CharField(max_length=200, blank=True, help_text="a later one of the scope takes its place")
    mark = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "mark"], condition=~Q(mark=""), name="notification_said_once"
            ),
            models.UniqueConstraint(
                fields=["account", "origin", "scope"], condition=~Q(scope=""), name="notification_scope"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="notification_newest"),
            models.Index(fields=["account"], condition=Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.title
