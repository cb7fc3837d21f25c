"""The table of what requests leave for a worker (see `catalog.refresh.jobs`)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class LocationJob(models.Model):
    """Reading a source for a request that waits for it: what is asked, as whom, and the answer."""

    class Action(models.TextChoices):
        REGISTER = "register"
        PREVIEW = "preview"
        REFRESH = "refresh"
        READ = "read"
        RETARGET = "retarget"
        REREAD = "reread"
        TRUST = "trust"

    action = models.CharField(max_length=10, choices=Action.choices)
    subject = models.TextField(help_text="a location's target or uid, or an entity's ref")
    target = models.TextField(blank=True, help_text="the target that a location gets")
    trusted = models.BooleanField(default=False, db_default=False, help_text="what the location is to be")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    scopes = ArrayField(models.CharField(max_length=50), null=True, help_text="of the API token that asked")
    token_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    answer = models.JSONField(null=True, help_text="what the service returned")
    problem = models.JSONField(null=True, help_text="what it raised: status, code, message, path")

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(finished_at=None), name="location_job_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
