"""Connections: forward pages of a list, by keyset and never by offset.

A field made with `connection_field` takes `first` (1 to 100, 20 if left out) and `after`; its resolver
returns `page_of_rows` (a queryset) or `page_of_items` (a list in memory). There is no `last` and no
`before`: to go back, a client keeps the cursors it came by.
"""

import bisect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import graphene
from django.conf import settings
from django.db.models import Q, QuerySet
from graphql import GraphQLResolveInfo

from portal.extension.batching import introduce
from portal.graphql.cursors import decode_cursor, encode_cursor
from portal.rest.errors import Invalid

DEFAULT_PAGE_SIZE = 20


class PageInfo(graphene.ObjectType):
    """Where a page lies in its list."""

    has_next_page = graphene.Boolean(required=True)
    has_previous_page = graphene.Boolean(required=True)
    start_cursor = graphene.String()
    end_cursor = graphene.String()


@dataclass(frozen=True)
class OrderKey:
    """One key of an order: a column or annotation that is never null. The last key of an order is unique."""

    name: str
    descending: bool = False


@dataclass(frozen=True)
class Edge:
    """A node and its cursor."""

    node: Any
    cursor: str


@dataclass
class Page:
    """What a connection field resolves to; nodes, cursors and the total are made when they are asked for.

    `items` are what the page holds, `cursor_of` gives an item's cursor, `show` turns all items into nodes
    at once (None in the place of one that is gone). `facets(keys)` are those of the whole list, for
    connections that have that field.
    """

    items: Sequence[Any]
    has_next_page: bool
    has_previous_page: bool
    cursor_of: Callable[[Any], str]
    count: Callable[[], int]
    show: Callable[[Sequence[Any]], Sequence[Any]] = list
    facets: Callable[[Sequence[str]], Any] | None = None

    @property
    def page_info(self) -> "Page":
        return self

    @cached_property
    def _shown(self) -> list[tuple[Any, Any]]:
        pairs = zip(self.show(self.items), self.items, strict=True)
        return [(node, item) for node, item in pairs if node is not None]

    @property
    def nodes(self) -> list[Any]:
        return [node for node, _ in self._shown]

    @property
    def edges(self) -> list[Edge]:
        return [Edge(node, self.cursor_of(item)) for node, item in self._shown]

    @property
    def start_cursor(self) -> str | None:
        return self.cursor_of(self.items[0]) if self.items else None

    @property
    def end_cursor(self) -> str | None:
        return self.cursor_of(self.items[-1]) if self.items else None

    @cached_property
    def total_count(self) -> int:
        return self.count()


@cache
def connection_type(node_type: type) -> type[graphene.ObjectType]:
    """`XConnection` (and its `XEdge`) of a node type; made once.

    A node type may say `connection_name`, the X, and `connection_fields()`, more fields of the connection.
    """
    name = getattr(node_type, "connection_name", node_type._meta.name)  # type: ignore[attr-defined]
    more = node_type.connection_fields() if hasattr(node_type, "connection_fields") else {}
    node = graphene.NonNull(node_type)
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {"node": graphene.Field(node), "cursor": graphene.String(required=True)},
    )
    return type(
        f"{name}Connection",
        (graphene.ObjectType,),
        {
            "nodes": graphene.List(node, required=True),
            "edges": graphene.List(graphene.NonNull(edge), required=True),
            "page_info": graphene.Field(PageInfo, required=True),
            "total_count": graphene.Int(required=True, description="Counted only when it is asked for."),
            **more,
        },
    )


def connection_field(node_type: type, **arguments: Any) -> graphene.Field:
    """A field that answers in pages; `arguments` are graphene.Field's (`description`, `resolver`, …)."""
    arguments.setdefault("required", True)
    return graphene.Field(
        connection_type(node_type),
        first=graphene.Int(default_value=DEFAULT_PAGE_SIZE, description="Page size, 1 to 100."),
        after=graphene.String(description="A cursor of this list."),
        **arguments,
    )


