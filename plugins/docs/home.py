"""The home of all documentation: looked for, lately changed, and whose there is."""

from collections.abc import Iterator, Mapping

from portal.plugin_api import (
    Block,
    Empty,
    Link,
    Links,
    Moment,
    Page,
    PagePanel,
    Parameter,
    Principal,
    Table,
    Timeline,
)
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities, get_entities_by_refs

from .models import DocSet
from .parts import DOCS
from .rendering import page_href
from .rows import docs_row
from .selectors import docs_by_entity, find_pages, recent_pages

FOUND, NEWEST, LISTED, OWNERS = 30, 12, 1000, 500
Given = Mapping[str, str]


def owner_choices(viewer: Principal) -> list[tuple[str, str]]:
    """Everybody, then those who own something with documentation."""
    documented = find_entities(EntityQuery(), viewer=viewer).order_by()
    documented = documented.filter(uid__in=DocSet.objects.filter(part=DOCS).values("entity_uid")).exclude(
        owner_ref=""
    )
    refs = sorted(set(documented.values_list("owner_ref", flat=True)))[:OWNERS]
    owners = get_entities_by_refs(refs, viewer)
    return [("", "Everybody"), *((ref, _title(owner)) for ref, owner in owners.items() if owner)]


class FoundPanel(PagePanel):
    """The pages with what is looked for."""

    title = "Found"
    wide = True

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        if not given["words"].strip():
            return
        hits = find_pages(given["words"], viewer=viewer, limit=FOUND)
        if hits:
            yield Table(
                ("Page", "Where it says so"), tuple((Link(hit.href, hit.title), hit.text) for hit in hits)
            )
        else:
            yield Empty("Nothing found", "No page that you may read has all of these words.")


class AllPanel(PagePanel):
    """Everything that has documentation, by name."""

    title = "All documentation"
    wide = True

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        query = EntityQuery(owner=(given["owner"],)) if given["owner"] else EntityQuery()
        found = find_entities(query, viewer=viewer).filter(
            uid__in=DocSet.objects.filter(part=DOCS).values("entity_uid")
        )
        entities = list(found[:LISTED])
        docs = docs_by_entity(entities, viewer)
        owners = get_entities_by_refs({each.owner_ref for each in entities if each.owner_ref}, viewer)
        rows = []
        for entity in entities:
            known = docs.get(entity.pk)
            if known is None:
                continue
            owner = owners.get(entity.owner_ref)
            row = docs_row(entity, known)
            rows.append(
                (row.link, entity.kind, _title(owner) if owner else "", row.pages, row.changed, row.state)
            )
        if rows:
            yield Table(("What", "Kind", "Owner", "Pages", "Changed", "State"), tuple(rows))
        else:
            yield Empty("No documentation", "An entity with backstage.io/techdocs-ref has some.")


class NewestPanel(PagePanel):
    """What changed last."""

    title = "Lately changed"

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        pages = recent_pages(viewer=viewer, limit=NEWEST)
        if pages:
            yield Timeline(
                tuple(
                    Moment(page.updated_at, page.title, detail=_name(ref), url=page_href(ref, page.path))
                    for ref, page in pages
                )
            )


class OwnersPanel(PagePanel):
    """Whose documentation there is."""

    title = "By owner"

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        owners = owner_choices(viewer)[1:]
        if owners:
            yield Links(tuple(Link(f"/pages/docs?owner={ref}", name) for ref, name in owners))


class DocsPage(Page):
    title = "Documentation"
    name = "docs"
    icon = "book-open"
    description = "Everything that is written down about what you may see."
    parameters = (Parameter("words", "Words"), Parameter("owner", "Owner", owner_choices))
    panels = (FoundPanel, AllPanel, NewestPanel, OwnersPanel)


def _title(owner: Entity) -> str:
    """People and groups have a name of their own in their profile."""
    profile = (owner.content.get("spec") or {}).get("profile") or {}
    return owner.title or str(profile.get("displayName") or owner.name)


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]
