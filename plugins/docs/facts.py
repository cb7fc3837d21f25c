"""What checks may ask of an entity's documentation: `docs.pages > 0`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.plugin_api import SYSTEM, Fact, Facts, Known
from portal.plugin_api.catalog import Entity

from .references import is_documented
from .selectors import docs_by_entity

FACTS = (
    Fact("pages", int, "How many pages there are."),
    Fact("updatedAt", datetime, "When a page changed last."),
    Fact("readable", bool, "Whether it could be read lately."),
    Fact("brokenLinks", int, "How many links and pictures lead nowhere."),
)


def facts_by_entity(entities: Sequence[Entity]) -> dict[int, Known]:
    """What is known of each entity: one that names no documentation has no pages, of one whose documentation
    was not read yet nothing is known."""
    docs = docs_by_entity(entities, SYSTEM)
    found = {entity.pk: Known({"pages": 0}) for entity in entities if not is_documented(entity)}
    for pk, known in docs.items():
        values: dict[str, Any] = {"pages": len(known.pages), "readable": not known.problem}
        values["brokenLinks"] = len(known.broken_links)
        if known.pages:
            values["updatedAt"] = max(page.updated_at for page in known.pages)
        found[pk] = Known(values, known.built_at)
    return found


docs_facts = Facts(FACTS, facts_by_entity)
