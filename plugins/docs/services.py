"""Keeping the documentation in the database like the documentation in the sources."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.plugin_api import SYSTEM, Principal
from portal.plugin_api.catalog import (
    Entity,
    Source,
    SourceError,
    descriptors_by_entity,
    looked_at,
    open_source,
)

from .images import ImageFile, read_images
from .models import DocSet, Image, Page
from .reading import DocsError, docs_reference, read_folder
from .rendering import VERSION, RenderedPage, render_page
from .selectors import abandoned_docsets, entities_of_docsets, entities_to_read


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is kept of a documentation: its pages by path in order, and the images they show."""

    pages: list[tuple[str, RenderedPage]]
    images: list[ImageFile]


def refresh_changed(*, actor: Principal = SYSTEM) -> int:
    """Read the documentation of entities that changed; forget it where it is no longer asked for.

    Answers how many were read; two statements and no file where nothing changed.
    """
    abandoned = list(abandoned_docsets(viewer=actor).values_list("pk", flat=True))
    if abandoned:
        DocSet.objects.filter(pk__in=abandoned).delete()
    return _refresh(entities_to_read(viewer=actor), actor)


def refresh_due(*, check_every: timedelta, limit: int, actor: Principal = SYSTEM) -> int:
    """Look again at the files of entities whose documentation was not looked at for `check_every`.

    Answers how many were read because something in their source is different.
    """
    due = DocSet.objects.filter(checked_at__lt=timezone.now() - check_every).order_by("checked_at")[:limit]
    docsets = {docset.entity_uid: docset for docset in due}
    entities = entities_of_docsets(docsets.values(), viewer=actor)
    changed = [entity for entity in entities if _has_changed(entity, docsets[entity.uid])]
    DocSet.objects.filter(pk__in=[docset.pk for docset in docsets.values()]).update(checked_at=timezone.now())
    return _refresh(changed, actor)


def _refresh(entities: Iterable[Entity], actor: Principal) -> int:
    changed = list(entities)
    if not changed:
        return 0
    descriptors = descriptors_by_entity(changed, viewer=actor)
    for entity in changed:
        descriptor = descriptors.get(entity.pk)
        _refresh_entity(entity, descriptor.path if descriptor else None)
    return len(changed)


def _has_changed(entity: Entity, docset: DocSet) -> bool:
    if entity.location is None:
        return False
    try:
        return _revision(open_source(entity.location, files=docset.files)) != docset.revision
    except SourceError:
        return not docset.error


def _revision(source: Source) -> str:
    return f"{VERSION}:{source.revision()}"


def _refresh_entity(entity: Entity, path: str | None) -> None:
    try:
        if entity.location is None or path is None:
            raise DocsError("The entity has no source to read documentation from.")
        source = open_source(entity.location)
    except (DocsError, SourceError) as problem:
        _store(entity, None, files=[], revision="", error=str(problem))
        return
    content, error = None, ""
    try:
        content = _read_content(entity, source, path)
    except (DocsError, SourceError) as problem:
        error = str(problem)
    _store(entity, content, files=looked_at(source), revision=_revision(source), error=error)


def _read_content(entity: Entity, source: Source, path: str) -> Content:
    folder = read_folder(source, path, docs_reference(entity))
    pages = [(page.path, render_page(page, entity, folder)) for page in folder.pages]
    shown = sorted({image for _, page in pages for image in page.images})
    return Content(pages, read_images(source, folder, shown))


@transaction.atomic
def _store(entity: Entity, content: Content | None, *, files: list[str], revision: str, error: str) -> None:
    now = timezone.now()
    docset, _ = DocSet.objects.update_or_create(
        entity_uid=entity.uid,
        defaults={
            "entity_ref": entity.ref,
            "generation": entity.generation,
            "files": files,
            "revision": revision,
            "checked_at": now,
            "error": error,
        }
        | ({} if error else {"read_at": now}),
    )
    if content is not None:
        _store_pages(docset, content.pages)
        _store_images(docset, content.images)


def _store_pages(docset: DocSet, pages: list[tuple[str, RenderedPage]]) -> None:
    """Write what is different and nothing else."""
    now = timezone.now()
    docset.pages.exclude(path__in=[path for path, _ in pages]).delete()
    stored = {page.path: page for page in docset.pages.defer("html", "text", "search")}
    for position, (path, page) in enumerate(pages):
        known = stored.get(path)
        if known is not None and known.hash == page.hash:
            if known.position != position:
                Page.objects.filter(pk=known.pk).update(position=position)
            continue
        Page.objects.update_or_create(
            docset=docset,
            path=path,
            defaults={
                "position": position,
                "title": page.title,
                "html": page.html,
                "text": page.text,
                "hash": page.hash,
                "updated_at": now,
            },
        )


def _store_images(docset: DocSet, images: list[ImageFile]) -> None:
    docset.images.exclude(path__in=[image.path for image in images]).delete()
    stored = dict(docset.images.values_list("path", "hash"))
    for image in images:
        if stored.get(image.path) != image.hash:
            Image.objects.update_or_create(
                docset=docset,
                path=image.path,
                defaults={"media_type": image.media_type, "content": image.content, "hash": image.hash},
            )
