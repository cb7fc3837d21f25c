"""The tables of the history; PostgreSQL itself fills them, in the transaction that changes the catalog."""

from django.db import models


class Change(models.Model):
    """One transaction that changed the catalog: when, by whom, why and from where. One generation."""

    generation = models.BigIntegerField()
    at = models.DateTimeField(db_index=True, help_text="by the database's clock")
    actor = models.CharField(max_length=200)
    cause = models.CharField(max_length=40, help_text="ingestion, unregister, rebuild, …")
    source = models.TextField(blank=True, help_text="the location that was read, <type>:<target>")
    record = models.UUIDField(null=True, help_text="the audit record of the operation")
    events_after = models.BigIntegerField(help_text="the events of this change have positions above this")

    def __str__(self) -> str:
        return f"generation {self.generation} by {self.actor}: {self.cause}"


class Event(models.Model):
    """What happened to one entity or one relation. The primary key is the position: commits and positions
    have one order, since writers take turns.

    `before` and `after` are each a whole document (a JSON object) or an RFC 6902 patch (a JSON array) that
    leads there from the other side; null where nothing of the document changed. A relation's event names
    its source in `uid` and `ref`, its target in `other_ref`; that of a rename names the former ref there.
    """

    class What(models.TextChoices):
        CREATED = "CREATED"
        CHANGED = "CHANGED"
        DELETED = "DELETED"
        RESTORED = "RESTORED"
        RENAMED = "RENAMED"
        ORPHANED = "ORPHANED"
        ADOPTED = "ADOPTED"
        RELATED = "RELATED"
        UNRELATED = "UNRELATED"

    # Not enforced: both tables are only appended to, and pruned together from their old end.
    change = models.ForeignKey(Change, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    what = models.CharField(max_length=10, choices=What.choices)
    uid = models.UUIDField()
    ref = models.CharField(max_length=200)
    namespace = models.CharField(max_length=63)
    before = models.TextField(null=True)
    after = models.TextField(null=True)
    relation_type = models.CharField(max_length=63, blank=True)
    relation_inverse = models.CharField(max_length=63, blank=True)
    other_ref = models.CharField(max_length=200, blank=True)
    other_namespace = models.CharField(max_length=63, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["uid", "id"], name="event_uid"),
            models.Index(fields=["ref", "id"], name="event_ref", condition=models.Q(relation_type="")),
            models.Index(fields=["other_ref", "id"], name="event_other", condition=~models.Q(other_ref="")),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.ref} {self.what} {self.other_ref}".rstrip()


class Horizon(models.Model):
    """One row (id 1): how far back the history reaches."""

    pruned_through = models.BigIntegerField(default=0, help_text="events up to this position are gone")
    since = models.DateTimeField(help_text="what was before this moment is not known")

    def __str__(self) -> str:
        return f"since {self.since:%Y-%m-%dT%H:%M:%SZ}"


class FormerRef(models.Model):
    """A ref that means nothing in the catalog now: whose it was. Triggers fill the table, as the history.

    After a rename or a merge it leads to the entity with that uid; after a deletion it keeps the uid for an
    entity that comes back. It goes as soon as an entity has the ref again.
    """

    class Why(models.TextChoices):
        RENAMED = "RENAMED"
        MERGED = "MERGED"
        DELETED = "DELETED"

    ref = models.CharField(max_length=200, unique=True)
    namespace = models.CharField(max_length=63)
    uid = models.UUIDField(db_index=True)
    why = models.CharField(max_length=10, choices=Why.choices)
    source = models.TextField(blank=True, help_text="the location that declared it, <type>:<target>")
    pinned = models.BooleanField(
        default=False, db_default=False, help_text="its location may still declare it: what it says is meant"
    )
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.ref} {self.why}"
