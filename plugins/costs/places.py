"""Where a charge is shown: under the component, team, system or domain of its entity, in one of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from portal.plugin_api import Principal
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities, related_by_entity

NONE = {
    "team": "without an owner", "system": "in no system", "domain": "in no domain",
    "cluster": "in no cluster", "service": "other",
}  # fmt: skip

Place = tuple[str, str]
"""Label and ref of a row; the ref is empty where it is no entity's."""


def _visible(uids: Iterable[UUID], viewer: Principal) -> QuerySet[Entity]:
    return find_entities(EntityQuery(), viewer=viewer).order_by().filter(uid__among=list(uids))


def _itself(uids: Iterable[UUID], viewer: Principal) -> Mapping[UUID, Place]:
    rows = _visible(uids, viewer).values_list("uid", "title", "name", "ref")
    return {uid: (title or name, ref) for uid, title, name, ref in rows}


def _owner(uids: Iterable[UUID], viewer: Principal) -> Mapping[UUID, Place]:
    owners = dict(_visible(uids, viewer).values_list("uid", "owner_ref"))
    named = titles(set(owners.values()), viewer)
    return {uid: (named[ref], ref) if ref in named else (NONE["team"], "") for uid, ref in owners.items()}


def _system(uids: Iterable[UUID], viewer: Principal) -> Mapping[UUID, Place]:
    """The first system that each is a part of."""
    entities = list(_visible(uids, viewer))
    wholes = _wholes(entities, "System", viewer)
    return {each.uid: _named(wholes.get(each.pk), "system") for each in entities}


def _domain(uids: Iterable[UUID], viewer: Principal) -> Mapping[UUID, Place]:
    """The domain of the first system that each is a part of."""
    entities = list(_visible(uids, viewer))
    systems = _wholes(entities, "System", viewer)
    domains = _wholes(list({each.pk: each for each in systems.values()}.values()), "Domain", viewer)
    return {
        each.uid: _named(domains.get(systems[each.pk].pk) if each.pk in systems else None, "domain")
        for each in entities
    }


GROUPINGS: dict[str, Callable[[Iterable[UUID], Principal], Mapping[UUID, Place]]] = {
    "component": _itself,
    "team": _owner,
    "system": _system,
    "domain": _domain,
}


def _wholes(entities: Sequence[Entity], kind: str, viewer: Principal) -> dict[int, Entity]:
    """By primary key the first entity of a kind that each is a part of."""
    found: dict[int, Entity] = {}
    for pk, ends in related_by_entity(entities, ["partOf"], viewer=viewer).items():
        for end in ends:
            if end.entity is not None and end.entity.kind == kind:
                found.setdefault(pk, end.entity)
    return found


def _named(entity: Entity | None, by: str) -> Place:
    return (entity.title or entity.name, entity.ref) if entity else (NONE[by], "")


def titles(refs: set[str], viewer: Principal) -> dict[str, str]:
    """What owners are called: people and groups have a name of their own in their profile."""
    rows = find_entities(EntityQuery(), viewer=viewer).order_by().filter(ref__in=refs)
    profiles = {row: (row.content.get("spec") or {}).get("profile") or {} for row in rows}
    return {
        row.ref: row.title or str(profile.get("displayName") or row.name) for row, profile in profiles.items()
    }
