"""Reading the documentation: always for a viewer, always for many entities at once."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from portal.plugin_api import PluginFile, Principal, SearchHit
from portal.plugin_api.catalog import (
    Entity,
    EntityQuery,
    find_entities,
    get_entities_by_refs,
)
from portal.plugin_api.prepared import Parameter, Prepared

from .models import Build, DocSet, Page
from .parts import ASKING, DECISIONS, DOCS, TABS
from .references import described_by
from .rendering import page_href
from .storing import read_file

PIECE = 500
"""Entities whose documents are loaded at a time."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page without its content; `sections` is what it is under in the navigation."""

    path: str
    title: str
    sections: tuple[str, ...]
    updated_at: datetime
    label: str = ""


@dataclass(frozen=True, slots=True)
class Docs:
    """The documentation of an entity; `problem` says why it could not be read lately."""

    site_name: str
    built_at: datetime | None
    pages: tuple[PageEntry, ...]
    problem: str | None
    notes: tuple[str, ...]
    broken_links: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page with its content, which is safe HTML; `contents` are its headings."""

    path: str
    title: str
    updated_at: datetime
    html: str
    contents: tuple[dict[str, Any], ...]
    edit_url: str | None


ENTRIES = ArraySubquery(
    Page.objects.filter(docset=OuterRef("pk"))
    .order_by("position")
    .values(entry=JSONObject(**{name: name for name in ("path", "title", "sections", "updated_at", "label")}))
)
"""The pages of a DocSet without their content."""
UIDS, PART = Parameter("uids", "uuid[]"), Parameter("part", "text")
DOCSETS = Prepared(lambda: DocSet.objects.filter(entity_uid__among=UIDS, part=PART).annotate(entries=ENTRIES))
FIRST_PAGES = Prepared(lambda: _contents().order_by("docset", "position").distinct("docset"))
PAGES = Prepared(lambda: _contents().filter(path=Parameter("path", "text")))
FITTING = Prepared(
    lambda: Page.objects.filter(
        search=SearchQuery(Parameter("words", "text"), search_type="raw", config="english")
        | SearchQuery(Parameter("last", "text"), search_type="raw", config="simple")
    ).values_list("pk")[:1]
)
"""Whether any page may fit, before it is asked who may read it and how well it fits."""


def _contents() -> QuerySet[Page, Any]:
    rows = Page.objects.filter(docset__entity_uid__among=UIDS, docset__part=PART)
    return rows.values_list(
        "docset__entity_uid", "path", "title", "updated_at", "html", "contents", "edit_url"
    )


def docs_by_entity(entities: Sequence[Entity], viewer: Principal, part: str = DOCS) -> dict[int, Docs]:
    """The documentation of the entities that have some, or are described by another's; one statement."""
    shown = _shown(entities, viewer, part)
    docsets = {docset.entity_uid: docset for docset in DOCSETS(uids=list(shown.values()), part=part)}
    return {pk: _docs(docsets[uid]) for pk, uid in shown.items() if uid in docsets}


def _docs(docset: DocSet) -> Docs:
    pages = tuple(_entry(**entry) for entry in docset.entries)  # type: ignore[attr-defined]  # annotated
    broken = tuple(dict(zip(("page", "target", "reason"), row, strict=True)) for row in docset.broken)
    return Docs(docset.site_name, docset.built_at, pages, docset.error or None, tuple(docset.notes), broken)


def _entry(path: str, title: str, sections: list[str], updated_at: str, label: str) -> PageEntry:
    return PageEntry(path, title, tuple(sections), datetime.fromisoformat(updated_at), label)


def page_by_entity(
    entities: Sequence[Entity], viewer: Principal, path: str | None = None, part: str = DOCS
) -> dict[int, PageContent]:
    """The page with that path, or the first page, of the entities that have one; one statement."""
    shown = _shown(entities, viewer, part)
    asked = {"uids": list(shown.values()), "part": part}
    rows = FIRST_PAGES(**asked) if path is None else PAGES(**asked, path=path)
    found = {
        uid: PageContent(path, title, updated_at, html, tuple(contents), edit_url or None)
        for uid, path, title, updated_at, html, contents, edit_url in rows
    }
    return {pk: found[uid] for pk, uid in shown.items() if uid in found}


def _shown(entities: Sequence[Entity], viewer: Principal, part: str) -> dict[int, UUID]:
    """Whose documentation each entity shows: its own, or with `techdocs-entity` another's that is visible."""
    others = {entity.pk: ref for entity in entities if part == DOCS and (ref := described_by(entity))}
    found = get_entities_by_refs(others.values(), viewer) if others else {}
    shown = {entity.pk: entity.uid for entity in entities if entity.pk not in others}
    return shown | {pk: found[ref].uid for pk, ref in others.items() if ref in found}


def find_pages(
    query: str, *, viewer: Principal, limit: int, of: Entity | None = None, part: str = DOCS
) -> list[SearchHit]:
    """The best pages for some words (the last one may be a beginning), of entities the viewer may read, or of
    a part of what one of them shows."""
    words = re.findall(r"\w+", query)[:20]
    if not words or not FITTING(words=_all_begin(words), last=f"{words[-1]}:*"):
        return []
    search = _search_query(words)
    readable = _readable(viewer)
    if of is not None:
        shown = _shown([of], viewer, part).values()
        readable = readable.filter(docset__entity_uid__in=shown, docset__part=part)
    rows = (
        readable.filter(search=search)
        .select_related("docset")
        .annotate(rank=SearchRank(F("search"), search, normalization=32), snippet=_snippet(search))
        .defer("html", "text", "search")
        .order_by("-rank", "pk")[:limit]
    )
    return [_hit(row, row.title if of else _title_of_hit(row)) for row in rows]


