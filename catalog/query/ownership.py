"""What teams and people own: the entities of many groups, those of the groups below them included."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from django.db import connection

from catalog.models import Entity
from catalog.permissions import subjects_of
from catalog.selectors import find_visible
from portal.accounts.principal import Principal

MOST_OWNED = 2000

# Each group with itself and all groups below: a group names its parent, or a parent its children.
GROUPS_BELOW = """
    WITH RECURSIVE below(top, ref) AS (
        SELECT ref, ref FROM unnest(%s::text[]) AS ref
      UNION
        SELECT below.top, next.ref FROM below JOIN LATERAL (
            SELECT e.ref FROM catalog_relation r JOIN catalog_entity e ON e.id = r.source_id
             WHERE r.target_ref = below.ref AND r.type = 'childOf' AND e.kind = 'Group'
          UNION ALL
            SELECT r.target_ref FROM catalog_relation r JOIN catalog_entity e ON e.id = r.source_id
             WHERE e.ref = below.ref AND e.kind = 'Group' AND r.inverse = 'childOf'
        ) next ON true
    )
    SELECT top, ref FROM below
"""


def owned_by_team(teams: Sequence[Entity], viewer: Principal) -> dict[int, list[Entity]]:
    """What each of these groups owns, with what the groups below it own, by primary key and in order of name.

    Two statements, however many groups; of each at most MOST_OWNED that the viewer may see.
    """
    tops = _tops(teams)
    owned: dict[str, list[Entity]] = defaultdict(list)
    rows = find_visible(viewer=viewer).filter(owner_ref__in=list(tops)).order_by("name", "uid")
    for entity in rows[: MOST_OWNED * max(len(teams), 1)]:
        for top in tops[entity.owner_ref]:
            owned[top].append(entity)
    return {team.pk: owned[team.ref][:MOST_OWNED] for team in teams}


def owned_uids_by_team(
    teams: Sequence[Entity], viewer: Principal, kinds: Callable[[Iterable[str]], frozenset[str]] = frozenset
) -> dict[int, set[UUID]]:
    """The uids of all that each of these groups owns, in the same way and without loading or leaving out any;
    `kinds` says which kinds of those found are counted."""
    tops = _tops(teams)
    rows = find_visible(viewer=viewer).filter(owner_ref__among=list(tops)).order_by()
    found = list(rows.values_list("uid", "owner_ref", "kind"))
    counted = kinds({kind for *_, kind in found})
    owned: dict[str, set[UUID]] = defaultdict(set)
    for uid, owner, kind in found:
        if kind in counted:
            for top in tops[owner]:
                owned[top].add(uid)
    return {team.pk: owned[team.ref] for team in teams}


def _tops(teams: Sequence[Entity]) -> dict[str, set[str]]:
    """Every group of these and below them, with those of these that it is, or is below."""
    tops: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(GROUPS_BELOW, [[team.ref for team in teams]])
        for top, ref in cursor.fetchall():
            tops[ref].add(top)
    return tops


def owned_by_viewer(viewer: Principal) -> list[Entity]:
    """What the viewer and the groups above the viewer own, in order of name; at most MOST_OWNED."""
    subjects = subjects_of(viewer)
    if not subjects:
        return []
    rows = find_visible(viewer=viewer).filter(owner_ref__in=sorted(subjects))
    return list(rows.order_by("name", "uid")[:MOST_OWNED])
