"""What checks may ask of an entity's documentation: `docs.pages > 0`."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Max

from portal.plugin_api import Fact, Facts, Known
from portal.plugin_api.catalog import Entity

from .models import DocSet
from .parts import DOCS

FACTS = (
    Fact("pages", int, "How many pages there are."),
    Fact("updatedAt", datetime, "When a page changed last."),
    Fact("readable", bool, "Whether it could be read lately."),
    Fact("brokenLinks", int, "How many links and pictures lead nowhere."),
)


def facts_by_entity(entities: Sequence[Entity]) -> dict[int, Known]:
    """What is known of each entity; one without documentation has no pages."""
    found = {entity.pk: Known({"pages": 0}) for entity in entities}
    id_of = {entity.uid: entity.pk for entity in entities}
    rows = DocSet.objects.filter(entity_uid__in=list(id_of), part=DOCS)
    for docset in rows.annotate(pages_count=Count("pages"), changed=Max("pages__updated_at")):
        values = {
            "pages": docset.pages_count,
            "updatedAt": docset.changed,
            "readable": not docset.error,
            "brokenLinks": len(docset.broken),
        }
        found[id_of[docset.entity_uid]] = Known(values, docset.read_at)
    return found


docs_facts = Facts(FACTS, facts_by_entity)
