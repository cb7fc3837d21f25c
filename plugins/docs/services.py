"""Keeping the documentation in the database like the documentation in the sources."""

from collections.abc import Iterable
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

from .models import DocSet, Page
from .reading import DocsError, MarkdownPage, docs_reference, read_pages
from .rendering import VERSION, render_page
from .selectors import abandoned_docsets, entities_of_docsets, entities_to_read


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
    files: list[str] = []
    revision = error = ""
    pages: list[MarkdownPage] = []
    try:
        if entity.location is None or path is None:
            raise DocsError("The entity has no source to read documentation from.")
        source = open_source(entity.location)
        try:
            pages = read_pages(source, path, docs_reference(entity))
        finally:
            files, revision = looked_at(source), _revision(source)
    except (DocsError, SourceError) as problem:
        error = str(problem)
    _store(entity, pages, files=files, revision=revision, error=error)


@transaction.atomic
def _store(entity: Entity, pages: list[MarkdownPage], *, files: list[str], revision: str, error: str) -> None:
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
    if not error:
        _store_pages(docset, pages)


def _store_pages(docset: DocSet, pages: list[MarkdownPage]) -> None:
    """Write what is different and nothing else."""
    now = timezone.now()
    paths = {page.path for page in pages}
    docset.pages.exclude(path__in=paths).delete()
    stored = {page.path: page for page in docset.pages.defer("html", "text", "search")}
    for position, page in enumerate(pages):
        known = stored.get(page.path)
        rendered = render_page(page, docset.entity_ref, paths)
        if known is not None and known.hash == rendered.hash:
            if known.position != position:
                Page.objects.filter(pk=known.pk).update(position=position)
            continue
        Page.objects.update_or_create(
            docset=docset,
            path=page.path,
            defaults={
                "position": position,
                "title": rendered.title,
                "html": rendered.html,
                "text": rendered.text,
                "hash": rendered.hash,
                "updated_at": now,
            },
        )
