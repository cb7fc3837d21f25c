"""Who said what a field holds: the descriptor, with file and line, an overlay, or the portal itself."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from catalog.entities.derive import DERIVED_ANNOTATIONS
from catalog.entities.findings import Refused
from catalog.entities.yaml_reader import Chunk, line_of, load, split
from catalog.models import Descriptor, Entity, Location, Overlay
from catalog.provenance.overlays import Pointer, grouped, parse_pointer, print_pointer, value_at
from catalog.selectors import descriptors_by_entity, find_locations, get_entity
from portal.accounts.principal import Principal
from portal.database.prepared import Parameter, Prepared

SOURCE, OVERLAY, DERIVED = "SOURCE", "OVERLAY", "DERIVED"


@dataclass(frozen=True, slots=True)
class Layer:
    """One who says something about a field; `wins` where it is what the entity shows, or a part of it.

    `path` is the place it speaks of: the field, one that holds it, or one inside of it. `source` is the
    location's target, `file` and `line` are the place in it; `at` is when it was said or last read.
    """

    origin: str
    path: str
    value: Any
    wins: bool
    source: str | None = None
    file: str | None = None
    line: int | None = None
    at: datetime | None = None
    actor: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A field, its value (None where the entity has none) and who says so, the strongest first."""

    path: str
    value: Any
    layers: list[Layer]


def explain_field(ref: str, path: str, *, viewer: Principal) -> Explanation:
    """Raises NotFound where the entity is missing or hidden, Invalid where the path is no JSON pointer."""
    entity = get_entity(ref, viewer=viewer)
    pointer = parse_pointer(path)
    shown = _value(entity.content, pointer)
    layers = [*_overlay_layers(entity, pointer), *_source_layers(entity, pointer, viewer)]
    if not any(layer.wins for layer in layers) and shown is not None:
        layers.insert(0, Layer(DERIVED, print_pointer(pointer), shown, True, at=entity.updated_at))
    return Explanation(print_pointer(pointer), shown, layers)


OVERLAYS = Prepared(lambda: Overlay.objects.filter(entity_uid__among=Parameter("uids", "uuid[]")))


def overlays_of(entities: list[Entity]) -> dict[int, list[Overlay]]:
    """The overlays of many entities that the viewer has loaded, by primary key; one statement."""
    found = grouped(OVERLAYS(uids=[entity.uid for entity in entities]))
    return {entity.pk: found.get(entity.uid, []) for entity in entities}


def _value(document: Any, pointer: Pointer) -> Any:
    try:
        return value_at(document, pointer)
    except LookupError:
        return None


def _overlay_layers(entity: Entity, pointer: Pointer) -> Iterator[Layer]:
    """Overlays of the field itself or of what holds it, the nearest first, then those of its parts."""
    above: list[tuple[Pointer, Overlay]] = []
    below: list[tuple[Pointer, Overlay]] = []
    for overlay in overlays_of([entity])[entity.pk]:
        own = parse_pointer(overlay.path)
        if own == pointer[: len(own)]:
            above.append((own, overlay))
        elif pointer == own[: len(pointer)]:
            below.append((own, overlay))
    taken = False
    for own, overlay in [*reversed(above), *below]:
        said = orjson.loads(overlay.value)
        value = _value(said, pointer[len(own) :])
        place = pointer if len(own) < len(pointer) else own
        wins = not (taken and len(own) <= len(pointer)) and _value(entity.content, place) == value
        taken = taken or (wins and len(own) <= len(pointer))
        yield Layer(
            OVERLAY, overlay.path, value, wins, at=overlay.at, actor=overlay.author, reason=overlay.reason
        )


def _source_layers(entity: Entity, pointer: Pointer, viewer: Principal) -> Iterator[Layer]:
    """What the descriptor says of the field, if it does."""
    descriptor = descriptors_by_entity([entity], viewer=viewer).get(entity.pk)
    declared = orjson.loads(entity.declared) if entity.declared else entity.content
    value = _value(declared, pointer)
    if descriptor is None or value is None or _is_derived(pointer):
        return
    chunk = next(iter(split(descriptor.body)), Chunk("", 1, 0))
    path = _as_in_yaml(declared, pointer)
    location = find_locations(viewer=viewer).filter(entities=entity).first()
    yield Layer(
        SOURCE,
        print_pointer(pointer),
        value,
        _value(entity.content, pointer) == value,
        source=str(location) if location else None,
        file=descriptor.path,
        line=line_of(chunk, path) - chunk.line + descriptor.line,
        at=_read_at(location),
    )


def places_of(
    wanted: Sequence[tuple[Entity, str]], *, viewer: Principal
) -> list[tuple[str, str, int] | None]:
    """Location, file and line of fields (a JSON pointer, or "" for the document) of many entities, in order;
    None where nobody wrote it. Two statements."""
    entities = list({entity.pk: entity for entity, _ in wanted}.values())
    descriptors = descriptors_by_entity(entities, viewer=viewer)
    locations = find_locations(viewer=viewer).in_bulk([entity.location_id for entity in entities])
    return [_place(descriptors.get(entity.pk), locations, pointer) for entity, pointer in wanted]


def _place(
    descriptor: Descriptor | None, locations: Mapping[int, Location], pointer: str
) -> tuple[str, str, int] | None:
    if descriptor is None or descriptor.location_id not in locations:
        return None
    line = descriptor.line
    if pointer:
        chunk = next(iter(split(descriptor.body)), Chunk("", 1, 0))
        path: tuple[str | int, ...] = parse_pointer(pointer)
        with suppress(Refused, KeyError, IndexError, TypeError, ValueError):
            path = _as_in_yaml(load(chunk), parse_pointer(pointer))
        line += line_of(chunk, path) - chunk.line
    return str(locations[descriptor.location_id]), descriptor.path, line


def _read_at(location: Location | None) -> datetime | None:
    return location.last_success_at if location else None


def _is_derived(pointer: Pointer) -> bool:
    """Whether only the portal itself writes the field."""
    if pointer[:2] == ("metadata", "annotations"):
        return pointer[2:3] != () and pointer[2] in DERIVED_ANNOTATIONS
    return pointer in (("metadata", "uid"), ("metadata", "etag"))


def _as_in_yaml(document: Any, pointer: Pointer) -> tuple[str | int, ...]:
    """The pointer with numbers where the document has lists."""
    path: list[str | int] = []
    for key in pointer:
        path.append(int(key) if isinstance(document, list) else key)
        document = document[path[-1]]
    return tuple(path)
