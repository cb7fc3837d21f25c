"""What pages of entities ask of the database, prepared: written once for each way of looking at it."""

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import CatalogState, Descriptor, Entity, Favourite, Location, Relation
from catalog.permissions import READ_SCOPE, visible_to
from catalog.problems import visible_problems
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.database.prepared import Parameter, Prepared

T = TypeVar("T")

NOT_LOADED = ("terms", "search", "search_name", "search_text")

SOMEBODY = Principal(Account(user_ref=Parameter("viewer", "text")))
"""In place of every viewer that grants count for."""


class Seen(Generic[T]):
    """What `make(viewer)` would find: for those who see everything, and for all others, who are a parameter.

    `make` may ask of its viewer what `visible_to` does. A token that may not read finds nothing.
    """

    def __init__(self, make: Callable[[Principal], QuerySet[Any, T]]) -> None:
        self._whole = Prepared(lambda: make(SYSTEM))
        self._granted = Prepared(lambda: make(SOMEBODY))

    def __call__(self, viewer: Principal, **values: Any) -> list[T]:
        if not viewer.has_scope(READ_SCOPE):
            return []
        if viewer.sees_everything:
            return self._whole(**values)
        return self._granted(**values, viewer=viewer.user_ref or "")


def find_visible(*, viewer: Principal, hidden: frozenset[str] | None = None) -> QuerySet[Entity]:
    """Every entity that the viewer may know of, without the columns that only filters read.

    `hidden` as for `visible_to`.
    """
    return Entity.objects.filter(visible_to(viewer, hidden=hidden)).defer(*NOT_LOADED)


IDS, REFS, TYPES = Parameter("ids", "bigint[]"), Parameter("refs", "text[]"), Parameter("types", "text[]")
HERE, THERE = Parameter("here", "text[]"), Parameter("there", "text[]")


def _edges(viewer: Principal, *, of_types: bool) -> QuerySet[Relation, tuple[str, str, str]]:
    """Of the entities REFS with the primary keys IDS: its own ref, the type, and the other end's ref."""
    outward = Relation.objects.filter(visible_to(viewer, "target_namespace"), source__pk__among=IDS)
    inward = Relation.objects.filter(visible_to(viewer, "source__namespace"), target_ref__among=REFS)
    if of_types:
        outward, inward = outward.filter(type__among=TYPES), inward.filter(inverse__among=TYPES)
    return outward.values_list("source__ref", "type", "target_ref").union(
        inward.values_list("target_ref", "inverse", "source__ref"), all=True
    )


def _between(viewer: Principal) -> QuerySet[Relation]:
    """The relations from one of HERE to one of THERE, and back."""
    forth = Q(source__ref__among=HERE, target_ref__among=THERE)
    back = Q(source__ref__among=THERE, target_ref__among=HERE)
    ends = visible_to(viewer, "source__namespace"), visible_to(viewer, "target_namespace")
    return Relation.objects.filter(forth | back, *ends)


def _descriptors(viewer: Principal) -> QuerySet[Descriptor]:
    """Of the entities REFS in the locations IDS."""
    seen = Exists(Entity.objects.filter(visible_to(viewer), ref=OuterRef("ref")))
    return Descriptor.objects.filter(seen, location__pk__among=IDS, ref__among=REFS)


GENERATION = Prepared(lambda: CatalogState.objects.filter(pk=1).values_list("generation"))
BY_REFS = Seen(lambda viewer: find_visible(viewer=viewer).filter(ref__among=REFS))
BY_IDS = Prepared(lambda: Entity.objects.filter(pk__among=IDS).defer(*NOT_LOADED))
EDGES, EDGES_OF_TYPES = Seen(partial(_edges, of_types=False)), Seen(partial(_edges, of_types=True))
BETWEEN = Seen(_between)
DESCRIPTORS = Seen(_descriptors)
LOCATIONS = Seen(lambda viewer: Location.objects.filter(visible_to(viewer), pk__among=IDS))
PROBLEMS = Seen(
    lambda viewer: visible_problems(viewer).filter(ref__among=REFS).order_by("path", "line", "id")
)
MARKED = Prepared(
    lambda: Favourite.objects.filter(
        account__pk=Parameter("account", "bigint"), entity__pk__among=IDS
    ).values_list("entity_id")
)
