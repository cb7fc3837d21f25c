"""Facets: the values of a key and how many entities have each, beside any list of entities."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.entities.values import display_name
from catalog.selectors import FACET_KEYS, get_entities_by_refs
from portal.accounts.principal import Principal

MAX_BUCKETS = 200
REF_FACETS = ("owner", "system")


class FacetBucket(graphene.ObjectType):
    """One value and how many entities have it."""

    value = graphene.String(required=True)
    count = graphene.Int(required=True)
    label = graphene.String(required=True, description="The display name where the value is a ref.")


class Facet(graphene.ObjectType):
    """The values of one key, most frequent first, at most 200."""

    key = graphene.String(required=True)
    buckets = graphene.List(graphene.NonNull(FacetBucket), required=True)


Counts = Mapping[str, Sequence[tuple[str, int]]]


def shown_facets(keys: Sequence[str], found: Counts, viewer: Principal) -> list[Facet]:
    """The facets in the order they were asked for, refs with the names of what they name."""
    return shown_facets_of_many(keys, {0: found}, viewer)[0]


def shown_facets_of_many(
    keys: Sequence[str], found: Mapping[int, Counts], viewer: Principal
) -> dict[int, list[Facet]]:
    """The same for many lists at once, with one statement for all the names."""
    refs = {
        value
        for counts in found.values()
        for key in REF_FACETS
        for value, _ in counts.get(key, ())[:MAX_BUCKETS]
    }
    entities = get_entities_by_refs(refs, viewer) if refs else {}
    names = {ref: display_name(entity) for ref, entity in entities.items()}
    return {
        pk: [
            Facet(key=key, buckets=_buckets(counts[key][:MAX_BUCKETS], names)) for key in dict.fromkeys(keys)
        ]
        for pk, counts in found.items()
    }


def _buckets(counted: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[FacetBucket]:
    return [FacetBucket(value=value, count=count, label=names.get(value, value)) for value, count in counted]


def facets_field(known: Sequence[str] = FACET_KEYS) -> graphene.Field:
    """The `facets` of a connection, whose page answers `facets(keys)`."""

    def resolve(page: Any, info: GraphQLResolveInfo, keys: Sequence[str]) -> list[Facet]:
        facets: list[Facet] = page.facets(keys)
        return facets

    return graphene.Field(
        graphene.List(graphene.NonNull(Facet), required=True),
        keys=graphene.List(graphene.NonNull(graphene.String), required=True, description=", ".join(known)),
        required=True,
        resolver=resolve,
        description="Counts over the whole list; a key's own condition is left out of its own facet.",
    )
