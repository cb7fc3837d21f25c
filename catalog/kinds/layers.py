"""Layers: fields, relations and words that documents and plugins add to kinds that others define."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from catalog.kinds.model import FIELD, PORTAL, RELATION, Kind, RelationField, read_kind
from portal.extension.points import ExtensionError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class KindLayer:
    """What is added to the kind `extends`: `properties` of its spec (JSON Schema, draft 7), which of them
    are `required`, relation fields, and other words for it, "" where they stay.

    `source` says whose it is: the name of a plugin, or the ref of a KindDefinition, which the location with
    the id `location_id` declares.
    """

    name: str
    extends: str
    properties: dict[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    relations: tuple[RelationField, ...] = ()
    label: str = ""
    plural: str = ""
    icon: str = ""
    source: str = PORTAL
    location_id: int | None = None

    def check(self) -> None:
        """Raise ExtensionError where a plugin's layer cannot be used."""
        for relation in self.relations:
            if not (FIELD.fullmatch(relation.path) and RELATION.fullmatch(relation.type)):
                raise ExtensionError(f"The layer {self.name} has a relation field {relation.path!r} to mend.")
        kind = portal_kinds().get(self.extends.lower())
        taken = next(self.taken_of(kind), "") if kind else ""
        if taken:
            raise ExtensionError(
                f"The layer {self.name} adds {taken} to {self.extends}, which has one: give it another name."
            )

    def taken_of(self, kind: Kind) -> Iterator[str]:
        """What the layer adds that a kind, or another layer of it, has already."""
        present = kind.schema.get("properties") or {}
        yield from (f"spec.{key}" for key in self.properties if key in present)
        paths = {relation.path for relation in kind.relations}
        yield from (f"the relation of {each.path}" for each in self.relations if each.path in paths)


@cache
def portal_kinds() -> dict[str, Kind]:
    """The kinds of the portal itself, by lower-case name: the JSON files of this folder."""
    kinds = (read_kind(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json")))
    return {kind.name.lower(): kind for kind in kinds}


def clash(one: KindLayer, other: KindLayer) -> str:
    """What two layers both add to one kind, "" for nothing."""
    if one.extends.lower() != other.extends.lower():
        return ""
    kind = Kind(
        one.extends, "", "", "", "", (), {"properties": one.properties}, one.relations, source=one.source
    )
    both = next(other.taken_of(kind), "")
    return f"{both} to {one.extends}" if both else ""


def extended(kind: Kind, layers: Iterable[KindLayer]) -> Kind:
    """The kind with its layers, the same where it has none. What is there already is not replaced."""
    for layer in layers:
        present: Mapping[str, Any] = kind.schema.get("properties") or {}
        paths = {relation.path for relation in kind.relations}
        fresh = {key: value for key, value in layer.properties.items() if key not in present}
        required = [key for key in layer.required if key in fresh or key in present]
        schema = {**kind.schema, "properties": {**present, **fresh}}
        if required:
            schema["required"] = list(dict.fromkeys([*kind.schema.get("required", ()), *required]))
        kind = replace(
            kind,
            schema=schema,
            relations=(*kind.relations, *(each for each in layer.relations if each.path not in paths)),
            label=layer.label or kind.label,
            plural=layer.plural or kind.plural,
            icon=layer.icon or kind.icon,
            extended_by=(*kind.extended_by, layer.source),
        )
    return kind
