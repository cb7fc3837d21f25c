"""GraphQL inputs for questions to the catalog, and the values they become."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import graphene

from catalog.query.entity_query import Bound, Condition, EntityOrder, EntityQuery, OrderField, RelatedTo
from portal.rest.errors import Invalid

MAX_CONDITIONS = 100
MAX_RELATED = 3
NUMBER = re.compile(r"[-+]?[0-9]{1,30}(\.[0-9]{1,30})?")
OPERATORS = ("gt", "gte", "lt", "lte")
BOUND = "A number, or a point in time: `12.5`, `2026-01-31T08:15:00Z`. Values that are neither do not count."
LISTS = ("kind", "type", "owner", "lifecycle", "tags", "namespace", "system", "name", "ref")
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

    field = graphene.InputField(EntityOrderField)
    key = graphene.String(description="Instead of a field: any key of the document, `spec.tier`, as text.")
    direction = OrderDirection(default_value=OrderDirection.ASC)


class EntityCondition(graphene.InputObjectType):
    """On any key of the document: `spec.type`, `metadata.annotations.x/y`, `relations.ownedBy`."""

    key = graphene.String(required=True)
    in_ = graphene.List(
        graphene.NonNull(graphene.String), name="in", description="Any of these values; case does not count."
    )
    exists = graphene.Boolean()
    prefix = graphene.String(description="A value that begins so.")
    contains = graphene.String(description="A value that holds this.")
    gt = graphene.String(description=BOUND)
    gte = graphene.String(description=BOUND)
    lt = graphene.String(description=BOUND)
    lte = graphene.String(description=BOUND)
    not_ = graphene.Boolean(name="not", description="Turns this condition around.")


class RelationAttribute(graphene.InputObjectType):
    """Something that is written beside the ref of a relation."""

    key = graphene.String(required=True)
    in_ = graphene.List(
        graphene.NonNull(graphene.String),
        name="in",
        description="Any of these values; case does not count. Without it, any value.",
    )


class RelatedFilter(graphene.InputObjectType):
    """A relation to something that meets a filter of its own."""

    type = graphene.String(required=True, description="`dependsOn`, `ownedBy`, `hasPart`, …")
    filter = graphene.InputField(lambda: EntityFilter, required=True)
    field = graphene.String(description="The field of the descriptor that names it: `spec.dependsOn`.")
    attributes = graphene.List(graphene.NonNull(RelationAttribute), description="All of these.")


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
    ref = _any_of("Whole refs: `component:default/web`.")
    orphan = graphene.Boolean(description="Its source declares it no longer.")
    has_problems = graphene.Boolean()
    favourite = graphene.Boolean(description="Of the viewer.")
    owned = graphene.Boolean(description="By the viewer, or by one of the viewer's groups.")
    where = graphene.List(graphene.NonNull(EntityCondition))
    related = graphene.List(
        graphene.NonNull(RelatedFilter), description="All of these; three levels of relations at most."
    )
    and_ = graphene.List(graphene.NonNull(lambda: EntityFilter), name="and")
    or_ = graphene.List(graphene.NonNull(lambda: EntityFilter), name="or")
    not_ = graphene.InputField(lambda: EntityFilter, name="not")


def to_query(filter: Any, *, search: str | None = None, order_by: Any = None) -> EntityQuery:
    """The question that a filter, a search text and an order ask.

    Raises Invalid (FILTER_TOO_LARGE, INVALID_BOUND, INVALID_ORDER).
    """
    if _count(filter) > MAX_CONDITIONS:
        raise Invalid(
            f"The filter has more than {MAX_CONDITIONS} conditions. Use one list of values where several "
            "conditions ask for the same key.",
            code="FILTER_TOO_LARGE",
            path=("filter",),
        )
    return _query(filter or {}, search=search or "", order=_order(order_by))


def _order(order_by: Any) -> EntityOrder | None:
    if not order_by:
        return None
    field, key = order_by.get("field"), order_by.get("key") or ""
    if (field is None) == (not key) or key.lower().startswith("relations.") or "\x00" in key:
        raise Invalid(
            "An order is by a `field` or by a `key` of the document, by one of the two.",
            code="INVALID_ORDER",
            path=("orderBy",),
        )
    descending = OrderDirection.get(order_by["direction"]) == OrderDirection.DESC
    return EntityOrder(OrderField(field or OrderField.NAME), descending, key)


def _query(filter: Any, *, search: str = "", order: EntityOrder | None = None, level: int = 0) -> EntityQuery:
    lists: Any = {key: tuple(filter.get(key) or ()) for key in LISTS}
    flags: Any = {key: filter.get(key) for key in FLAGS}
    return EntityQuery(
        **lists,
        **flags,
        where=tuple(_condition(condition) for condition in filter.get("where") or ()),
        related=tuple(_related(each, level + 1) for each in filter.get("related") or ()),
        all_of=tuple(_query(part, level=level) for part in filter.get("and_") or ()),
        any_of=tuple(_query(part, level=level) for part in filter.get("or_") or ()),
        none_of=(_query(filter["not_"], level=level),) if filter.get("not_") else (),
        search=search,
        order=order,
    )


def _related(related: Any, level: int) -> RelatedTo:
    if level > MAX_RELATED:
        raise Invalid(
            f"The filter goes over more than {MAX_RELATED} relations: ask in two queries.",
            code="FILTER_TOO_LARGE",
            path=("filter",),
        )
    attributes = [(each["key"], each.get("in_")) for each in related.get("attributes") or ()]
    return RelatedTo(
        related["type"],
        _query(related["filter"], level=level),
        related.get("field") or "",
        tuple((key, None if values is None else tuple(values)) for key, values in attributes),
    )


def _condition(condition: Any) -> Condition:
    values = condition.get("in_")
    given = [(name, condition.get(name)) for name in OPERATORS]
    return Condition(
        key=condition["key"],
        values=None if values is None else tuple(values),
        exists=condition.get("exists"),
        prefix=condition.get("prefix"),
        contains=condition.get("contains"),
        bounds=tuple((name, _bound(text)) for name, text in given if text is not None),
        negated=bool(condition.get("not_")),
    )


def _bound(text: str) -> Bound:
    """A number, or a point in time with its zone; a date is its first moment in UTC."""
    if NUMBER.fullmatch(text):
        return Decimal(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or (moment.tzinfo is None and len(text) > len("2026-01-31")):
        raise Invalid(
            f"{text[:80]!r} is neither a number nor a point in time: write 12.5 or 2026-01-31T08:15:00Z.",
            code="INVALID_BOUND",
            path=("filter", "where"),
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(filter: Any) -> int:
    """How many conditions a filter has in all; nesting is bounded by the endpoint."""
    if not filter:
        return 1
    parts: Iterable[Any] = [
        *(filter.get("and_") or ()),
        *(filter.get("or_") or ()),
        *([filter["not_"]] if filter.get("not_") else ()),
        *(related["filter"] for related in filter.get("related") or ()),
    ]
    said = sum(len(related.get("attributes") or ()) for related in filter.get("related") or ())
    return len(filter) + len(filter.get("where") or ()) + said + sum(_count(part) for part in parts)
