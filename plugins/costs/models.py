"""Costs: one row for each day, source, cluster, service and whom it belongs to, and their sums by month."""

from typing import ClassVar

from django.db import models


class _Amount(models.Model):
    """In the currency of its source, of a day or of a month."""

    source = models.CharField(max_length=100)
    name = models.CharField(max_length=300, blank=True, help_text="whom the source names; empty for nobody")
    entity_uid = models.UUIDField(null=True, help_text="the entity of that name")
    cluster = models.CharField(max_length=200, blank=True)
    service = models.CharField(max_length=200, blank=True)
    part = models.CharField(max_length=10, help_text="direct, idle or shared")
    amount = models.DecimalField(max_digits=26, decimal_places=10)
    currency = models.CharField(max_length=3)

    class Meta:
        abstract = True


class Cost(_Amount):
    """What a day cost. The sum over a source and a day is what the source says."""

    day = models.DateField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["source", "day"], name="costs_source_day"),
            models.Index(fields=["entity_uid", "day"], name="costs_entity_day"),
            models.Index(fields=["day"], name="costs_day"),
            models.Index(fields=["name"], name="costs_name"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} of {self.name or 'nobody'} on {self.day}"


class MonthlyCost(_Amount):
    """The days of a month added up; written with them, so that it is never anything else than their sum."""

    month = models.DateField(help_text="its first day")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["source", "month"], name="costs_source_month"),
            models.Index(fields=["entity_uid", "month"], name="costs_entity_month"),
            models.Index(fields=["month"], name="costs_month"),
            models.Index(fields=["name"], name="costs_month_name"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} of {self.name or 'nobody'} in {self.month:%Y-%m}"
