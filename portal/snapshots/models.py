"""The table of snapshots: what was fetched of each target, when, and when it is fetched again."""

from typing import ClassVar

from django.db import models


class Snapshot(models.Model):
    """One target of one source. An error never replaces the last good data."""

    source = models.CharField(max_length=150, help_text="<plugin>.<source>")
    target = models.CharField(max_length=300)
    data = models.JSONField(null=True, help_text="what was fetched last; null until then")
    taken_at = models.DateTimeField(null=True, help_text="when `data` was fetched")
    due_at = models.DateTimeField(help_text="when it is fetched next")
    failures = models.IntegerField(default=0, help_text="in a row")
    error = models.TextField(blank=True, help_text="why the last fetch gave nothing")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target"], name="snapshot_source_target")
        ]
        indexes: ClassVar = [models.Index(fields=["source", "due_at"], name="snapshot_source_due")]

    def __str__(self) -> str:
        return f"{self.source} of {self.target}"
