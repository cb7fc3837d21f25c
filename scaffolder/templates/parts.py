"""The templates of the catalog as parts of others, each with the file and line it was read from."""

import json
from collections.abc import Iterable, Sequence

from catalog.models import Entity
from catalog.provenance.explanation import places_of
from catalog.selectors import get_entities_by_refs
from portal.accounts.principal import Principal
from scaffolder.templates.composition import InvalidComposition, Part, Path, Spec, composed, named_parts


class CatalogParts:
    """What the viewer may see; everything else is not there.

    Without `lines`, mistakes are named by their path in the template: for many templates, of which nobody
    asks what is wrong with them.
    """

    def __init__(self, viewer: Principal, *, lines: bool = True) -> None:
        self.viewer = viewer
        self.lines = lines
        self._known: dict[str, Part | None] = {}

    def load(self, templates: Iterable[Entity]) -> None:
        """Read all that these are made of; the parts of many templates by one statement for each level."""
        self._read({ref for template in templates for ref in named_parts(self.part(template))})

    def find(self, ref: str) -> Part | None:
        self._read({ref})
        return self._known[ref]

    def _read(self, wanted: set[str]) -> None:
        while wanted := wanted - set(self._known):
            found = get_entities_by_refs(wanted, self.viewer)
            for ref in wanted:
                entity = found.get(ref)
                self._known[ref] = self.part(entity) if entity and entity.kind == "Template" else None
            wanted = {name for ref in wanted if (part := self._known[ref]) for name in named_parts(part)}

    def part(self, entity: Entity) -> Part:
        return Part(entity.ref, json.loads(entity.document), lambda path: self._place(entity, path))

    def _place(self, entity: Entity, path: Path) -> str:
        """Asked only for what is wrong."""
        if self.lines:
            pointer = "".join(f"/{part}" for part in path)
            [found] = places_of([(entity, pointer)], viewer=self.viewer)
            if found:
                return f"{entity.ref} ({found[1]}, line {found[2]})"
        return ".".join([entity.ref, *map(str, path)])


def specs_by_entity(entities: Sequence[Entity], viewer: Principal) -> dict[int, Spec]:
    """The specs of the templates with all they are made of, by primary key.

    One whose parts do not fit is as it is written: `brokenTemplates` says why nobody can run it.
    """
    templates = [entity for entity in entities if entity.kind == "Template"]
    parts = CatalogParts(viewer, lines=False)
    parts.load(templates)
    specs = {}
    for entity in templates:
        part = parts.part(entity)
        try:
            specs[entity.pk] = composed(part, parts)[0]
        except InvalidComposition:
            specs[entity.pk] = part.spec
    return specs
