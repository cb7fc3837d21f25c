"""The catalog's selectors as plugins have them: what was not accepted of a plugin's claims is not there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.query import ModelIterable

from catalog import selectors
from catalog.entities.refs import EntityRef
from catalog.kinds import all_kinds
from catalog.models import Entity
from catalog.query import ownership
from catalog.query.entity_query import EntityQuery
from catalog.query.seen import Seen
from catalog.selectors import Related
from portal.accounts.principal import Principal
from portal.extension import uses
from portal.extension.acceptance import accepted_here, allowed, kinds_shown, permit, plugin_at_work
from portal.extension.claims import ClaimRefused, Claims, refusal
from portal.extension.narrowing import may_ask, narrowed, sees_whole

OPEN_COLUMNS = frozenset(
    {"pk", "id", "uid", "ref", "kind", "namespace", "name", "title", "type", "lifecycle", "generation",
     "description", "sort_name", "order_key", "created_at", "updated_at"}
)  # fmt: skip
CLOSED_COLUMNS = {"owner_ref": "spec.owner"}
ASKED = {"owner": "spec.owner", "system": "spec.system", "tags": "metadata.tags"}
"""The fields that parts of a query ask about."""


class _Narrowed(ModelIterable):  # type: ignore[type-arg]
    """Entities with the fields that the plugin at work may read."""

    def __iter__(self) -> Iterator[Entity]:
        claims = accepted_here()
        for entity in super().__iter__():
            yield entity if claims is None or sees_whole(claims) else narrowed(entity, claims)


class ClaimedEntities(QuerySet[Entity]):
    """A queryset whose rows, and whose columns, are what the plugin at work may read."""

    def _values(self, *fields: Any, **expressions: Any) -> Any:
        claims = accepted_here()
        config = plugin_at_work()
        if claims is None or config is None or sees_whole(claims):
            return super()._values(*fields, **expressions)  # type: ignore[misc]
        closed = [str(field) for field in fields if not _is_open(str(field), claims)]
        if closed or not fields:
            raise _refused(config.label, closed[0] if closed else "*")
        return super()._values(*fields, **expressions)  # type: ignore[misc]


def find_entities(query: EntityQuery, *, viewer: Principal) -> QuerySet[Entity]:
    """What the query asks for, of the kinds that were accepted. Raises ClaimRefused where it asks about a
    field that was not."""
    return _claimed(selectors.find_entities(query, viewer=viewer), query)


def entities_of(kind: str, *types: str) -> Callable[[Principal], list[Entity]]:
    """A function that answers the entities of a kind (`Resource`) that a viewer sees, of these types if any
    are named, with their locations: as `find_entities`, for what every page asks. Its SQL is written once."""

    def find(viewer: Principal) -> QuerySet[Entity]:
        found = selectors.find_entities(EntityQuery(type=types), viewer=viewer)
        return found.filter(kind=kind).select_related("location")

    written = Seen(find)
    return lambda viewer: _shown(written(viewer))


def get_entity(ref: str, *, viewer: Principal) -> Entity:
    """The entity with that ref. Raises InvalidRef, NotFound, and ClaimRefused for a kind not accepted."""
    entity = selectors.get_entity(ref, viewer=viewer)
    permit("kinds", entity.kind)
    return _shown([entity])[0]


def get_entities_by_refs(
    refs: Iterable[str], viewer: Principal, *, by_aliases: bool = False
) -> dict[str, Entity]:
    """The entities of those refs by canonical ref; those of kinds not accepted are left out too."""
    found = selectors.get_entities_by_refs(refs, viewer, by_aliases=by_aliases)
    shown = {entity.pk: entity for entity in _shown(list(found.values()))}
    return {ref: shown[entity.pk] for ref, entity in found.items() if entity.pk in shown}


def related_by_entity(
    entities: Sequence[Entity], types: Sequence[str] | None = None, *, viewer: Principal
) -> dict[int, list[Related]]:
    """The relations of many entities; ends of kinds not accepted are absent, and all of them where
    `relations` were not accepted."""
    found = selectors.related_by_entity(entities, types, viewer=viewer)
    claims = accepted_here()
    if claims is None:
        return found
    if not allowed("fields", "relations"):
        return {pk: [] for pk in found}
    ends = {each.entity.pk: each.entity for related in found.values() for each in related if each.entity}
    shown = {entity.pk: entity for entity in _shown(list(ends.values()))}
    return {pk: list(_shown_ends(related, shown, claims)) for pk, related in found.items()}


def owned_by_team(teams: Sequence[Entity], viewer: Principal) -> dict[int, list[Entity]]:
    """What each group owns, of the kinds that were accepted. Raises ClaimRefused without `spec.owner`."""
    permit("fields", "spec.owner")
    return {pk: _shown(owned) for pk, owned in ownership.owned_by_team(teams, viewer).items()}


def owned_uids_by_team(teams: Sequence[Entity], viewer: Principal) -> dict[int, set[UUID]]:
    """The uids of all that each group owns, without loading it; refused in the same way."""
    permit("fields", "spec.owner")
    return ownership.owned_uids_by_team(teams, viewer, kinds_shown)


def edges_to(kind: str, type: str, *, viewer: Principal) -> QuerySet[Any, tuple[str, str]]:
    """For subqueries: the ref of an entity, and that of one of this kind that it has such a relation to.

    No rows where the kind or `relations` were not accepted.
    """
    shown = accepted_here() is None or (allowed("fields", "relations") and bool(kinds_shown([kind])))
    return selectors.edges_to(kind if shown else "", type, viewer=viewer)


def owned_by_viewer(viewer: Principal) -> list[Entity]:
    """What the viewer and the viewer's groups own, of the kinds that were accepted. Raises ClaimRefused
    without `spec.owner`."""
    permit("fields", "spec.owner")
    return _shown(ownership.owned_by_viewer(viewer))


def _claimed(rows: QuerySet[Entity], query: EntityQuery) -> QuerySet[Entity]:
    claims, config = accepted_here(), plugin_at_work()
    if claims is None or config is None:
        return rows
    for part in query.parts():
        for key in _keys(part):
            if not may_ask(claims, key):
                raise _refused(config.label, key)
        for kind in part.kind:
            allowed("kinds", kind)
    if "*" not in claims.kinds:
        rows = rows.filter(
            kind__in=[kind.name for kind in all_kinds().values() if claims.covers("kinds", kind.name)]
        )
    if sees_whole(claims):
        return rows
    made = ClaimedEntities(model=Entity, query=rows.query, using=rows.db)
    made._iterable_class = _Narrowed
    return made


def _keys(query: EntityQuery) -> Iterator[str]:
    """Every key of a document that one part of a query asks about, or is ordered by."""
    yield from ("relations" if each.key.startswith("relations.") else each.key for each in query.where)
    yield from (key for name, key in ASKED.items() if getattr(query, name))
    if query.related:
        yield "relations"
    if query.order and query.order.key:
        yield query.order.key


def _refused(plugin: str, field: str) -> ClaimRefused:
    uses.note(plugin, "fields", field, allowed=False)
    return ClaimRefused(refusal(plugin, "fields", field))


def _is_open(column: str, claims: Claims) -> bool:
    return column in OPEN_COLUMNS or claims.covers("fields", CLOSED_COLUMNS.get(column, "*"))


def _shown(entities: list[Entity]) -> list[Entity]:
    claims = accepted_here()
    if claims is None:
        return entities
    kinds = kinds_shown({entity.kind for entity in entities})
    shown = [entity for entity in entities if entity.kind in kinds]
    return shown if sees_whole(claims) else [narrowed(entity, claims) for entity in shown]


def _shown_ends(related: list[Related], shown: dict[int, Entity], claims: Claims) -> Iterator[Related]:
    for each in related:
        if each.entity is not None and each.entity.pk in shown:
            yield replace(each, entity=shown[each.entity.pk])
        elif each.entity is None and claims.covers("kinds", EntityRef.parse(each.target_ref).kind):
            yield each
