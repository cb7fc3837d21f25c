"""Writes what was made of documentations: files to the storage, then one transaction that shows several."""

import hashlib
import json
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.plugin_api.catalog import Entity, documents_changed

from .media import media_type_of
from .models import DocSet, Page
from .storing import write_site

EVERY = 10.0
"""Seconds between two announcements while much is made: after each a search is answered anew."""

MOST = 8 * 1024 * 1024
MOST_AT_ONCE = 1000
"""Characters, and documentations, that wait at most."""

SITE_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class MadePage:
    """What is kept of a page; `changed_at` where its source says when that was."""

    path: str
    title: str
    html: str
    text: str
    contents: list[dict[str, Any]]
    edit_url: str
    sections: tuple[str, ...]
    label: str = ""
    changed_at: datetime | None = None

    @property
    def hash(self) -> str:
        shown = [self.title, self.html, self.contents, self.edit_url, list(self.sections), self.label]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """A documentation, ready to be shown. `files` are those of its static site, `committed_at` is when the
    commit was made that it was read at."""

    build: str
    name: str
    pages: list[MadePage]
    files: dict[str, bytes]
    notes: list[str]
    broken: list[list[str]]
    committed_at: datetime | None = None

    @property
    def media_types(self) -> dict[str, str]:
        return {path: _media_type(path, content) for path, content in self.files.items()}


def _media_type(path: str, content: bytes) -> str:
    ending = path.rpartition(".")[2]
    return SITE_TYPES.get(ending) or media_type_of(path, content) or "application/octet-stream"


def keep_error(
    entity: Entity, part: str, error: str, *, files: list[str] | None = None, revision: str = ""
) -> None:
    """Say why it could not be read; the last good pages stay."""
    _keep(entity, part, {"files": files or [], "revision": revision, "error": error})


def keep_unchanged(entity: Entity, part: str, *, files: list[str], revision: str) -> None:
    """The source is another one, the documentation is the same."""
    _keep(
        entity,
        part,
        {"files": files, "revision": revision, "error": "", "read_at": timezone.now()},
    )


class Publisher:
    """Shows what a round makes, several at once and announced once.

    Each announcement empties what all processes remember of searches, so thousands of small documents are not
    announced one by one. What waits is shown after `EVERY` seconds, when there is much of it, and when the
    round ends; until then readers and the search have the former.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Entity, str, Made, list[str], str]] = []
        self._size = 0
        self._shown = time.monotonic()

    def __enter__(self) -> "Publisher":
        return self

    def __exit__(self, *_: object) -> None:
        self._show()

    def keep_made(self, entity: Entity, part: str, made: Made, *, files: list[str], revision: str) -> None:
        write_site(entity.uid, made.build, made.files)
        self._waiting.append((entity, part, replace(made, files={}), files, revision))
        self._size += sum(len(page.html) + len(page.text) for page in made.pages)
        if time.monotonic() - self._shown >= EVERY or self._size > MOST or len(self._waiting) >= MOST_AT_ONCE:
            self._show()

    def _show(self) -> None:
        waiting, self._waiting, self._size = self._waiting, [], 0
        if waiting:
            with transaction.atomic():
                for entity, part, made, files, revision in waiting:
                    _keep_made(entity, part, made, files, revision)
                documents_changed("docs")
        self._shown = time.monotonic()


def _keep_made(entity: Entity, part: str, made: Made, files: list[str], revision: str) -> None:
    now = timezone.now()
    docset = _keep(
        entity,
        part,
        {
            "files": files,
            "revision": revision,
            "error": "",
            "read_at": now,
            "site_name": made.name[:300],
            "build": made.build,
            "built_at": now,
            "notes": made.notes[:200],
            "broken": made.broken,
        },
    )
    _keep_pages(docset, made.pages, made.committed_at or now)


@transaction.atomic(savepoint=False)
def _keep(entity: Entity, part: str, values: dict[str, Any]) -> DocSet:
    now = timezone.now()
    renamed = DocSet.objects.filter(entity_uid=entity.uid, part=part).exclude(entity_ref=entity.ref)
    if renamed.exists():
        documents_changed("docs")
    docset, _ = DocSet.objects.update_or_create(
        entity_uid=entity.uid,
        part=part,
        defaults={
            "entity_ref": entity.ref,
            "generation": entity.generation,
            "checked_at": now,
            **values,
        },
    )
    return docset


def _keep_pages(docset: DocSet, pages: list[MadePage], at: datetime) -> None:
    """Write what is different and nothing else. A page changed when its source says so, else `at`."""
    docset.pages.exclude(path__in=[page.path for page in pages]).delete()
    stored = {page.path: page for page in docset.pages.only("path", "position", "hash", "updated_at")}
    for position, page in enumerate(pages):
        known = stored.get(page.path)
        if known is not None and known.hash == page.hash:
            kept = (position, page.changed_at or known.updated_at)
            if kept != (known.position, known.updated_at):
                Page.objects.filter(pk=known.pk).update(position=kept[0], updated_at=kept[1])
            continue
        Page.objects.update_or_create(
            docset=docset,
            path=page.path,
            defaults={
                "position": position,
                "sections": list(page.sections),
                "title": page.title,
                "label": page.label,
                "html": page.html,
                "text": page.text,
                "contents": page.contents,
                "edit_url": page.edit_url,
                "hash": page.hash,
                "updated_at": page.changed_at or at,
            },
        )
