"""What is kept of the documentation of entities: one DocSet for each, with its pages.

Entities are named by their uid, not by a foreign key: the catalog never waits for a plugin's table.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models


class DocSet(models.Model):
    """The documentation of one entity as it was read last; an error never replaces the last good pages."""

    entity_uid = models.UUIDField(unique=True)
    entity_ref = models.CharField(max_length=200)
    generation = models.BigIntegerField(help_text="the entity's generation that was read")
    files = ArrayField(models.TextField(), default=list, help_text="what was looked at in the source")
    revision = models.CharField(max_length=80, blank=True, help_text="the fingerprint of these files")
    checked_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, help_text="when the pages were read last")
    error = models.TextField(blank=True, help_text="why the documentation could not be read")

    def __str__(self) -> str:
        return f"documentation of {self.entity_ref}"


class Page(models.Model):
    """One Markdown file, rendered and cleaned. `path` is relative to the documentation's folder."""

    docset = models.ForeignKey(DocSet, on_delete=models.CASCADE, related_name="pages")
    path = models.CharField(max_length=500)
    position = models.IntegerField(help_text="its place in the navigation, from 0")
    title = models.CharField(max_length=300)
    html = models.TextField()
    text = models.TextField(help_text="its words, for search")
    hash = models.CharField(max_length=64, help_text="of title and HTML")
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


class Image(models.Model):
    """A picture that a page shows. Its type is what its first bytes say, whatever it is called."""

    docset = models.ForeignKey(DocSet, on_delete=models.CASCADE, related_name="images")
    path = models.CharField(max_length=500)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["docset", "path"], name="docs_image_docset_path")
        ]

    def __str__(self) -> str:
        return self.path
