"""What scorecards remember: facts and results as they changed, where everything stands, exemptions.

Entities are named by their uid, not by a foreign key: the catalog never waits for a plugin's table.
"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone

EXPIRED = "expired"


class FactChange(models.Model):
    """A fact of an entity since a moment, until its next change; null where it is not known any more."""

    entity_uid = models.UUIDField()
    fact = models.CharField(max_length=130)
    value = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["entity_uid", "fact", "-at"], name="scorecards_fact_latest"),
            models.Index(fields=["at"], name="scorecards_fact_at"),
        ]

    def __str__(self) -> str:
        return f"{self.fact} = {self.value}"


class Verdict(models.Model):
    """How an entity does in one check now, and since when."""

    class State(models.TextChoices):
        PASSED = "passed"
        FAILED = "failed"
        UNKNOWN = "unknown"
        EXEMPT = "exempt"

    entity_uid = models.UUIDField()
    scorecard_uid = models.UUIDField()
    check_id = models.CharField(max_length=63)
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.TextField(blank=True, help_text="why it is not known")
    since = models.DateTimeField()
    definition = models.CharField(
        max_length=16, blank=True, db_default="", help_text="Check.definition that was judged by"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entity_uid", "scorecard_uid", "check_id"], name="scorecards_verdict_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["scorecard_uid", "check_id", "state"], name="scorecards_verdict_check")
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.state}"


class VerdictChange(models.Model):
    """A result as it became."""

    entity_uid = models.UUIDField()
    scorecard_uid = models.UUIDField()
    check_id = models.CharField(max_length=63)
    state = models.CharField(max_length=10, choices=Verdict.State.choices)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["entity_uid", "scorecard_uid", "-at"], name="scorecards_change_latest"),
            models.Index(fields=["at"], name="scorecards_change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.state} {self.at:%Y-%m-%d}"


class Standing(models.Model):
    """Where an entity stands in a scorecard."""

    entity_uid = models.UUIDField()
    scorecard_uid = models.UUIDField()
    rank = models.SmallIntegerField(help_text="of the level, from 1; 0 for none")
    since = models.DateTimeField(help_text="that it has this level")
    passed = models.IntegerField(help_text="of the checks that count, exempt ones among them")
    counted = models.IntegerField()
    judged_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entity_uid", "scorecard_uid"], name="scorecards_standing_once")
        ]
        indexes: ClassVar = [models.Index(fields=["scorecard_uid", "rank"], name="scorecards_standing_rank")]

    def __str__(self) -> str:
        return f"level {self.rank}, {self.passed} of {self.counted}"


class Tally(models.Model):
    """A scorecard on a day: how many entities had which level."""

    scorecard_uid = models.UUIDField()
    day = models.DateField()
    ranks = models.JSONField(help_text="number of entities by rank")
    passed = models.IntegerField()
    counted = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard_uid", "day"], name="scorecards_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.passed} of {self.counted}"


class Exemption(models.Model):
    """Something need not pass a check until a day: asked for with a reason, granted by somebody else."""

    class State(models.TextChoices):
        ASKED = "asked"
        GRANTED = "granted"
        REFUSED = "refused"

    entity_uid = models.UUIDField()
    scorecard_uid = models.UUIDField()
    check_id = models.CharField(max_length=63)
    reason = models.TextField()
    until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scorecard_uid", "state"], name="scorecards_exemption_state"),
            models.Index(fields=["entity_uid"], name="scorecards_exemption_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} until {self.until}: {self.state}"

    def state_on(self, day: date) -> str:
        """The state, or `expired` where its last day is over."""
        return EXPIRED if self.until < day and self.state != self.State.REFUSED else self.state
