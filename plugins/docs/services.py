"""Keeping the documentation in the portal like the documentation in the sources."""

import logging
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.plugin_api import SYSTEM, ClaimRefused, Principal, settings_of
from portal.plugin_api.catalog import (
    Entity,
    SourceError,
    changed_at,
    descriptors_by_entity,
    documents_changed,
    page_annotations,
)

from .apps import DocsSettings
from .building.running import MODULE as BUILDING
from .building.running import BuiltSite, LimitedProcesses, Limits, build_site
from .decisions import export_decisions, list_of_decisions, standing_of
from .definitions.reading import MODULE as READING
from .definitions.reading import fingerprint, kind_of, read_definition
from .errors import DocsError
from .exporting import Export, export_docs
from .models import Build, DocSet
from .parts import ANNOTATIONS, ASKING, DECISIONS, DEFINITION, DOCS
from .publishing import Made, MadePage, Publisher, keep_error, keep_unchanged
from .references import References, Tree, annotation
from .rendering import VERSION, Site, portal_html, site_of, title_of, words_of
from .selectors import abandoned_builds, abandoned_docsets, entities_of_docsets, entities_to_read
from .static_site import static_files
from .storing import delete_site

logger = logging.getLogger(__name__)

Asked = tuple[str, str]
"""A descriptor's address and what it says of its documentation."""

Refused = tuple[str, list[str], str]
"""Why there is no documentation, the files looked at, and the revision of the source."""

MIB = 1024 * 1024
KEPT = timedelta(minutes=10)
"""How long a build stays that another has replaced: pages that are open still show its pictures."""


