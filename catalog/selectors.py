"""Reading the catalog: every selector takes the viewer and shows nothing the viewer may not know of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from catalog.entities.refs import EntityRef, InvalidRef, namespace_of
from catalog.identity.aliases import uids_of_former
from catalog.ingestion.homes import DECLARED
from catalog.models import Descriptor, Entity, Location, Problem, Relation
from catalog.permissions import hidden_namespaces, visible_to
from catalog.problems import visible_problems
from catalog.query.cached import cached
from catalog.query.entity_query import (
    Condition,
    EntityOrder,
    EntityQuery,
    OrderField,
    order_direction,
    order_key,
)
from catalog.query.facets import FACET_KEYS, check_facets, facet_values_by_ref, facets
from catalog.query.filtering import Filter
from catalog.query.seen import (
    BY_REFS,
    DESCRIPTORS,
    EDGES,
    EDGES_OF_TYPES,
    GENERATION,
    LOCATIONS,
    MARKED,
    PROBLEMS,
    find_visible,
)
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound

__all__ = [
    "FACET_KEYS",
    "Condition",
    "EntityOrder",
    "EntityQuery",
    "OrderField",
    "Related",
    "check_facets",
    "count_entities",
    "current_generation",
    "descriptors_by_entity",
    "entity_counts_by_location",
    "facet_values_by_ref",
    "facets",
    "favourite_ids",
    "find_entities",
    "find_locations",
    "find_visible",
    "get_entities_by_refs",
    "get_entity",
    "get_entity_by_uid",
    "get_location",
    "locations_by_entity",
    "owner_refs_by_entity",
    "problems_by_entity",
    "problems_by_location",
    "related_by_entity",
    "related_refs_by_entity",
]


def current_generation() -> int:
    """A number that every change of the catalog raises."""
    return next((generation for (generation,) in GENERATION()), 0)


@dataclass(frozen=True, slots=True)
class Related:
    """One end of a relation; `entity` is None where nothing has that ref (the relation dangles)."""

    type: str
    target_ref: str
    entity: Entity | None


def get_entity(ref: str, *, viewer: Principal) -> Entity:
    """The entity with that ref, in any case, namespace `default` where none is written; a former ref leads
    to the entity that was renamed or merged.

    Raises InvalidRef, and NotFound where it is missing or hidden.
    """
    canonical = str(EntityRef.parse(ref))
    found = BY_REFS(viewer, refs=[canonical])
    entity = found[0] if found else _by_aliases({canonical}, viewer).get(canonical)
    if entity is None:
        raise NotFound(f"There is no entity {canonical}.", code="ENTITY_NOT_FOUND")
    return entity


def get_entity_by_uid(uid: UUID, *, viewer: Principal) -> Entity:
    """Raises NotFound where it is missing or hidden."""
    entity = find_visible(viewer=viewer).filter(uid=uid).first()
    if entity is None:
        raise NotFound(f"There is no entity with the uid {uid}.", code="ENTITY_NOT_FOUND")
    return entity


def _by_aliases(refs: set[str], viewer: Principal) -> dict[str, Entity]:
    """What former refs lead to, by those refs."""
    uids = uids_of_former(refs, viewer=viewer)
    if not uids:
        return {}
    entities = {entity.uid: entity for entity in find_visible(viewer=viewer).filter(uid__in=uids.values())}
    return {ref: entities[uid] for ref, uid in uids.items() if uid in entities}


def get_entities_by_refs(
    refs: Iterable[str], viewer: Principal, *, by_aliases: bool = False
) -> dict[str, Entity]:
    """The entities of those refs by canonical ref; missing, hidden and malformed ones are left out.

    With `by_aliases`, former refs lead to what was renamed or merged.
    """
    canonical = set()
    for ref in refs:
        try:
            canonical.add(str(EntityRef.parse(ref)))
        except InvalidRef:
            continue
    found = {entity.ref: entity for entity in BY_REFS(viewer, refs=list(canonical))} if canonical else {}
    missing = canonical - set(found)
    return {**_by_aliases(missing, viewer), **found} if by_aliases and missing else found


def find_entities(query: EntityQuery, *, viewer: Principal) -> QuerySet[Entity]:
    """What the query asks for, ordered by the annotation `order_key` and then by uid.

    A page after (key, uid) is `order_key > key OR (order_key = key AND uid > uid)`, turned around where
    the query's order is descending.
    """
    rows = find_visible(viewer=viewer).filter(Filter(viewer).q(query)).annotate(order_key=order_key(query))
    sign = "-" if order_direction(query) else ""
    return rows.order_by(f"{sign}order_key", f"{sign}uid")


def count_entities(query: EntityQuery, *, viewer: Principal) -> int:
    """How many entities the query asks for."""

    def count() -> int:
        return Entity.objects.filter(visible_to(viewer), Filter(viewer).q(query)).count()

    return cached("count", query, count, viewer=viewer)


def related_by_entity(
    entities: Sequence[Entity], types: Sequence[str] | None = None, *, viewer: Principal
) -> dict[int, list[Related]]:
    """The relations of many entities by their primary key, in both directions, distinct, by type and target.

    `types` None means all. Ends in namespaces that the viewer may not read are absent, whether something
    is there or not. Two statements, however many entities.
    """
    found = related_refs_by_entity(entities, types, viewer=viewer)
    wanted = {ref for pairs in found.values() for _, ref in pairs}
    rows = BY_REFS(viewer, refs=list(wanted)) if wanted else ()
    ends = {entity.ref: entity for entity in rows}
    return {pk: [Related(kind, ref, ends.get(ref)) for kind, ref in pairs] for pk, pairs in found.items()}


def related_refs_by_entity(
    entities: Sequence[Entity], types: Sequence[str] | None = None, *, viewer: Principal
) -> dict[int, list[tuple[str, str]]]:
    """Type and target of the same relations, in the same order, without loading what they lead to.

    One statement, however many entities.
    """
    if any(entity.past_relations is not None for entity in entities):
        return {entity.pk: _past_relations(entity, types) for entity in entities}
    id_of = {entity.ref: entity.pk for entity in entities}
    asked = {"ids": list(id_of.values()), "refs": list(id_of)}
    found: dict[int, set[tuple[str, str]]] = {entity.pk: set() for entity in entities}
    edges = EDGES(viewer, **asked) if types is None else EDGES_OF_TYPES(viewer, **asked, types=list(types))
    for ref, kind, other in edges:
        found[id_of[ref]].add((kind, other))
    return {pk: sorted(pairs) for pk, pairs in found.items()}


def edges_to(kind: str, type: str, *, viewer: Principal) -> QuerySet[Relation, tuple[str, str]]:
    """For subqueries: the ref of an entity, and that of one of this kind that it has such a relation to.

    What the viewer may not read is at neither end; an edge that both ends name is there twice.
    """
    ends = Entity.objects.filter(visible_to(viewer), kind=kind)
    sources, targets = visible_to(viewer, "source__namespace"), visible_to(viewer, "target_namespace")
    outward = Relation.objects.filter(sources, type=type, target_ref__in=ends.values("ref"))
    inward = Relation.objects.filter(targets, inverse=type, source__in=ends.values("pk"))
    return outward.values_list("source__ref", "target_ref").union(
        inward.values_list("target_ref", "source__ref"), all=True
    )


def _past_relations(entity: Entity, types: Sequence[str] | None) -> list[tuple[str, str]]:
    return [pair for pair in entity.past_relations or () if types is None or pair[0] in types]


def owner_refs_by_entity(entities: Sequence[Entity], *, viewer: Principal) -> dict[int, str]:
    """The owner's ref of those entities that have one which the viewer may know of, by primary key."""
    hidden = hidden_namespaces(viewer)
    return {
        entity.pk: entity.owner_ref
        for entity in entities
        if entity.owner_ref and namespace_of(entity.owner_ref) not in hidden
    }