def get_file(*, viewer: Principal, uid: UUID, path: str) -> PluginFile | None:
    """A file beside the pages of an entity's documentation, where the viewer may read the entity."""
    if not find_entities(EntityQuery(), viewer=viewer).filter(uid=uid).exists():
        return None
    return site_file(uid, path)


def get_decision_file(*, viewer: Principal, uid: UUID, path: str) -> PluginFile | None:
    """A file beside the decisions about an entity, where the viewer may read the entity."""
    if not find_entities(EntityQuery(), viewer=viewer).filter(uid=uid).exists():
        return None
    return site_file(uid, path, DECISIONS)


def site_file(uid: UUID, path: str, part: str = DOCS) -> PluginFile | None:
    """A file of the build that is shown; whether it may be shown is decided before."""
    shown = DocSet.objects.filter(entity_uid=OuterRef("entity_uid"), part=part, build=OuterRef("name"))
    build = Build.objects.filter(Exists(shown), entity_uid=uid).first()
    media_type = build.files.get(path) if build else None
    content = read_file(uid, build.name, path) if build and media_type else None
    return None if content is None else PluginFile(content, str(media_type))


def abandoned_builds(*, before: datetime) -> QuerySet[Build]:
    """Builds that were begun before that time and are not shown."""
    shown = DocSet.objects.filter(entity_uid=OuterRef("entity_uid"), build=OuterRef("name"))
    return Build.objects.filter(~Exists(shown), created_at__lt=before)


def recent_pages(*, viewer: Principal, limit: int) -> list[tuple[str, Page]]:
    """The page that changed last of each entity, newest first, with the entity's ref."""
    newest = (
        _readable(viewer)
        .filter(docset__part=DOCS)
        .order_by("docset", "-updated_at", "position")
        .distinct("docset")
    )
    rows = Page.objects.filter(pk__in=newest.values("pk")).select_related("docset")
    rows = rows.defer("html", "text", "search").order_by("-updated_at", "pk")
    return [(row.docset.entity_ref, row) for row in rows[:limit]]


def entities_to_read(part: str, *, since: int = -1, viewer: Principal) -> Iterator[list[Entity]]:
    """Entities with that part which changed since it was read, or that were never read, with their locations,
    a piece at a time; of generations after `since` only.

    What asks is found by an index and held against what was read here: a join of the two is planned by
    statistics that are wrong while the first thousands are read, and takes longer with the square of them.
    """
    asking = find_entities(ASKING[part], viewer=viewer).order_by()
    found = list(asking.filter(generation__gt=since).values_list("pk", "uid", "generation"))
    for start in range(0, len(found), PIECE):
        piece = found[start : start + PIECE]
        docsets = DocSet.objects.filter(entity_uid__in=[uid for _, uid, _ in piece], part=part)
        read = dict(docsets.values_list("entity_uid", "generation"))
        changed = [pk for pk, uid, generation in piece if read.get(uid) != generation]
        if changed:
            yield _with_locations(asking.filter(pk__in=changed))


def entities_of_docsets(docsets: Iterable[DocSet], part: str, *, viewer: Principal) -> list[Entity]:
    """The entities of these docsets, with their locations."""
    uids = [docset.entity_uid for docset in docsets]
    if not uids:
        return []
    return _with_locations(find_entities(ASKING[part], viewer=viewer).order_by().filter(uid__in=uids))


def _with_locations(entities: QuerySet[Entity]) -> list[Entity]:
    """Each location once: it names every file of its source, and thousands of entities are of one."""
    return list(entities.prefetch_related("location"))


def abandoned_docsets(part: str, *, viewer: Principal) -> QuerySet[DocSet]:
    """Documentation whose entity is gone, or does not ask for it any more."""
    asking = find_entities(ASKING[part], viewer=viewer).order_by().filter(uid=OuterRef("entity_uid"))
    return DocSet.objects.filter(~Exists(asking), part=part)


def _readable(viewer: Principal) -> QuerySet[Page]:
    visible = find_entities(EntityQuery(), viewer=viewer).order_by()
    return Page.objects.filter(docset__entity_uid__in=visible.values("uid"))


def _search_query(words: list[str]) -> SearchQuery:
    """All the words in any of their forms; the last one also as it stands, as a beginning."""
    whole = SearchQuery(_all_begin(words), search_type="raw", config="english")
    begun = SearchQuery(f"{words[-1]}:*", search_type="raw", config="simple")
    if words[:-1]:
        begun = SearchQuery(" & ".join(words[:-1]), search_type="raw", config="english") & begun
    return whole | begun


def _all_begin(words: list[str]) -> str:
    return " & ".join(f"{word}:*" for word in words)


def _snippet(search: SearchQuery) -> SearchHeadline:
    return SearchHeadline(
        "text", search, config="english", start_sel="", stop_sel="", max_words=30, min_words=12
    )


def _title_of_hit(page: Any) -> str:
    return f"{page.title} · {page.docset.entity_ref.rpartition('/')[2]}"


def _hit(page: Any, title: str) -> SearchHit:
    return SearchHit(
        title=title,
        text=page.snippet,
        href=page_href(page.docset.entity_ref, page.path, tab=TABS[page.docset.part]),
        rank=float(page.rank),
        ref=page.docset.entity_ref,
    )
