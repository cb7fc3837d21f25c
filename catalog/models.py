"""The catalog's tables: the entity document is the truth, everything beside it is derived from it."""

import uuid
from typing import Any

import orjson
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Collate, Lower
from django.utils.functional import cached_property

from catalog.history.models import Change, Event, FormerRef, Horizon
from catalog.refresh.job_models import LocationJob
from catalog.refresh.source_models import (
    Departure,
    PendingRemoval,
    PushDelivery,
    PushedDocument,
    PushPart,
    ReceivedHook,
    SourceRun,
)
from catalog.saved.models import SavedView
from catalog.webhooks.models import Delivery, Webhook

__all__ = [
    "CatalogState",
    "Change",
    "Delivery",
    "Departure",
    "Descriptor",
    "Entity",
    "Event",
    "Favourite",
    "FormerRef",
    "Horizon",
    "Location",
    "LocationJob",
    "PendingRemoval",
    "Problem",
    "PushDelivery",
    "PushPart",
    "PushedDocument",
    "ReceivedHook",
    "Relation",
    "SavedView",
    "SourceRun",
    "Term",
    "Webhook",
]


PENDING_KB = 1024
"""What an index keeps aside before it sorts it in: with more, a first read leaves it twice as large."""


class CatalogState(models.Model):
    """One row (id 1): the generation of the last change; its row lock puts commits in generation order."""

    generation = models.BigIntegerField(default=0)
    kinds_generation = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"generation {self.generation}"


class Location(models.Model):
    """Where descriptors come from: a registered root; files that its Location entities name belong to it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(max_length=20)
    target = models.TextField()
    namespace = models.CharField(max_length=63, default="default")
    trusted = models.BooleanField(default=False, help_text="may define users and groups")
    registered_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    root = models.TextField(blank=True, help_text="file: the folder that nothing is read outside of")
    files = ArrayField(models.TextField(), default=list, help_text="every path the last read looked at")
    etag = models.CharField(max_length=64, blank=True, help_text="fingerprint of what was read last time")
    last_attempt_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    unchanged_since = models.DateTimeField(null=True, help_text="when the catalog last had to be changed")
    failures = models.IntegerField(default=0, help_text="looks in a row that failed")
    next_attempt_at = models.DateTimeField(null=True, help_text="null: not looked at by itself, or always")
    webhook_at = models.DateTimeField(null=True, help_text="when its host last told of a change")
    memory = models.JSONField(default=dict, help_text="what its source keeps from read to read")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "target"], name="location_type_target")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="location_next_attempt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}:{self.target}"


class Descriptor(models.Model):
    """What a source said about one ref, raw; refused ones are kept too, with their problems."""

    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="descriptors", db_index=False
    )
    ref = models.CharField(max_length=200)
    path = models.TextField(help_text="the file, as the source names it")
    line = models.IntegerField(help_text="the document's first line, from 1")
    parent_ref = models.CharField(max_length=200, blank=True, help_text="the Location entity naming the file")
    body = models.TextField(help_text="the YAML text of the document, as written")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "ref"], name="descriptor_location_ref")]

    def __str__(self) -> str:
        return f"{self.ref} in {self.path}:{self.line}"


class Entity(models.Model):
    """A document and what is derived from it. The primary key never leaves the process."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ref = models.CharField(max_length=200, unique=True)
    document = models.TextField(help_text="ordered JSON without relations, served as it is")
    hash = models.CharField(max_length=64)
    location = models.ForeignKey(Location, null=True, on_delete=models.SET_NULL, related_name="entities")
    generation = models.BigIntegerField(help_text="the generation of the last change")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField()
    # Derived from the document at write time.
    kind = models.CharField(max_length=63, db_collation="C")
    namespace = models.CharField(max_length=63)
    name = models.CharField(max_length=63, help_text="as written; the ref has it in lower case")
    title = models.TextField(blank=True)
    description = models.TextField(blank=True)
    type = models.CharField(max_length=200, blank=True, db_collation="C")
    lifecycle = models.CharField(max_length=200, blank=True, db_collation="C")
    owner_ref = models.CharField(max_length=200, blank=True, db_collation="C")
    sort_name = models.TextField(db_collation="C", help_text="folded title, or name where there is none")
    search_name = models.TextField(blank=True, help_text="folded name, title and display name")
    search_text = models.TextField(blank=True, help_text="folded words the search vector is made of")
    relations_text = models.TextField(default="[]", help_text="rendered relations, for who sees everything")
    orphan = models.BooleanField(default=False, help_text="kept, though its source declares it no longer")
    orphan_since = models.DateTimeField(null=True)
    declared = models.TextField(null=True, help_text="the document without overlays, where there are any")
    terms = ArrayField(models.TextField(), default=list, help_text="folded `key` and `key=value`")
    search = models.GeneratedField(
        expression=SearchVector("search_name", weight="A", config="simple")
        + SearchVector("search_text", weight="B", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            models.Index(fields=["kind", "sort_name", "uid"], name="entity_kind_sort"),
            models.Index(fields=["sort_name", "uid"], name="entity_sort"),
            models.Index(Collate(Lower("name"), "C"), "uid", name="entity_folded_name"),
            models.Index("kind", Collate(Lower("name"), "C"), "uid", name="entity_kind_folded_name"),
            models.Index(fields=["namespace"], name="entity_namespace"),
            models.Index(fields=["owner_ref"], name="entity_owner"),
            GinIndex(fields=["terms"], name="entity_terms", gin_pending_list_limit=PENDING_KB),
            GinIndex(fields=["search"], name="entity_search", gin_pending_list_limit=PENDING_KB),
            GinIndex(
                OpClass("search_name", name="gin_trgm_ops"),
                name="entity_search_name_trgm",
                gin_pending_list_limit=PENDING_KB,
            ),
        ]

    past_relations: list[tuple[str, str]] | None = None
    """Of an entity as it once was: type and target of the relations it had, as far as the viewer sees."""

    def __str__(self) -> str:
        return self.ref

    @cached_property
    def content(self) -> dict[str, Any]:
        """The document as values, in the order of the file."""
        content: dict[str, Any] = orjson.loads(self.document)
        return content


class Term(models.Model):
    """Chosen keys of an entity, for facets and order: kind, type, lifecycle, owner, tags, namespace, …"""

    pk = models.CompositePrimaryKey("key", "folded", "entity_id")
    entity = models.ForeignKey(
        Entity, on_delete=models.CASCADE, related_name="term_rows", db_constraint=False
    )
    key = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_collation="C")

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class Relation(models.Model):
    """One edge as its descriptor declares it; the inverse is derived on reading. The target may dangle."""

    source = models.ForeignKey(
        Entity, on_delete=models.CASCADE, related_name="relations", db_constraint=False, db_index=False
    )
    type = models.CharField(max_length=63)
    inverse = models.CharField(max_length=63)
    target_ref = models.CharField(max_length=200)
    target_namespace = models.CharField(max_length=63)
    field = models.CharField(
        max_length=100, blank=True, db_default="", help_text="the field that names it: `spec.owner`"
    )
    attributes = models.TextField(null=True, help_text="what is written beside the ref: a JSON object")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "type", "target_ref"], name="relation_unique"),
        ]
        indexes = [models.Index(fields=["target_ref", "inverse"], name="relation_target")]

    def __str__(self) -> str:
        return f"{self.type} {self.target_ref}"


