"""Finds the entity that a source means by a name: one at most, so that nothing is counted twice."""

from django.db import connection

from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import Condition, Entity, EntityQuery, EntityRef, InvalidRef, find_entities

from .models import Cost
from .settings import CostsSettings

ANNOTATION = "portal/cost-names"

MATCH = """
    UPDATE costs_cost AS cost SET entity_uid = matched.uid
      FROM unnest(%s::text[], %s::uuid[]) AS matched(name, uid)
     WHERE cost.name = matched.name AND cost.entity_uid IS DISTINCT FROM matched.uid
"""


def match_names(settings: CostsSettings) -> None:
    """Make every row know its entity, also where the catalog has learnt of it, or lost it, since."""
    names = list(Cost.objects.exclude(name="").values_list("name", flat=True).distinct())
    meant = entities_meant(names, settings)
    with connection.cursor() as cursor:
        cursor.execute(MATCH, [names, [meant[name].uid if name in meant else None for name in names]])


def entities_meant(names: list[str], settings: CostsSettings) -> dict[str, Entity]:
    """By name: the entity whose annotation lists it, whose ref it is, or whose name it is.

    Among several of one name, the kind that comes first in the settings, the namespace `default`, then the
    ref in alphabetical order.
    """
    found: dict[str, Entity] = {}
    rows = find_entities(EntityQuery(kind=settings.kinds), viewer=SYSTEM).order_by().filter(name__in=names)
    for entity in sorted(rows, key=lambda each: _preference(each, settings), reverse=True):
        found[entity.name] = entity
    refs = {str(ref): name for name in names if ":" in name and (ref := _ref(name))}
    for entity in find_entities(EntityQuery(), viewer=SYSTEM).order_by().filter(ref__in=refs):
        found[refs[entity.ref]] = entity
    listing = EntityQuery(where=(Condition(f"metadata.annotations.{ANNOTATION}", exists=True),))
    for entity in find_entities(listing, viewer=SYSTEM).order_by("-ref"):
        listed = str(entity.content["metadata"]["annotations"][ANNOTATION])
        for name in listed.split(","):
            found[name.strip()] = entity
    return found


def _preference(entity: Entity, settings: CostsSettings) -> tuple[int, bool, str]:
    kinds = [kind.lower() for kind in settings.kinds]
    return kinds.index(entity.kind.lower()), entity.namespace != "default", entity.ref


def _ref(name: str) -> EntityRef | None:
    try:
        return EntityRef.parse(name)
    except InvalidRef:
        return None
