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


class Departure(models.Model):
    """An entity that its source declares no longer; kept until no other source can have it."""

    entity = models.OneToOneField("catalog.Entity", on_delete=models.CASCADE, related_name="departure")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"since {self.since:%Y-%m-%d %H:%M:%S}"


class PushDelivery(models.Model):
    """What a script sends for its own source: parts that come one by one, and what came of them."""

    class Mode(models.TextChoices):
        FULL = "full"
        DELTA = "delta"

    location = models.ForeignKey("catalog.Location", on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=100, help_text="the sender's name of it; the same again is the same")
    mode = models.CharField(max_length=5, choices=Mode.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True, help_text="when its last part had come")
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True, help_text="counts, or why it was not taken")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "key"], name="push_delivery_key")]
        indexes = [
            models.Index(
                fields=["completed_at"],
                condition=models.Q(completed_at__isnull=False, finished_at=None),
                name="push_delivery_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} delivery {self.key}"


class PushPart(models.Model):
    """One part of a delivery: entities as JSON, and refs to remove."""

    delivery = models.ForeignKey(PushDelivery, on_delete=models.CASCADE, related_name="parts")
    number = models.IntegerField()
    content = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="push_part_number")]

    def __str__(self) -> str:
        return f"part {self.number}"


class PushedDocument(models.Model):
    """What a push source holds now: one document per path, as it was delivered last."""

    location = models.ForeignKey("catalog.Location", on_delete=models.CASCADE, related_name="documents")
    path = models.CharField(max_length=250)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "path"], name="pushed_document_path")]

    def __str__(self) -> str:
        return self.path


class ReceivedHook(models.Model):
    """A webhook that came in, so that the same one again does nothing."""

    forge = models.CharField(max_length=20)
    key = models.CharField(max_length=100, help_text="the forge's id of the delivery")
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["forge", "key"], name="received_hook_key")]

    def __str__(self) -> str:
        return f"{self.forge} {self.key}"
