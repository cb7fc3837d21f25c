"""Kinds are data: the built-in ones are the JSON files of this folder, read once."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class RelationField:
    """A field of a descriptor whose refs become relations.

    `path` is dotted (`spec.owner`); `type` is the relation from the entity, `inverse` the one back;
    `default_kind` is the kind of a ref that does not write one, None where it must.
    """

    path: str
    type: str
    inverse: str
    default_kind: str | None
    many: bool
    label: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What an entity of this kind looks like; `schema` is the JSON Schema of its spec."""

    name: str
    plural: str
    label: str
    icon: str
    description: str
    api_versions: tuple[str, ...]
    schema: dict[str, Any]
    relations: tuple[RelationField, ...]


def read_kind(text: str) -> Kind:
    """A kind from its JSON: the fields of Kind in camelCase."""
    data = json.loads(text)
    return Kind(
        name=data["name"],
        plural=data["plural"],
        label=data["label"],
        icon=data["icon"],
        description=data["description"],
        api_versions=tuple(data["apiVersions"]),
        schema=data["schema"],
        relations=tuple(
            RelationField(
                path=field["path"],
                type=field["type"],
                inverse=field["inverse"],
                default_kind=field.get("defaultKind"),
                many=field.get("many", False),
                label=field["label"],
            )
            for field in data["relations"]
        ),
    )


@cache
def all_kinds() -> dict[str, Kind]:
    """Every kind by its lower-case name, in the order of their names."""
    kinds = [read_kind(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))]
    return {kind.name.lower(): kind for kind in kinds}


@cache
def inverse_types() -> dict[str, str]:
    """Every relation type with its way back: ownedBy → ownerOf, ownerOf → ownedBy."""
    pairs = [(field.type, field.inverse) for kind in all_kinds().values() for field in kind.relations]
    return dict(pairs) | {inverse: kind for kind, inverse in pairs}
