"""Finds the entity that a source means by a name: one at most, so that nothing is counted twice."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection, transaction

from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import Condition, EntityQuery, EntityRef, InvalidRef, find_entities

from .settings import CostsSettings

ANNOTATION = "portal/cost-names"
NAMES_AT_ONCE = 100

KNOWN = """
    SELECT name, entity_uid FROM costs_cost WHERE name <> ''
     UNION SELECT name, entity_uid FROM costs_monthlycost WHERE name <> ''
"""
MATCH = """
    UPDATE {table} AS cost SET entity_uid = matched.uid
      FROM unnest(%s::text[], %s::uuid[]) AS matched(name, uid)
     WHERE cost.name = matched.name AND cost.entity_uid IS DISTINCT FROM matched.uid
"""


def known_names() -> set[str]:
    """Every name that any charge has."""
    return {name for name, _ in _known()}


def match_names(meant: Mapping[str, UUID]) -> None:
    """Make every row know its entity, also where the catalog has learnt of it, or lost it, since.

    `meant` has all the names that mean one. Rows that know it already are not touched.
    """
    wrong = sorted({name for name, uid in _known() if meant.get(name) != uid})
    for start in range(0, len(wrong), NAMES_AT_ONCE):
        names = wrong[start : start + NAMES_AT_ONCE]
        with transaction.atomic(), connection.cursor() as cursor:
            for table in ("costs_cost", "costs_monthlycost"):
                cursor.execute(MATCH.format(table=table), [names, [meant.get(name) for name in names]])


def entities_meant(names: Iterable[str], settings: CostsSettings) -> dict[str, UUID]:
    """By name the uid of the entity whose annotation lists it, whose ref it is, or whose name it is.

    Among several of one name, the kind that comes first in the settings, the namespace `default`, then the
    ref in alphabetical order.
    """
    names = list(names)
    found: dict[str, UUID] = {}
    kinds = [kind.lower() for kind in settings.kinds]
    of_kinds = find_entities(EntityQuery(kind=settings.kinds), viewer=SYSTEM).order_by()
    rows = of_kinds.filter(name__among=names).values_list("kind", "namespace", "ref", "name", "uid")
    for *_, name, uid in sorted(
        rows, key=lambda row: (kinds.index(row[0].lower()), row[1] != "default", row[2]), reverse=True
    ):
        found[name] = uid
    refs = {str(ref): name for name in names if ":" in name and (ref := _ref(name))}
    named = find_entities(EntityQuery(), viewer=SYSTEM).order_by().filter(ref__among=list(refs))
    found |= {refs[ref]: uid for ref, uid in named.values_list("ref", "uid")}
    listing = EntityQuery(where=(Condition(f"metadata.annotations.{ANNOTATION}", exists=True),))
    for entity in find_entities(listing, viewer=SYSTEM).order_by("-ref"):
        listed = str(entity.content["metadata"]["annotations"][ANNOTATION])
        for name in listed.split(","):
            found[name.strip()] = entity.uid
    return found


def _known() -> list[tuple[str, UUID | None]]:
    with connection.cursor() as cursor:
        cursor.execute(KNOWN)
        found: list[tuple[str, UUID | None]] = cursor.fetchall()
        return found


def _ref(name: str) -> EntityRef | None:
    try:
        return EntityRef.parse(name)
    except InvalidRef:
        return None
