"""The tables of webhooks: where the feed is sent, how far it came, and what was tried."""

import uuid

from django.conf import settings
from django.db import models


class Webhook(models.Model):
    """An address that the events which its account may see are sent to, in their order."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE"
        DISABLED = "DISABLED"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=100)
    url = models.TextField()
    filter = models.JSONField(default=dict, help_text="refs, kinds, namespaces, what: lists of text")
    secret = models.BinaryField(help_text="encrypted; signs what is sent")
    position = models.BigIntegerField(help_text="the events up to this position are delivered")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    reason = models.TextField(blank=True, help_text="why it is disabled")
    created_at = models.DateTimeField(auto_now_add=True)
    next_attempt_at = models.DateTimeField(help_text="not before; a sender at work moves it out of reach")

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="ACTIVE"), name="webhook_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} to {self.url}"


class Delivery(models.Model):
    """One message: the events of a part of the feed. Its uid stays the same however often it is tried."""

    class State(models.TextChoices):
        PENDING = "PENDING"
        DELIVERED = "DELIVERED"
        FAILED = "FAILED"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    after = models.BigIntegerField(help_text="the position before its first event")
    until = models.BigIntegerField(help_text="the position of its last event")
    events = models.IntegerField()
    attempts = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    status = models.IntegerField(null=True, help_text="of the last answer")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    attempted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["webhook"], condition=models.Q(state="PENDING"), name="delivery_one_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid}: {self.events} events, {self.state}"
