"""The tables of decisions about plugins, and of what was delivered to them."""

from typing import ClassVar

from django.db import models


class PluginDecision(models.Model):
    """What was written in the page about one plugin. It stays when the plugin is not enabled for a while."""

    plugin = models.CharField(max_length=40, unique=True)
    settings = models.JSONField(default=dict, help_text="values by field, secrets not among them")
    secrets = models.BinaryField(default=b"", help_text="encrypted: the same as JSON, of fields with secrets")
    claims = models.JSONField(null=True, help_text="what was accepted; null: as PORTAL_CLAIMS_ACCEPTED says")
    permissions = models.JSONField(default=dict, help_text="refs, or `everyone`, by the permission's name")
    decided_at = models.DateTimeField(auto_now=True)
    decided_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.plugin


class HookDelivery(models.Model):
    """Something that was delivered to a plugin's hook. It is kept for a week, to know it again."""

    plugin = models.CharField(max_length=40)
    hook = models.CharField(max_length=100)
    key = models.CharField(max_length=64, help_text="hash of the sender's id for it, else of the body")
    body = models.BinaryField(help_text="JSON as it came; emptied when it was handed over")
    received_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True, help_text="when it is handed over next; null: never again")
    attempts = models.IntegerField(default=0)
    error = models.TextField(blank=True, help_text="why the plugin did not take it")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plugin", "hook", "key"], name="hook_delivery_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], condition=models.Q(due_at__isnull=False), name="hook_due")
        ]

    def __str__(self) -> str:
        return f"{self.plugin} {self.hook} {self.received_at:%Y-%m-%dT%H:%M:%SZ}"


class ClaimUse(models.Model):
    """How often a plugin used one claim within an hour, and how often it was refused."""

    plugin = models.CharField(max_length=40)
    claim = models.CharField(max_length=20)
    value = models.CharField(max_length=200)
    hour = models.DateTimeField()
    allowed = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plugin", "claim", "value", "hour"], name="claim_use_of_hour")
        ]

    def __str__(self) -> str:
        return f"{self.plugin} {self.claim} {self.value} {self.hour:%Y-%m-%dT%HZ}"
