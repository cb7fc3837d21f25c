"""What is kept: runs of pipelines, by what they ran for."""

from typing import ClassVar

from django.db import models


class Run(models.Model):
    """One run of a pipeline for a repository or for an entity."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCESS = "success"
        FAILURE = "failure"
        CANCELLED = "cancelled"
        SKIPPED = "skipped"

    subject = models.CharField(max_length=300, help_text="github.com/acme/web, git:acme/web, entity:<uid>")
    key = models.CharField(max_length=200, help_text="whoever ran it calls the run so")
    attempt = models.IntegerField(default=1, help_text="a later one replaces an earlier one")
    pipeline = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices)
    branch = models.CharField(max_length=250, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    reporter = models.CharField(max_length=40, help_text="`github`, or `report` for what others sent")
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject", "key"], name="ci_run_of_subject")]
        indexes: ClassVar = [models.Index(fields=["subject", "-started_at"], name="ci_run_newest")]

    def __str__(self) -> str:
        return f"{self.pipeline} of {self.subject}: {self.status}"

    @property
    def seconds(self) -> float | None:
        """How long it ran."""
        if self.finished_at is None:
            return None
        return max((self.finished_at - self.started_at).total_seconds(), 0.0)

    @property
    def is_finished(self) -> bool:
        return self.status not in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def says_something(self) -> bool:
        """Whether it tells that something works or does not; one that was skipped does not."""
        return self.status in (self.Status.SUCCESS, self.Status.FAILURE)
