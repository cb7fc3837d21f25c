"""What is remembered of reading sources: every run, and removals that wait for somebody to approve them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SourceRun(models.Model):
    """One read of a location that was not skipped as unchanged; the newest of each are kept."""

    class Outcome(models.TextChoices):
        RUNNING = "running"
        CHANGED = "changed"
        UNCHANGED = "unchanged"
        HELD = "held"
        FAILED = "failed"
        INTERRUPTED = "interrupted"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    location = models.ForeignKey("catalog.Location", on_delete=models.CASCADE, related_name="runs")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.RUNNING)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    removed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    problems = models.IntegerField(default=0)
    error = models.TextField(blank=True)
    revision = models.CharField(max_length=64, blank=True, help_text="fingerprint or commit that was read")

    class Meta:
        indexes = [models.Index(fields=["location", "-id"], name="source_run_location")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.started_at:%Y-%m-%d %H:%M:%S}"


class PendingRemoval(models.Model):
    """Entities that a source declares no longer, too many to remove them without somebody's word."""

    location = models.OneToOneField(
        "catalog.Location", on_delete=models.CASCADE, related_name="pending_removal"
    )
    refs = ArrayField(models.CharField(max_length=200))
    total = models.IntegerField(help_text="entities of the location, these among them")
    reason = models.TextField()
    since = models.DateTimeField()
    dismissed = models.BooleanField(default=False, help_text="somebody said that these stay")

    visible_refs: list[str] = []
    """Those of `refs` that the viewer may see; set by the selector."""

    def __str__(self) -> str:
        return f"{len(self.refs)} of {self.total} entities"
