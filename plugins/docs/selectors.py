"""Reading the documentation: always for a viewer, always for many entities at once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import Exists, F, OuterRef, QuerySet

from portal.plugin_api import PluginFile, Principal, SearchHit
from portal.plugin_api.catalog import Condition, Entity, EntityQuery, find_entities

from .models import DocSet, Image, Page
from .reading import ANNOTATION
from .rendering import page_href

DOCUMENTED = EntityQuery(where=(Condition(f"metadata.annotations.{ANNOTATION}", exists=True),))


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page without its content."""

    path: str
    title: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Docs:
    """The documentation of an entity; `problem` says why it could not be read lately."""

    pages: tuple[PageEntry, ...]
    problem: str | None


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page with its content, which is safe HTML."""

    path: str
    title: str
    updated_at: datetime
    html: str


def docs_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, Docs]:
    """The documentation of the entities that have some; two statements."""
    id_of = {entity.uid: entity.pk for entity in entities}
    docsets = list(DocSet.objects.filter(entity_uid__in=list(id_of)))
    pages: dict[int, list[PageEntry]] = defaultdict(list)
    rows = Page.objects.filter(docset__in=docsets).order_by("docset", "position")
    for docset_id, path, title, updated_at in rows.values_list("docset_id", "path", "title", "updated_at"):
        pages[docset_id].append(PageEntry(path, title, updated_at))
    return {
        id_of[docset.entity_uid]: Docs(tuple(pages[docset.pk]), docset.error or None) for docset in docsets
    }


def page_by_entity(
    entities: Sequence[Entity], viewer: Principal, path: str | None = None
) -> dict[int, PageContent]:
    """The page with that path, or the first page, of the entities that have one; one statement."""
    id_of = {entity.uid: entity.pk for entity in entities}
    rows = Page.objects.filter(docset__entity_uid__in=list(id_of))
    rows = (
        rows.filter(path=path) if path is not None else rows.order_by("docset", "position").distinct("docset")
    )
    columns = ("docset__entity_uid", "path", "title", "updated_at", "html")
    return {id_of[uid]: PageContent(*values) for uid, *values in rows.values_list(*columns)}


def find_pages(query: str, *, viewer: Principal, limit: int) -> list[SearchHit]:
    """The best pages for some words (the last one may be a beginning), of entities the viewer may read."""
    words = re.findall(r"\w+", query)[:20]
    if not words:
        return []
    search = _search_query(words)
    rows = (
        _readable(viewer)
        .filter(search=search)
        .select_related("docset")
        .annotate(rank=SearchRank(F("search"), search, normalization=32), snippet=_snippet(search))
        .defer("html", "text", "search")
        .order_by("-rank", "pk")[:limit]
    )
    return [_hit(row) for row in rows]


def get_image(*, viewer: Principal, uid: UUID, path: str) -> PluginFile | None:
    """A picture of an entity's documentation, where the viewer may read the entity."""
    if not find_entities(EntityQuery(), viewer=viewer).filter(uid=uid).exists():
        return None
    image = Image.objects.filter(docset__entity_uid=uid, path=path).first()
    return PluginFile(bytes(image.content), image.media_type) if image else None


def recent_pages(*, viewer: Principal, limit: int) -> list[tuple[str, Page]]:
    """The page that changed last of each entity, newest first, with the entity's ref."""
    newest = _readable(viewer).order_by("docset", "-updated_at", "position").distinct("docset")
    rows = Page.objects.filter(pk__in=newest.values("pk")).select_related("docset")
    rows = rows.defer("html", "text", "search").order_by("-updated_at", "pk")
    return [(row.docset.entity_ref, row) for row in rows[:limit]]


def entities_to_read(*, viewer: Principal) -> list[Entity]:
    """Entities with documentation that changed since it was read, or that were never read."""
    read = DocSet.objects.filter(entity_uid=OuterRef("uid"), generation=OuterRef("generation"))
    found = find_entities(DOCUMENTED, viewer=viewer).filter(~Exists(read))
    return list(found.select_related("location"))


def entities_of_docsets(docsets: Iterable[DocSet], *, viewer: Principal) -> list[Entity]:
    """The entities of these docsets, with their locations."""
    uids = [docset.entity_uid for docset in docsets]
    if not uids:
        return []
    return list(find_entities(DOCUMENTED, viewer=viewer).filter(uid__in=uids).select_related("location"))


def abandoned_docsets(*, viewer: Principal) -> QuerySet[DocSet]:
    """Documentation whose entity is gone, or does not ask for it any more."""
    asking = find_entities(DOCUMENTED, viewer=viewer).order_by().filter(uid=OuterRef("entity_uid"))
    return DocSet.objects.filter(~Exists(asking))


def _readable(viewer: Principal) -> QuerySet[Page]:
    visible = find_entities(EntityQuery(), viewer=viewer).order_by()
    return Page.objects.filter(docset__entity_uid__in=visible.values("uid"))


def _search_query(words: list[str]) -> SearchQuery:
    """All the words in any of their forms; the last one also as it stands, as a beginning."""
    whole = SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="english")
    begun = SearchQuery(f"{words[-1]}:*", search_type="raw", config="simple")
    if words[:-1]:
        begun = SearchQuery(" & ".join(words[:-1]), search_type="raw", config="english") & begun
    return whole | begun


def _snippet(search: SearchQuery) -> SearchHeadline:
    return SearchHeadline(
        "text", search, config="english", start_sel="", stop_sel="", max_words=30, min_words=12
    )


def _hit(page: Any) -> SearchHit:
    return SearchHit(
        title=f"{page.title} · {page.docset.entity_ref.rpartition('/')[2]}",
        text=page.snippet,
        href=page_href(page.docset.entity_ref, page.path),
        rank=float(page.rank),
        ref=page.docset.entity_ref,
    )