class Pace:
    """Ends a round of reading in good time: what is left is found again in the next."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.end


@dataclass(frozen=True, slots=True)
class Round:
    """What a round works with; `refused` is what it met: thousands of entities of one file are tried once."""

    processes: LimitedProcesses
    publisher: Publisher
    refused: dict[Asked, Refused] = field(default_factory=dict)


def refresh_changed(*, since: int = -1, actor: Principal = SYSTEM, pace: Pace | None = None) -> int:
    """Read what is written about entities that changed; forget it where it is no longer asked for.

    Everything up to the generation `since` was read. Answers how many were read; a few statements and no file
    where nothing changed. A part that the plugin may not ask for is left as it is.
    """
    count = 0
    for part in ASKING:
        try:
            _forget_abandoned(part, actor)
            count += _refresh(part, entities_to_read(part, since=since, viewer=actor), actor, pace)
        except ClaimRefused as refused:
            logger.info("plugin=docs nothing is read of %s: %s", part, refused)
    return count


def _forget_abandoned(part: str, actor: Principal) -> None:
    abandoned = list(abandoned_docsets(part, viewer=actor).values_list("pk", flat=True))
    if abandoned:
        with transaction.atomic():
            DocSet.objects.filter(pk__in=abandoned).delete()
            documents_changed("docs")


def refresh_due(
    *, check_every: timedelta, limit: int, actor: Principal = SYSTEM, pace: Pace | None = None
) -> int:
    """Look again at the files of entities whose documentation was not looked at for `check_every`.

    Answers how many were read because something in their source is different.
    """
    before = timezone.now() - check_every
    count = 0
    for part in ANNOTATIONS:
        try:
            count += _refresh_due(part, before, limit, actor, pace)
        except ClaimRefused as refused:
            logger.info("plugin=docs nothing is looked at again of %s: %s", part, refused)
    return count


def _refresh_due(part: str, before: datetime, limit: int, actor: Principal, pace: Pace | None) -> int:
    due = DocSet.objects.filter(part=part, checked_at__lt=before).order_by("checked_at")[:limit]
    docsets = {docset.entity_uid: docset for docset in due}
    entities = entities_of_docsets(docsets.values(), part, viewer=actor)
    paths = descriptors_by_entity(entities, viewer=actor)
    known: dict[str, str] = {}
    changed = [
        entity
        for entity in entities
        if entity.pk in paths and _has_changed(entity, paths[entity.pk].path, docsets[entity.uid], known)
    ]
    DocSet.objects.filter(pk__in=[docset.pk for docset in docsets.values()]).update(checked_at=timezone.now())
    return _refresh(part, [changed] if changed else [], actor, pace)


def delete_abandoned_builds() -> int:
    """Delete builds from the storage that are not shown any more; how many."""
    builds = list(abandoned_builds(before=timezone.now() - KEPT))
    for build in builds:
        delete_site(build.entity_uid, build.name, build.files)
        build.delete()
    return len(builds)


def _refresh(part: str, pieces: Iterable[list[Entity]], actor: Principal, pace: Pace | None) -> int:
    """Read these entities, a piece at a time; how many it came to before its time was over."""
    count = 0
    with ExitStack() as stack:
        now = None
        for entities in pieces:
            now = now or _begun(part, stack)
            descriptors = {} if part == DEFINITION else descriptors_by_entity(entities, viewer=actor)
            for entity in entities:
                if pace and pace.is_over:
                    return count
                count += 1
                if part == DEFINITION:
                    _refresh_definition(entity, now)
                    continue
                descriptor = descriptors.get(entity.pk)
                _refresh_entity(entity, part, descriptor.path if descriptor else None, now)
    return count


def _begun(part: str, stack: ExitStack) -> Round:
    processes = LimitedProcesses(READING if part == DEFINITION else BUILDING)
    return Round(stack.enter_context(processes), stack.enter_context(Publisher()))


def _refresh_definition(entity: Entity, now: Round) -> None:
    """What a definition says is in the entity itself: it is read again where the text is another one."""
    text = fingerprint(entity)
    is_read = DocSet.objects.filter(entity_uid=entity.uid, part=DEFINITION, revision=text, error="").exists()
    if is_read or not kind_of(entity):
        keep_unchanged(entity, DEFINITION, files=[], revision=text)
        return
    try:
        made = read_definition(entity, _limits(), now.processes)
        now.publisher.keep_made(entity, DEFINITION, made, files=[], revision=text)
    except DocsError as problem:
        keep_error(entity, DEFINITION, str(problem), revision=text)


def _has_changed(entity: Entity, path: str, docset: DocSet, known: dict[str, str]) -> bool:
    references = References(entity, path, docset.files)
    try:
        references.open(ANNOTATIONS[docset.part])
        return _revision(references, known) != docset.revision
    except (DocsError, SourceError):
        return not docset.error


def _revision(references: References, known: dict[str, str] | None = None) -> str:
    return f"{VERSION}:{references.revision(known)}"


def _revision_or_none(references: References) -> str:
    """ "" where the source itself cannot be had: it is different as soon as it can."""
    try:
        return _revision(references)
    except SourceError:
        return ""


def _refresh_entity(entity: Entity, part: str, path: str | None, now: Round) -> None:
    if path is None:
        keep_error(entity, part, "The entity has no source to read documentation from.")
        return
    asked = (path, annotation(entity, ANNOTATIONS[part]))
    if asked in now.refused:
        message, files, revision = now.refused[asked]
        keep_error(entity, part, message, files=files, revision=revision)
        return
    references = References(entity, path)
    try:
        tree = references.open(ANNOTATIONS[part])
        export = export_docs(tree) if part == DOCS else export_decisions(tree)
        _build(entity, part, export, references, now)
    except (DocsError, SourceError) as problem:
        message, files, revision = str(problem), references.looked_at(), _revision_or_none(references)
        keep_error(entity, part, message, files=files, revision=revision)
        if "://" in path:
            now.refused[asked] = (message, files, revision)


def _build(entity: Entity, part: str, export: Export, references: References, now: Round) -> None:
    """Build what is not built already. Raises DocsError."""
    files, revision = references.looked_at(), _revision(references)
    build = export.fingerprint(f"{VERSION} {entity.ref} {entity.uid} {part}")
    if DocSet.objects.filter(entity_uid=entity.uid, part=part, build=build).exists():
        keep_unchanged(entity, part, files=files, revision=revision)
        return
    built = build_site(export, entity.title or entity.name, _limits(), now.processes)
    make = _made if part == DOCS else _made_decisions
    made = _dated(make(entity, export, built, build, references), export, references.trees[0])
    Build.objects.get_or_create(entity_uid=entity.uid, name=build, defaults={"files": made.media_types})
    now.publisher.keep_made(entity, part, made, files=files, revision=revision)


def _dated(made: Made, export: Export, tree: Tree) -> Made:
    """With when each page changed, where the source is a repository with its history, and with its commit's
    date where it is one without."""
    try:
        dates = changed_at(tree.source, export.folder)
    except SourceError as problem:
        logger.info("plugin=docs when its pages changed is not known: %s", problem)
        return made
    at = {page.path: dates.get(f"{export.folder}/{page.path}".strip("/")) for page in made.pages}
    pages = [replace(page, changed_at=at[page.path]) for page in made.pages]
    return replace(made, pages=pages, committed_at=dates.get(""))


def _limits() -> Limits:
    options = settings_of(DocsSettings)
    return Limits(options.build_cpu_seconds, options.build_seconds, options.build_memory_mib * MIB)


def _made(entity: Entity, export: Export, built: BuiltSite, build: str, references: References) -> Made:
    site = site_of(built, export.assets, entity.uid, entity.ref)
    name = str(export.config.get("site_name") or entity.title or entity.name)
    pages = [_page(site, page.path, export, references) for page in built.pages]
    at = int(timezone.now().timestamp() * 1000)
    return Made(
        build,
        name,
        pages,
        static_files(site, built, export, name=name, build=build, at=at),
        [*export.notes, *built.notes, *_isolation(built)],
        [[broken.page, broken.target, broken.reason] for broken in site.broken],
    )


def _made_decisions(
    entity: Entity, export: Export, built: BuiltSite, build: str, references: References
) -> Made:
    """The list of all decisions, then each; their pictures are all that is stored as files."""
    site = site_of(built, export.assets, entity.uid, entity.ref, DECISIONS)
    standings = {path: standing_of(text.decode()) for path, text in export.pages.items()}
    pages = [
        replace(_page(site, page.path, export, references), sections=(), label=standings[page.path].status)
        for page in built.pages
    ]
    first = list_of_decisions(entity.ref, pages, standings)
    return Made(build, "Decisions", [first, *pages], dict(export.assets), list(export.notes), [])


def _isolation(built: BuiltSite) -> list[str]:
    reason = built.not_isolated
    return [f"It was built without a network namespace: {reason}."] if reason else []


def _page(site: Site, path: str, export: Export, references: References) -> MadePage:
    page = site.by_path[path]
    html = portal_html(site, page)
    edit_url = page.edit_url
    if not edit_url:
        address = references.trees[0].source.address(f"{export.folder}/{path}".strip("/"))
        edit_url = page_annotations(address).get("backstage.io/edit-url", "")
    contents = [entry for entry in page.contents if entry["level"] > 1]
    return MadePage(path, title_of(page), html, words_of(html), contents, edit_url, page.sections)
