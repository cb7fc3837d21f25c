"""Facets of any dotted path: values as written with their counts, ordered by value."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Collate

from catalog.entities.terms import MAX_TEXT, fold, scalar_text
from catalog.models import Entity, Relation, Term
from catalog.permissions import visible_to
from catalog.query.cached import cached
from catalog.query.entity_query import EntityQuery
from catalog.query.filtering import Filter
from catalog.rest.documents import View
from portal.rest.views import bad_request

Rows = QuerySet[Entity]
Counts = tuple[tuple[str, int], ...]

TERMS = {
    "kind": "kind",
    "metadata.namespace": "namespace",
    "metadata.tags": "tags",
    "spec.type": "type",
    "spec.lifecycle": "lifecycle",
}
"""The facets that have rows of their own; every other one reads the documents that have the key."""

NOT_INDEXED = ("metadata.etag", "status", "attachments")
MAX_FACETS = 20
BATCH = 500


def count_facets(facets: Sequence[str], query: EntityQuery, view: View) -> dict[str, list[dict[str, object]]]:
    """`{"spec.type": [{"value": "service", "count": 3}]}`, keyed by the facet as it was asked for.

    Raises PortalError (400) where none or too many are asked for.
    """
    wanted = [facet for facet in dict.fromkeys(facets) if facet]
    if not wanted:
        raise bad_request("Missing or empty facets parameter", "facet")
    if len(wanted) > MAX_FACETS:
        raise bad_request(f"Ask for at most {MAX_FACETS} facets at once", "facet")
    return {
        facet: [{"value": value, "count": count} for value, count in _counts(fold(facet), query, view)]
        for facet in wanted
    }


def _counts(key: str, query: EntityQuery, view: View) -> Counts:
    if len(key) > MAX_TEXT or "\x00" in key or key.startswith(NOT_INDEXED):
        return ()

    def count() -> Counts:
        rows = view.rows().filter(Filter(view.viewer, view.hidden).q(query)).order_by()
        if key in TERMS:
            return _count_terms(TERMS[key], rows)
        if key.startswith("relations."):
            return _count_relations(key.removeprefix("relations."), rows, view)
        return _count_in_documents(key, rows)

    return cached(("rest facet", key), query, count, viewer=view.viewer, standing=view.standing)


def _count_terms(key: str, rows: Rows) -> Counts:
    terms = Term.objects.filter(key=key, entity__in=rows.values("pk")).values_list("value")
    counted = terms.annotate(count=Count("entity_id", distinct=True))
    return tuple(counted.order_by(Collate(F("value"), "C")))


def _count_relations(kind: str, rows: Rows, view: View) -> Counts:
    """Both directions; ends that the viewer may not know of are absent."""
    out = Relation.objects.filter(
        visible_to(view.viewer, "target_namespace", hidden=view.hidden),
        source__in=rows.values("pk"),
        type__iexact=kind,
    ).values_list("target_ref", "source__ref")
    back = Relation.objects.filter(
        visible_to(view.viewer, "source__namespace", hidden=view.hidden),
        target_ref__in=rows.values("ref"),
        inverse__iexact=kind,
    ).values_list("source__ref", "target_ref")
    return tuple(sorted(Counter(end for end, _ in {*out, *back}).items()))


def _count_in_documents(key: str, rows: Rows) -> Counts:
    """A scan of the documents that have the key, in batches."""
    if key == "metadata.uid":
        return tuple((str(uid), 1) for uid in rows.order_by("uid").values_list("uid", flat=True))
    found: Counter[str] = Counter()
    having = rows.filter(terms__contains=[key]).values_list("document", flat=True)
    for document in having.iterator(chunk_size=BATCH):
        found.update(set(values_at(orjson.loads(document), key)))
    return tuple(sorted(found.items()))


def values_at(value: Any, key: str) -> Iterator[str]:
    """The values that a document has under a folded key, as `catalog.entities.terms` indexes them.

    Keys may hold dots of their own; an item of a list is also a key, whose value is "true".
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            folded = fold(name)
            if folded == key:
                yield from _scalars(inner)
            elif key.startswith(f"{folded}."):
                yield from values_at(inner, key[len(folded) + 1 :])
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, str) and fold(item) == key:
                yield "true"
            elif not isinstance(item, str):
                yield from values_at(item, key)


def _scalars(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        text = None if isinstance(item, dict | list) else scalar_text(item)
        if text is not None and len(text) <= MAX_TEXT:
            yield text
