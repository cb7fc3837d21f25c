"""Facets: the values of a key among entities, and how many entities have each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count, Max

from catalog.entities.refs import namespace_of
from catalog.models import Entity, Term
from catalog.permissions import hidden_namespaces, visible_to
from catalog.query.cached import cached
from catalog.query.entity_query import EntityQuery
from catalog.query.filtering import Filter
from portal.accounts.principal import Principal
from portal.rest.errors import Invalid

FACET_KEYS = ("kind", "type", "owner", "lifecycle", "tags", "namespace", "system")


def facets(keys: Sequence[str], query: EntityQuery, *, viewer: Principal) -> dict[str, list[tuple[str, int]]]:
    """Values and counts of each key, most frequent first, under the query without the key's own condition.

    Raises Invalid for a key that is not in FACET_KEYS.
    """
    check_facets(keys)
    return cached(("facets", tuple(keys)), query, lambda: _facets(keys, query, viewer), viewer=viewer)


def check_facets(keys: Sequence[str]) -> None:
    """Raises Invalid for a key that is not in FACET_KEYS."""
    for key in keys:
        if key not in FACET_KEYS:
            known = ", ".join(FACET_KEYS)
            raise Invalid(f"There is no facet {key[:50]!r}. Ask for: {known}.", code="UNKNOWN_FACET")


def _facets(keys: Sequence[str], query: EntityQuery, viewer: Principal) -> dict[str, list[tuple[str, int]]]:
    by_query: dict[EntityQuery, list[str]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        by_query[query.without(key)].append(key)
    asked = Filter(viewer)
    found: dict[str, list[tuple[str, int]]] = {key: [] for key in keys}
    for part, part_keys in by_query.items():
        matching = Entity.objects.filter(visible_to(viewer), asked.q(part)).order_by()
        counted = (
            Term.objects.filter(key__in=part_keys, entity__in=matching.values("pk"))
            .values("key", "folded")
            .annotate(count=Count("entity_id"), shown=Max("value"))
            .order_by("key", "-count", "folded")
        )
        for row in counted:
            if row["key"] not in ("owner", "system") or namespace_of(row["folded"]) not in asked.hidden:
                found[row["key"]].append((row["shown"], row["count"]))
    return found


def facet_values_by_ref(
    refs: Iterable[str], keys: Sequence[str], *, viewer: Principal
) -> dict[str, list[tuple[str, str, str]]]:
    """(key, folded value, value as written) of each of these entities, for facets over lists of refs.

    One statement. Raises Invalid for a key that is not in FACET_KEYS.
    """
    check_facets(keys)
    hidden = hidden_namespaces(viewer) if {"owner", "system"} & set(keys) else frozenset()
    rows = Term.objects.filter(key__in=keys, entity__ref__in=list(refs))
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for ref, key, folded, value in rows.values_list("entity__ref", "key", "folded", "value"):
        if key not in ("owner", "system") or namespace_of(folded) not in hidden:
            found[ref].append((key, folded, value))
    return found
