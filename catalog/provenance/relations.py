"""Who says that two entities are related: which descriptor, in which field, since when, what beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Max

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.entities.validation import refs_at
from catalog.history.models import Event
from catalog.kinds import all_kinds
from catalog.models import Entity
from catalog.provenance.explanation import places_of
from catalog.query.seen import BETWEEN, BY_IDS
from portal.accounts.principal import Principal

Seen = tuple[str, str, str]
"""A relation as one of its ends shows it: that end's ref, the type, the other end's ref."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A relation as the descriptor of `source` says it, in `field`; `attributes` is a JSON object as text."""

    source: Entity
    type: str
    target_ref: str
    field: str
    attributes: str | None

    @property
    def shown_attributes(self) -> Any:
        return orjson.loads(self.attributes) if self.attributes else {}


def declared_by_relation(seen: Sequence[Seen], *, viewer: Principal) -> dict[Seen, Declared]:
    """What is known of each relation; where both ends declare it, what the end it is seen from says.

    Two statements, however many relations.
    """
    here, there = {ref for ref, _, _ in seen}, {other for _, _, other in seen}
    rows = BETWEEN(viewer, here=list(here), there=list(there))
    sources = {entity.pk: entity for entity in BY_IDS(ids=list({row.source_id for row in rows}))}
    wanted = set(seen)
    found: dict[Seen, Declared] = {}
    for row in rows:
        source = sources[row.source_id]
        said = Declared(source, row.type, row.target_ref, row.field, row.attributes)
        own, other = (source.ref, row.type, row.target_ref), (row.target_ref, row.inverse, source.ref)
        if own in wanted:
            found[own] = said
        if other in wanted:
            found.setdefault(other, said)
    return found


def since_by_relation(declared: Mapping[Seen, Declared]) -> dict[Seen, datetime]:
    """When each relation was said first, without a break, as far as the history reaches; one statement."""
    said = declared.values()
    moments: dict[tuple[Any, ...], datetime] = {
        tuple(key): at
        for *key, at in Event.objects.filter(
            what=Event.What.RELATED,
            uid__in={each.source.uid for each in said},
            other_ref__in={each.target_ref for each in said},
        )
        .values_list("uid", "relation_type", "other_ref")
        .annotate(at=Max("change__at"))
    }
    keys = {seen: (each.source.uid, each.type, each.target_ref) for seen, each in declared.items()}
    return {seen: moments[key] for seen, key in keys.items() if key in moments}


def places_by_relation(
    declared: Mapping[Seen, Declared], *, viewer: Principal
) -> dict[Seen, tuple[str, str, int]]:
    """Location, file and line of each relation that somebody wrote; two statements."""
    wanted = [(said.source, _pointer(said)) for said in declared.values()]
    places = places_of(wanted, viewer=viewer)
    return {seen: place for seen, place in zip(declared, places, strict=True) if place}


def _pointer(said: Declared) -> str:
    parts = next(_places(said), tuple(said.field.split(".")) if said.field else ())
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _places(said: Declared) -> Iterator[tuple[str | int, ...]]:
    """Where in its field the ref stands; nowhere if it is written as a former ref."""
    kind = all_kinds().get(said.source.kind.lower())
    for field in kind.relations if kind else ():
        if field.path != said.field or field.type != said.type:
            continue
        for path, text, _ in refs_at(said.source.content, field.path):
            try:
                if str(EntityRef.parse(text, field.default_kind, said.source.namespace)) == said.target_ref:
                    yield path
            except InvalidRef:
                continue
