"""Where a charge is shown: under the component, team, system or domain of its entity, in one of them.

Places are subqueries: the database divides what ten thousand things cost, and only what is shown is loaded.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from portal.plugin_api import Principal
from portal.plugin_api.catalog import EntityQuery, edges_to, find_entities

UNALLOCATED, OTHERS = "unallocated", "others"
NONE = {
    "team": "without an owner", "system": "in no system", "domain": "in no domain",
    "cluster": "in no cluster", "service": "other",
}  # fmt: skip
GROUPINGS = ("component", "team", "system", "domain")

Place = tuple[str, str]
"""Label and ref of a row; the ref is empty where it is no entity's."""

Sql = tuple[str, tuple[Any, ...]]
"""A statement and its parameters."""

NOTHING: Sql = ("SELECT NULL::uuid, NULL::text WHERE false", ())
OWNER = """
    SELECT part.uid, owner.ref
      FROM ({parts}) AS part(uid, ref) LEFT JOIN ({wholes}) AS owner(ref) ON owner.ref = part.ref
"""
# The first in alphabetical order, whatever that is where the database stands.
WHOLE = """
    SELECT part.uid, min(edge.whole COLLATE "C")
      FROM ({parts}) AS part(uid, ref) LEFT JOIN ({wholes}) AS edge(part, whole) ON edge.part = part.ref
     GROUP BY part.uid
"""
SUMS = """
    SELECT CASE WHEN %s OR key = ANY (%s) THEN key ELSE %s END, at, currency, sum(amount)
      FROM (SELECT CASE WHEN cost.uid IS NULL THEN %s ELSE coalesce(place.ref, '') END AS key,
                   cost.at, cost.currency, cost.amount
              FROM ({costs}) AS cost(uid, at, currency, amount)
              LEFT JOIN ({places}) AS place(uid, ref) ON place.uid = cost.uid
             WHERE cost.uid IS NULL OR place.uid IS NOT NULL) AS placed
     GROUP BY 1, 2, 3
"""


def sums_by_place(
    costs: QuerySet[Any], at: str, by: str, viewer: Principal, shown: Iterable[Place] | None
) -> list[tuple[str, date, str, Decimal]]:
    """Sums of cost rows by place, the column `at` and currency, as far as the viewer sees their entities.

    A place is its ref, empty where there is none, or UNALLOCATED; with `shown`, everything that is in none
    of these is in OTHERS.
    """
    keys = None if shown is None else [ref if ref or label != UNALLOCATED else label for label, ref in shown]
    rows, places = _sql(costs.values_list("entity_uid", at, "currency", "amount")), _places(costs, by, viewer)
    with connection.cursor() as cursor:
        given = (keys is None, keys or [], OTHERS, UNALLOCATED, *rows[1], *places[1])
        cursor.execute(SUMS.format(costs=rows[0], places=places[0]), given)
        found: list[tuple[str, date, str, Decimal]] = cursor.fetchall()
    return found


def named(keys: Iterable[str], by: str, viewer: Principal) -> dict[str, Place]:
    """What such places are called."""
    keys = set(keys)
    labels = _labels(keys, by, viewer)
    return {key: (labels[key], key) if key in labels else (key or NONE[by], "") for key in keys}


def _places(costs: QuerySet[Any], by: str, viewer: Principal) -> Sql:
    """The uid of each entity of these costs that the viewer sees, and the ref of its place, if it has one."""
    visible = find_entities(EntityQuery(), viewer=viewer).order_by()
    parts = visible.filter(uid__in=costs.values("entity_uid"))
    found = _sql(parts.values_list("uid", "owner_ref" if by == "team" else "ref"))
    if by == "team":
        found = _with(OWNER, found, _sql(visible.values_list("ref")))
    for kind in {"system": ("System",), "domain": ("System", "Domain")}.get(by, ()):
        found = _with(WHOLE, found, _sql(edges_to(kind, "partOf", viewer=viewer)))
    return found


def _with(template: str, parts: Sql, wholes: Sql) -> Sql:
    return template.format(parts=parts[0], wholes=wholes[0]), (*parts[1], *wholes[1])


def _labels(refs: set[str], by: str, viewer: Principal) -> dict[str, str]:
    if by == "team":
        return titles(refs, viewer)
    rows = find_entities(EntityQuery(), viewer=viewer).order_by().filter(ref__among=list(refs))
    return {ref: title or name for ref, title, name in rows.values_list("ref", "title", "name")}


def titles(refs: set[str], viewer: Principal) -> dict[str, str]:
    """What owners are called: people and groups have a name of their own in their profile."""
    rows = find_entities(EntityQuery(), viewer=viewer).order_by().filter(ref__among=list(refs))
    profiles = {row: (row.content.get("spec") or {}).get("profile") or {} for row in rows}
    return {
        row.ref: row.title or str(profile.get("displayName") or row.name) for row, profile in profiles.items()
    }


def _sql(rows: QuerySet[Any, Any]) -> Sql:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return NOTHING