class Problem(models.Model):
    """Something about a descriptor that somebody should mend; it never replaces the last good document."""

    class Level(models.TextChoices):
        ERROR = "error"
        WARNING = "warning"

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="problems")
    ref = models.CharField(max_length=200, blank=True, db_index=True)
    namespace = models.CharField(max_length=63, blank=True, help_text="the ref's")
    level = models.CharField(max_length=10, choices=Level.choices)
    code = models.CharField(max_length=50)
    message = models.TextField()
    path = models.TextField(blank=True)
    line = models.IntegerField(null=True)
    target = models.CharField(max_length=200, blank=True, db_default="", help_text="the ref that is missing")

    class Meta:
        indexes = [
            models.Index(fields=["target"], condition=~models.Q(target=""), name="problem_target"),
        ]

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}: {self.code}: {self.message}"


class Overlay(models.Model):
    """A value that somebody set over what the descriptor says. It belongs to the entity's uid, so that it
    outlives reading, renaming and an absence of the entity."""

    entity_uid = models.UUIDField()
    path = models.TextField(help_text="JSON pointer: /spec/owner")
    value = models.TextField(help_text="JSON; null takes the field out")
    reason = models.TextField()
    author = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity_uid", "path"], name="overlay_entity_path")]

    def __str__(self) -> str:
        return f"{self.path} of {self.entity_uid}"


class SearchRevision(models.Model):
    """Raised whenever a plugin announces that its search documents changed; no row: never yet."""

    name = models.CharField(max_length=200, primary_key=True, help_text="of the search documents")
    revision = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.revision}"


class Favourite(models.Model):
    """An entity that somebody marked to find it again."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites")
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "entity"], name="favourite_unique")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.entity_id}"
