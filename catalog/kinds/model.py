"""What a kind is: the schema of its spec, and the fields whose refs become relations."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.entities.refs import KIND_FORM, is_kind
from portal.extension.points import ExtensionError

PORTAL = "portal"
RELATION = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
FIELD = re.compile(r"spec(\.[A-Za-z][A-Za-z0-9_-]*){1,5}")


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


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What an entity of this kind looks like; `schema` is the JSON Schema (draft 7) of its spec.

    `source` says who defines it: `portal`, the name of a plugin, or the ref of a KindDefinition, which the
    location with the id `location_id` declares.
    """

    name: str
    plural: str
    label: str
    icon: str
    description: str
    api_versions: tuple[str, ...]
    schema: dict[str, Any]
    relations: tuple[RelationField, ...] = ()
    source: str = PORTAL
    location_id: int | None = None
    extended_by: tuple[str, ...] = ()
    """Who added to it, in the words of `source`."""

    def check(self) -> None:
        """Raise ExtensionError where a plugin's kind cannot be used."""
        if not is_kind(self.name):
            raise ExtensionError(f"The kind {self.name!r} may hold only {KIND_FORM}.")
        if not self.api_versions:
            raise ExtensionError(f"The kind {self.name} has no apiVersion: say at least one.")
        for field in self.relations:
            if not (FIELD.fullmatch(field.path) and RELATION.fullmatch(field.type)):
                raise ExtensionError(f"The kind {self.name} has a relation field {field.path!r} to mend.")


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
        relations=tuple(read_relation(field) for field in data["relations"]),
    )


def read_relation(field: Mapping[str, Any]) -> RelationField:
    """A relation field from JSON; its label is the field's own name where none is written."""
    return RelationField(
        path=field["path"],
        type=field["type"],
        inverse=field["inverse"],
        default_kind=field.get("defaultKind"),
        many=field.get("many", False),
        label=field.get("label") or field["path"].rpartition(".")[2],
    )
