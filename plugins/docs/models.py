"""What is kept of the documentation of entities: one DocSet for each, its pages, and builds in the storage.

Entities are named by their uid, not by a foreign key: the catalog never waits for a plugin's table.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from .parts import DOCS

EMPTY = models.Value([], output_field=models.JSONField())


class DocSet(models.Model):
    """A part of what is written about an entity, as it was read last: its documentation, the decisions about
    it, or the definition of an API. An error never replaces the last good pages."""

    entity_uid = models.UUIDField()
    part = models.CharField(max_length=20, default=DOCS, db_default=DOCS)
    entity_ref = models.CharField(max_length=200)
    generation = models.BigIntegerField(help_text="the entity's generation that was read")
    files = ArrayField(models.TextField(), default=list, help_text="what was looked at in the source")
    revision = models.CharField(max_length=80, blank=True, help_text="the fingerprint of these files")
    checked_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, help_text="when the pages were read last")
    error = models.TextField(blank=True, help_text="why the documentation could not be read")
    site_name = models.CharField(max_length=300, blank=True, db_default="")
    build = models.CharField(max_length=64, blank=True, db_default="", help_text="the build that is shown")
    built_at = models.DateTimeField(null=True)
    notes = models.JSONField(
        default=list, db_default=EMPTY, help_text="what was left out, and what MkDocs warned of"
    )
    broken = models.JSONField(
        default=list, db_default=EMPTY, help_text="links that lead nowhere: page, target, reason"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entity_uid", "part"], name="docs_docset_entity_part")
        ]

    def __str__(self) -> str:
        return f"documentation of {self.entity_ref}"


class Page(models.Model):
    """One Markdown file, built and cleaned. `path` is relative to the documentation's folder."""

    docset = models.ForeignKey(DocSet, on_delete=models.CASCADE, related_name="pages")
    path = models.CharField(max_length=500)
    position = models.IntegerField(help_text="its place in the navigation, from 0")
    sections = ArrayField(
        models.TextField(), default=list, db_default=[], help_text="what it is under in the navigation"
    )
    title = models.CharField(max_length=300)
    label = models.CharField(
        max_length=40, blank=True, db_default="", help_text="said beside its title: GET, accepted"
    )
    html = models.TextField()
    text = models.TextField(help_text="its words, for search")
    contents = models.JSONField(default=list, db_default=EMPTY, help_text="its headings: id, title, level")
    edit_url = models.TextField(blank=True, db_default="")
    hash = models.CharField(max_length=64, help_text="of everything shown of it")
    updated_at = models.DateTimeField(help_text="when its content changed last")
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("text", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["docset", "path"], name="docs_page_docset_path")
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="docs_page_search"),
            models.Index(fields=["-updated_at"], name="docs_page_updated_at"),
        ]

    def __str__(self) -> str:
        return self.path


class Build(models.Model):
    """Files in the storage: written down before they are written, deleted there before they are here."""

    entity_uid = models.UUIDField()
    name = models.CharField(max_length=64)
    files = models.JSONField(help_text="media types by path")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entity_uid", "name"], name="docs_build_entity_name")
        ]

    def __str__(self) -> str:
        return f"{self.entity_uid}/{self.name}"
