"""What a document says at a path, and what people call its entity."""

from typing import Any

from catalog.models import Entity


def display_name(entity: Entity) -> str:
    """What people call it: the title, the profile's name of a user or group, where a registered location
    is, or else the name."""
    if not entity.title and entity.kind in ("User", "Group"):
        name = value_at(entity.content, "spec.profile.displayName")
        if isinstance(name, str) and name:
            return name
    if entity.kind == "Location" and entity.name.startswith("generated-"):
        target = value_at(entity.content, "spec.target")
        return target if isinstance(target, str) and target else entity.name
    return entity.title or entity.name


def value_at(document: Any, path: str) -> Any:
    """The value at a dotted path of a document (`spec.profile.email`); None where there is none."""
    value = document
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
