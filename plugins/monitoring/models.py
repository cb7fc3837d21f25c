"""Alerts, kept after Prometheus has forgotten them: what fires, what fired lately, whom it concerns."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Alert(models.Model):
    """One alert from its beginning to its end, of one server."""

    class State(models.TextChoices):
        PENDING = "pending"
        FIRING = "firing"
        SILENCED = "silenced"
        RESOLVED = "resolved"

    server = models.CharField(max_length=50)
    fingerprint = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    severity = models.CharField(max_length=50, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    summary = models.TextField(blank=True)
    runbook = models.TextField(blank=True)
    url = models.TextField(blank=True, help_text="where the server shows it")
    labels = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    entities = ArrayField(models.UUIDField(), default=list, help_text="uids of whom it concerns")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["server", "fingerprint", "started_at"], name="monitoring_alert_one"
            )
        ]
        indexes: ClassVar = [
            GinIndex(fields=["entities"], name="monitoring_alert_entities"),
            models.Index(fields=["server"], condition=models.Q(ended_at=None), name="monitoring_alert_open"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.server}"
