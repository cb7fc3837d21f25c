"""The templates of the catalog as parts of others, each with the file and line it was read from."""

import json

from catalog.models import Entity
from catalog.provenance import places_of
from catalog.selectors import get_entities_by_refs
from portal.accounts.principal import Principal
from scaffolder.composition import Part, Path


class CatalogParts:
    """What the viewer may see; everything else is not there."""

    def __init__(self, viewer: Principal) -> None:
        self.viewer = viewer

    def find(self, ref: str) -> Part | None:
        entity = get_entities_by_refs([ref], self.viewer).get(ref)
        return None if entity is None or entity.kind != "Template" else self.part(entity)

    def part(self, entity: Entity) -> Part:
        return Part(entity.ref, json.loads(entity.document), lambda path: self._place(entity, path))

    def _place(self, entity: Entity, path: Path) -> str:
        """Asked only for what is wrong."""
        pointer = "".join(f"/{part}" for part in path)
        [found] = places_of([(entity, pointer)], viewer=self.viewer)
        return (
            f"{entity.ref} ({found[1]}, line {found[2]})"
            if found
            else ".".join([entity.ref, *map(str, path)])
        )