def favourite_ids(entities: Iterable[Entity], *, viewer: Principal) -> frozenset[int]:
    """The primary keys of those entities that the viewer marked."""
    if viewer.account is None:
        return frozenset()
    return frozenset(
        pk for (pk,) in MARKED(account=viewer.account.pk, ids=[entity.pk for entity in entities])
    )


def problems_by_entity(entities: Sequence[Entity], *, viewer: Principal) -> dict[int, list[Problem]]:
    """The problems of many entities by primary key; one statement."""
    id_of = {entity.ref: entity.pk for entity in entities}
    found: dict[int, list[Problem]] = {entity.pk: [] for entity in entities}
    for problem in PROBLEMS(viewer, refs=list(id_of)):
        found[id_of[problem.ref]].append(problem)
    return found


def problems_by_location(locations: Sequence[Location], *, viewer: Principal) -> dict[int, list[Problem]]:
    """The problems of many locations by primary key; one statement."""
    found: dict[int, list[Problem]] = {location.pk: [] for location in locations}
    for problem in visible_problems(viewer).filter(location__in=list(found)).order_by("path", "line", "id"):
        found[problem.location_id].append(problem)
    return found


def descriptors_by_entity(entities: Sequence[Entity], *, viewer: Principal) -> dict[int, Descriptor]:
    """What the source says about each entity (text, path, line), by primary key; one statement.

    Entities that the portal made itself have none. `viewer` must be whoever loaded the entities.
    """
    id_of = {(entity.location_id, entity.ref): entity.pk for entity in entities}
    rows = DESCRIPTORS(
        viewer,
        ids=list({entity.location_id for entity in entities if entity.location_id}),
        refs=[entity.ref for entity in entities],
    )
    by_key: dict[tuple[int | None, str], Descriptor] = {(row.location_id, row.ref): row for row in rows}
    return {pk: by_key[key] for key, pk in id_of.items() if key in by_key}


def find_locations(*, viewer: Principal) -> QuerySet[Location]:
    """Registered locations in the order of their registration."""
    return Location.objects.filter(visible_to(viewer)).order_by("created_at", "id")


def locations_by_entity(entities: Sequence[Entity], *, viewer: Principal) -> dict[int, Location]:
    """The location of each entity by primary key, where the viewer may know of it; one statement."""
    wanted = list({entity.location_id for entity in entities if entity.location_id})
    by_id: dict[int | None, Location] = {each.pk: each for each in LOCATIONS(viewer, ids=wanted)}
    return {entity.pk: by_id[entity.location_id] for entity in entities if entity.location_id in by_id}


def get_location(uid: UUID | None, *, viewer: Principal) -> Location:
    """Raises NotFound where it is missing or hidden; None is what no id could be read from."""
    location = find_locations(viewer=viewer).filter(uid=uid).first() if uid else None
    if location is None:
        raise NotFound("There is no location with this id.", code="LOCATION_NOT_FOUND")
    return location


def entity_counts_by_location(locations: Iterable[Location], *, viewer: Principal) -> Mapping[int, int]:
    """How many visible entities each location declares, by primary key; one statement."""
    rows = (
        Entity.objects.filter(
            DECLARED, visible_to(viewer), location__in=[location.pk for location in locations]
        )
        .values("location_id")
        .annotate(count=Count("id"))
        .values_list("location_id", "count")
    )
    return defaultdict(int, rows)
