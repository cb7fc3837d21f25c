"""A question to the catalog as a value, and what its answer is ordered by."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Case, F, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Collate, Lower

from catalog.entities.terms import fold
from catalog.query.term_filters import first_term
from catalog.query.text_search import relevance

LAST = "\U0010ffff"

Bound = Decimal | datetime


class OrderField(StrEnum):
    NAME = "name"
    KIND = "kind"
    TYPE = "type"
    LIFECYCLE = "lifecycle"
    OWNER = "owner"
    UPDATED_AT = "updated_at"
    CREATED_AT = "created_at"


@dataclass(frozen=True, slots=True)
class EntityOrder:
    """By a field, or by any `key` of the document as folded text; entities without it come last."""

    field: OrderField = OrderField.NAME
    descending: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an entity has under a key: `spec.type`, `metadata.annotations.x/y`, `relations.ownedBy`.

    Any of `values`; a value that begins with `prefix`, that `contains` a text; whether one `exists`. Case
    does not matter. `bounds` are pairs of an operator (gt, gte, lt, lte) and a number or a point in time;
    `createdAt` and `updatedAt` are keys for them. Everything given must hold; `negated` turns it around.
    """

    key: str
    values: tuple[str, ...] | None = None
    exists: bool | None = None
    prefix: str | None = None
    contains: str | None = None
    bounds: tuple[tuple[str, Bound], ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class RelatedTo:
    """A relation of that type (`dependsOn`, `ownedBy`) to an entity that meets a question of its own.

    `field` is the field of the descriptor that names it; `attributes` are pairs of a key that is written
    beside its ref and the values it may have, case aside, None for any.
    """

    type: str
    query: "EntityQuery"
    field: str = ""
    attributes: tuple[tuple[str, tuple[str, ...] | None], ...] = ()


@dataclass(frozen=True, slots=True)
class EntityQuery:
    """Every condition that is given must hold; several values of one tuple: any of them.

    `owner` and `system` are refs, their kinds may be left out; `favourite` and `owned` are the viewer's.
    Without `order`, a search comes by relevance and everything else by name. With `similarity`, a search is
    for names that are alike at least so much (0 to 1), for texts that are misspelt.
    """

    kind: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    lifecycle: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    ref: tuple[str, ...] = ()
    orphan: bool | None = None
    has_problems: bool | None = None
    favourite: bool | None = None
    owned: bool | None = None
    where: tuple[Condition, ...] = ()
    related: tuple[RelatedTo, ...] = ()
    all_of: tuple["EntityQuery", ...] = ()
    any_of: tuple["EntityQuery", ...] = ()
    none_of: tuple["EntityQuery", ...] = ()
    search: str = ""
    similarity: float | None = None
    order: EntityOrder | None = None

    def without(self, key: str) -> "EntityQuery":
        """The same question without its own condition on one key of a facet."""
        changes: dict[str, Any] = {key: ()}
        return replace(self, **changes)

    def among(self, **conditions: Any) -> "EntityQuery":
        """The same question among what meets other conditions, which facets never leave out."""
        return replace(self, all_of=(*self.all_of, EntityQuery(**conditions))) if conditions else self

    def parts(self) -> Iterator["EntityQuery"]:
        """The question itself and every question it is made of."""
        yield self
        for part in (*self.all_of, *self.any_of, *self.none_of, *(each.query for each in self.related)):
            yield from part.parts()


def order_key(query: EntityQuery) -> Combinable:
    """What the rows are ordered by, before the uid; empty texts come last in ascending order."""
    if query.order is None and query.search.strip():
        return relevance(query.search, query.similarity)
    if query.order and query.order.key:
        first = first_term(fold(query.order.key), descending=query.order.descending)
        return Collate(Coalesce(first, Value(LAST), output_field=TextField()), "C")
    wanted = (query.order or EntityOrder()).field
    if wanted is OrderField.NAME:
        return F("sort_name")
    if wanted in (OrderField.UPDATED_AT, OrderField.CREATED_AT):
        return F(wanted.value)
    column = {OrderField.OWNER: "owner_ref"}.get(wanted, wanted.value)
    folded = Lower(column, output_field=TextField())
    empty = When(**{column: "", "then": Value(LAST)})
    return Collate(Case(empty, default=folded, output_field=TextField()), "C")


def order_direction(query: EntityQuery) -> bool:
    """Whether the order runs downwards."""
    return query.order.descending if query.order else False
