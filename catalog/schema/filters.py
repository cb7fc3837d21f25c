"""GraphQL inputs for questions to the catalog, and the values they become."""

from collections.abc import Iterable
from typing import Any

import graphene

from catalog.selectors import Condition, EntityOrder, EntityQuery, OrderField
from portal.rest.errors import Invalid

MAX_CONDITIONS = 100
LISTS = ("kind", "type", "owner", "lifecycle", "tags", "namespace", "system", "name")
FLAGS = ("orphan", "has_problems", "favourite", "owned")

EntityOrderField = graphene.Enum.from_enum(OrderField, name="EntityOrderField")


class OrderDirection(graphene.Enum):
    """Which end of an order comes first."""

    ASC = "ASC"
    DESC = "DESC"


class EntityOrderInput(graphene.InputObjectType):
    """What a list is ordered by, then by uid. Values that are missing come last in ascending order."""

    class Meta:
        name = "EntityOrder"

    field = graphene.InputField(EntityOrderField, required=True)
    direction = OrderDirection(default_value=OrderDirection.ASC)


class EntityCondition(graphene.InputObjectType):
    """On any key of the document: `spec.type`, `metadata.annotations.x/y`, `relations.ownedBy`."""

    key = graphene.String(required=True)
    in_ = graphene.List(
        graphene.NonNull(graphene.String), name="in", description="Any of these values; case does not count."
    )
    exists = graphene.Boolean()


def _any_of(description: str | None = None) -> graphene.List:
    return graphene.List(graphene.NonNull(graphene.String), description=description)


class EntityFilter(graphene.InputObjectType):
    """All conditions given must hold; several values of one list: any of them; an empty list asks nothing."""

    kind = _any_of()
    type = _any_of()
    owner = _any_of("Refs; without a kind they are groups.")
    lifecycle = _any_of()
    tags = _any_of()
    namespace = _any_of()
    system = _any_of("Refs; without a kind they are systems.")
    name = _any_of()
    orphan = graphene.Boolean(description="Its source declares it no longer.")
    has_problems = graphene.Boolean()
    favourite = graphene.Boolean(description="Of the viewer.")
    owned = graphene.Boolean(description="By the viewer, or by one of the viewer's groups.")
    where = graphene.List(graphene.NonNull(EntityCondition))
    and_ = graphene.List(graphene.NonNull(lambda: EntityFilter), name="and")
    or_ = graphene.List(graphene.NonNull(lambda: EntityFilter), name="or")
    not_ = graphene.InputField(lambda: EntityFilter, name="not")


def to_query(filter: Any, *, search: str | None = None, order_by: Any = None) -> EntityQuery:
    """The question that a filter, a search text and an order ask. Raises Invalid (FILTER_TOO_LARGE)."""
    if _count(filter) > MAX_CONDITIONS:
        raise Invalid(
            f"The filter has more than {MAX_CONDITIONS} conditions. Use one list of values where several "
            "conditions ask for the same key.",
            code="FILTER_TOO_LARGE",
            path=("filter",),
        )
    order = None
    if order_by:
        order = EntityOrder(
            OrderField(order_by["field"]), OrderDirection.get(order_by["direction"]) == OrderDirection.DESC
        )
    return _query(filter or {}, search=search or "", order=order)


def _query(filter: Any, *, search: str = "", order: EntityOrder | None = None) -> EntityQuery:
    lists: Any = {key: tuple(filter.get(key) or ()) for key in LISTS}
    flags: Any = {key: filter.get(key) for key in FLAGS}
    return EntityQuery(
        **lists,
        **flags,
        where=tuple(_condition(condition) for condition in filter.get("where") or ()),
        all_of=tuple(_query(part) for part in filter.get("and_") or ()),
        any_of=tuple(_query(part) for part in filter.get("or_") or ()),
        none_of=(_query(filter["not_"]),) if filter.get("not_") else (),
        search=search,
        order=order,
    )


def _condition(condition: Any) -> Condition:
    values = condition.get("in_")
    return Condition(
        key=condition["key"],
        values=None if values is None else tuple(values),
        exists=condition.get("exists"),
    )


def _count(filter: Any) -> int:
    """How many conditions a filter has in all; nesting is bounded by the endpoint."""
    if not filter:
        return 1
    parts: Iterable[Any] = [
        *(filter.get("and_") or ()),
        *(filter.get("or_") or ()),
        *([filter["not_"]] if filter.get("not_") else ()),
    ]
    return len(filter) + len(filter.get("where") or ()) + sum(_count(part) for part in parts)
