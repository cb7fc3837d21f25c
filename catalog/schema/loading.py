"""What entities of one list load together: functions from many entities to a mapping by primary key."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLResolveInfo

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.entities.values import value_at
from catalog.identity.aliases import aliases_by_entity
from catalog.kinds import all_kinds
from catalog.models import Descriptor, Entity, Location, Problem
from catalog.schema.facets import Facet, shown_facets_of_many
from catalog.schema.relations import OF_THE_PAST as OF_PAST_RELATIONS
from catalog.schema.relations import RelationEnd
from catalog.selectors import (
    EntityQuery,
    check_facets,
    descriptors_by_entity,
    facet_values_by_ref,
    favourite_ids,
    find_entities,
    get_entities_by_refs,
    locations_by_entity,
    owner_refs_by_entity,
    problems_by_entity,
    related_refs_by_entity,
)
from portal.accounts.principal import Principal
from portal.extension.batching import introduce, load_one
from portal.graphql.pagination import Page, check_page_size, page_of_items

Types = tuple[str, ...] | None


def target_of(entity: Entity, path: str, viewer: Principal) -> Entity | None:
    """What a to-one relation field of the entity's descriptor names; None where missing or hidden."""
    found = load_one(_targets, entity, viewer) or {}
    return found.get(target_refs(entity).get(path, ""))


def target_refs(entity: Entity) -> dict[str, str]:
    """The canonical refs in the to-one relation fields of an entity, by path (`spec.system`)."""
    kind = all_kinds().get(entity.kind.lower())
    refs = {"spec.owner": entity.owner_ref} if entity.owner_ref else {}
    for field in kind.relations if kind else ():
        written = value_at(entity.content, field.path)
        written = written.get("ref") if isinstance(written, dict) else written
        if field.many or field.path in refs or not isinstance(written, str):
            continue
        try:
            refs[field.path] = str(EntityRef.parse(written, field.default_kind, entity.namespace))
        except InvalidRef:
            continue
    return refs


def _targets(entities: Sequence[Entity], viewer: Principal) -> Mapping[int, dict[str, Entity]]:
    refs = {ref for entity in entities for ref in target_refs(entity).values()}
    found = get_entities_by_refs(refs, viewer)
    introduce(found.values())
    return {entity.pk: found for entity in entities}


def owner_refs(entities: Sequence[Entity], viewer: Principal) -> Mapping[int, str]:
    return owner_refs_by_entity(entities, viewer=viewer)


def favourites(entities: Sequence[Entity], viewer: Principal) -> Mapping[int, bool]:
    return dict.fromkeys(favourite_ids(entities, viewer=viewer), True)


def aliases(entities: Sequence[Entity], viewer: Principal) -> Mapping[int, list[str]]:
    return aliases_by_entity(entities, viewer=viewer)


def problems(entities: Sequence[Entity], viewer: Principal) -> Mapping[int, list[Problem]]:
    return problems_by_entity(entities, viewer=viewer)


def descriptors(entities: Sequence[Entity], viewer: Principal) -> Mapping[int, Descriptor]:
    return descriptors_by_entity(entities, viewer=viewer)


def locations(entities: Sequence[Entity], viewer: Principal) -> Mapping[int, Location]:
    found = locations_by_entity(entities, viewer=viewer)
    introduce({location.pk: location for location in found.values()}.values())
    return found


def related_page(
    entity: Entity,
    types: tuple[str, ...],
    query: EntityQuery,
    *,
    info: GraphQLResolveInfo,
    first: int | None,
    after: str | None,
    **arguments: Any,
) -> Page:
    """A page of the entities that the entity has a relation to, by name."""
    viewer = info.context.principal
    ends = load_one(_ends, entity, types, query, viewer) or []

    def show(items: Sequence[tuple[str, str]]) -> list[Entity | None]:
        if after is None:
            found = load_one(_first_ends, entity, types, query, check_page_size(first), viewer) or {}
        else:  # only one list is paged on at a time
            found = get_entities_by_refs([ref for _, ref in items], viewer)
            introduce(found.values())
        return [found.get(ref) for _, ref in items]

    return page_of_items(
        ends,
        tuple,
        info=info,
        first=first,
        after=after,
        parent=entity.uid,
        show=show,
        facets=lambda keys: load_one(_end_facets, entity, types, query, tuple(keys), viewer) or [],
        types=types,
        **arguments,
    )


