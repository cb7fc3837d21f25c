"""What is kept: of each entity, what runs of it on each cluster, as the last good round found it.

Entities are named by their uid, not by a foreign key: the catalog never waits for a plugin's table.
"""

from typing import ClassVar

from django.db import models


class Workloads(models.Model):
    """What belongs to one entity on one cluster. How old it is, the snapshot of the cluster says."""

    cluster = models.CharField(max_length=200, help_text="ref of the cluster's entity")
    entity_uid = models.UUIDField(db_index=True)
    summary = models.JSONField(help_text="what is shown (summary.py)")
    objects_kept = models.JSONField(help_text="the documents, trimmed, by the plural of their kind")
    hash = models.CharField(max_length=64, help_text="of both, so that what is the same is not written")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cluster", "entity_uid"], name="kubernetes_cluster_entity")
        ]

    def __str__(self) -> str:
        return f"{self.entity_uid} on {self.cluster}"