def check_page_size(first: int | None) -> int:
    """The page size to use. Raises Invalid (PAGE_SIZE) outside 1 to PORTAL's maximum."""
    size = DEFAULT_PAGE_SIZE if first is None else first
    if not 1 <= size <= settings.GRAPHQL_MAX_PAGE_SIZE:
        raise Invalid(
            f"`first` is {size}: ask for 1 to {settings.GRAPHQL_MAX_PAGE_SIZE} and use `after` for more.",
            code="PAGE_SIZE",
            path=("first",),
        )
    return size


def list_scope(info: GraphQLResolveInfo, arguments: dict[str, Any], parent: Any = None) -> str:
    """What a cursor is bound to: the field, the object it hangs on, filter and order, and the viewer."""
    principal = info.context.principal
    viewer = principal.account.pk if principal.account else "system"
    parts = [info.parent_type.name, info.field_name, str(parent), arguments, viewer]
    return json.dumps(parts, sort_keys=True, default=str)


def page_of_rows(
    rows: "QuerySet[Any]",
    order: Sequence[OrderKey],
    *,
    info: GraphQLResolveInfo,
    first: int | None = None,
    after: str | None = None,
    count: Callable[[], int] | None = None,
    facets: Callable[[Sequence[str]], Any] | None = None,
    **arguments: Any,
) -> Page:
    """A page of a queryset; `arguments` are the field's other arguments, which its cursors are bound to.

    `count` answers the total where there is a better way than to count the rows, `facets` those of the list.
    """
    size = check_page_size(first)
    scope = list_scope(info, arguments)
    ordered = rows.order_by(*[f"{'-' if key.descending else ''}{key.name}" for key in order])
    if after is not None:
        ordered = ordered.filter(_behind(order, decode_cursor(after, scope)))
    found = list(ordered[: size + 1])
    return Page(
        items=introduce(found[:size]),
        has_next_page=len(found) > size,
        has_previous_page=after is not None,
        cursor_of=lambda row: encode_cursor([getattr(row, key.name) for key in order], scope),
        count=count or (lambda: rows.order_by().count()),
        facets=facets,
    )


def page_of_items(
    items: Sequence[Any],
    key: Callable[[Any], Sequence[str]],
    *,
    info: GraphQLResolveInfo,
    first: int | None = None,
    after: str | None = None,
    parent: Any = None,
    show: Callable[[Sequence[Any]], Sequence[Any]] = list,
    facets: Callable[[Sequence[str]], Any] | None = None,
    **arguments: Any,
) -> Page:
    """A page of a list in memory that is sorted by `key` (a tuple of texts, unique in the list).

    `parent` is what the list belongs to, so that its cursors are good for no other.
    """
    size = check_page_size(first)
    scope = list_scope(info, arguments, parent)
    start = 0
    if after is not None:
        position = decode_cursor(after, scope)
        start = bisect.bisect_right(items, position, key=lambda item: list(key(item)))
    return Page(
        items=items[start : start + size],
        has_next_page=start + size < len(items),
        has_previous_page=start > 0,
        cursor_of=lambda item: encode_cursor(key(item), scope),
        count=lambda: len(items),
        show=show,
        facets=facets,
    )


def _behind(order: Sequence[OrderKey], values: Sequence[Any]) -> Q:
    """The rows after a position: (a > x) or (a = x and b > y) …, and a >= x to let an index start there."""
    behind, equal = Q(), Q()
    for key, value in zip(order, values, strict=True):
        comparison = "lt" if key.descending else "gt"
        behind |= equal & Q(**{f"{key.name}__{comparison}": value})
        equal &= Q(**{key.name: value})
    start = f"{order[0].name}__{'lte' if order[0].descending else 'gte'}"
    return Q(**{start: values[0]}) & behind