def _end_facets(
    entities: Sequence[Entity],
    types: tuple[str, ...],
    query: EntityQuery,
    keys: tuple[str, ...],
    viewer: Principal,
) -> Mapping[int, list[Facet]]:
    """The facets of what each entity is related to."""
    check_facets(keys)
    ends = {
        (entity.pk, key): load_one(_ends, entity, types, query.without(key), viewer) or []
        for entity in entities
        for key in keys
    }
    refs = {ref for pairs in ends.values() for _, ref in pairs}
    values = facet_values_by_ref(refs, keys, viewer=viewer)
    counts = {
        entity.pk: {key: _counted(key, ends[entity.pk, key], values) for key in keys} for entity in entities
    }
    return shown_facets_of_many(keys, counts, viewer)


def _counted(
    key: str, ends: Sequence[tuple[str, str]], values: Mapping[str, Sequence[tuple[str, str, str]]]
) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for _, ref in ends:
        for of_key, folded, value in values.get(ref, ()):
            if of_key == key:
                counts[folded] += 1
                shown[folded] = max(shown.get(folded, ""), value)
    return [
        (shown[folded], count)
        for folded, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _ends(
    entities: Sequence[Entity], types: tuple[str, ...], query: EntityQuery, viewer: Principal
) -> Mapping[int, list[tuple[str, str]]]:
    """Sort name and ref of what each entity is related to, in that order: enough to page and to count."""
    related = related_refs_by_entity(entities, types, viewer=viewer)
    wanted = {ref for pairs in related.values() for _, ref in pairs}
    rows = find_entities(query, viewer=viewer).filter(ref__in=wanted).values_list("ref", "sort_name")
    name_of = dict(rows) if wanted else {}
    return {
        pk: sorted({(name_of[ref], ref) for _, ref in pairs if ref in name_of})
        for pk, pairs in related.items()
    }


def _first_ends(
    entities: Sequence[Entity], types: tuple[str, ...], query: EntityQuery, size: int, viewer: Principal
) -> Mapping[int, dict[str, Entity]]:
    """The entities on the first pages of all these lists."""
    pages = [(load_one(_ends, entity, types, query, viewer) or [])[:size] for entity in entities]
    refs = {ref for page in pages for _, ref in page}
    found = get_entities_by_refs(refs, viewer)
    introduce(found.values())
    return {entity.pk: found for entity in entities}


def relations_page(
    entity: Entity, types: Types, *, info: GraphQLResolveInfo, first: int | None, after: str | None
) -> Page:
    """A page of the relations of an entity, by type and target."""
    viewer = info.context.principal
    pairs = load_one(_relations, entity, types, viewer) or []

    def show(items: Sequence[tuple[str, str]]) -> Sequence[RelationEnd]:
        if after is None:
            return load_one(_first_relations, entity, types, check_page_size(first), viewer) or []
        return _introduced([(entity, item) for item in items])[entity.pk]

    return page_of_items(
        pairs, tuple, info=info, first=first, after=after, parent=entity.uid, show=show, types=types
    )


def _relations(
    entities: Sequence[Entity], types: Types, viewer: Principal
) -> Mapping[int, list[tuple[str, str]]]:
    return related_refs_by_entity(entities, types, viewer=viewer)


def _first_relations(
    entities: Sequence[Entity], types: Types, size: int, viewer: Principal
) -> Mapping[int, list[RelationEnd]]:
    """The first pages of the relations of all these entities, made peers of each other."""
    return _introduced(
        [
            (entity, pair)
            for entity in entities
            for pair in (load_one(_relations, entity, types, viewer) or [])[:size]
        ]
    )


def _introduced(seen: Sequence[tuple[Entity, tuple[str, str]]]) -> dict[int, list[RelationEnd]]:
    """Relations as the entities show them, made peers of each other."""
    ends: dict[int, list[RelationEnd]] = {entity.pk: [] for entity, _ in seen}
    for entity, pair in seen:
        ends[entity.pk].append(RelationEnd(entity.ref, *pair))
    is_past = any(entity.past_relations is not None for entity, _ in seen)
    introduce((end for page in ends.values() for end in page), only=OF_PAST_RELATIONS if is_past else None)
    return ends


OF_THE_PAST = (_targets, owner_refs, _ends, _end_facets, _first_ends, _relations, _first_relations)
"""What an entity as it once was can load: its relations, to what is there now. Nothing else is known."""
