"""What the catalog itself knows of entities, as facts: `catalog.ownerExists` and others."""

from collections.abc import Sequence

from catalog.models import Entity
from catalog.selectors import get_entities_by_refs, problems_by_entity, related_refs_by_entity
from portal.accounts.principal import SYSTEM
from portal.extension.facts import Fact, Facts, Known

FACTS = (
    Fact("ownerExists", bool, "Its owner is an entity of the catalog."),
    Fact("ownerKind", str, "The kind of that owner: Group or User."),
    Fact("described", bool, "It has a description."),
    Fact("problems", int, "How many problems its descriptor has."),
    Fact("links", int, "How many links it has."),
    Fact("dependencies", int, "How many entities it depends on."),
    Fact("dependents", int, "How many entities depend on it."),
)
COUNTED = {"dependencies": "dependsOn", "dependents": "dependencyOf"}


def load_facts(entities: Sequence[Entity]) -> dict[int, Known]:
    """The catalog's facts of many entities; four statements."""
    owners = get_entities_by_refs({entity.owner_ref for entity in entities} - {""}, SYSTEM)
    problems = problems_by_entity(entities, viewer=SYSTEM)
    related = related_refs_by_entity(entities, list(COUNTED.values()), viewer=SYSTEM)
    found = {}
    for entity in entities:
        metadata = entity.content.get("metadata") or {}
        owner = owners.get(entity.owner_ref)
        types = [kind for kind, _ in related.get(entity.pk, ())]
        found[entity.pk] = Known(
            {
                "ownerExists": owner is not None,
                "ownerKind": owner.kind if owner else None,
                "described": bool(str(metadata.get("description") or "").strip()),
                "problems": len(problems.get(entity.pk, ())),
                "links": len(metadata.get("links") or ()),
                **{name: types.count(kind) for name, kind in COUNTED.items()},
            }
        )
    return found


CATALOG_FACTS = Facts(FACTS, load_facts)
