"""Pages of entities: `GET /entities` and `/entities/by-query`, with Backstage's order and cursors of ours.

The semantics are those of Backstage 1.55, catalog-backend `service/DefaultEntitiesCatalog`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from catalog.entities.terms import fold, plain
from catalog.models import Entity
from catalog.query.cached import cached
from catalog.query.entity_query import EntityQuery
from catalog.query.filtering import Filter
from catalog.query.term_filters import term_contains
from catalog.rest.cursors import read_cursor, write_cursor
from catalog.rest.documents import Document, View
from catalog.rest.filters import query_of_filters, query_of_predicate
from catalog.rest.ordering import Order
from portal.accounts.principal import Principal

DEFAULT_LIMIT = 200
MAX_LIMIT = 10_000
STREAM_BATCH = 1000
NAMES = {"metadata.name", "metadata.title", "spec.profile.displayname"}
"""The fields whose text is in the column `search_name`, which has an index for parts of words."""


BY_UID = Order()


@dataclass(frozen=True)
class Listing:
    """What a by-query request asks for; it travels in the cursor, so later pages need nothing else."""

    filters: tuple[str, ...] = ()
    predicate: Any = None
    order: Order = BY_UID
    term: str = ""
    term_fields: tuple[str, ...] = ()

    def query(self) -> EntityQuery:
        query = query_of_filters(self.filters)
        if self.predicate is None:
            return query
        return EntityQuery(all_of=(query, query_of_predicate(self.predicate)))

    def rows(self, view: View) -> "QuerySet[Entity]":
        """The entities asked for, in no order."""
        rows = view.rows().filter(Filter(view.viewer, view.hidden).q(self.query()))
        if self.term:
            rows = rows.filter(self._full_text())
        return self.order.having(rows)

    def _full_text(self) -> Q:
        fields = [fold(field) for field in self.term_fields] or [self.order.field or "metadata.uid"]
        result = Q(pk__in=[])
        for field in dict.fromkeys(fields):
            by_uid = field == "metadata.uid"
            result |= Q(uid__contains=fold(self.term)) if by_uid else term_contains(field, self.term)
        if NAMES.issuperset(fields):
            result &= Q(search_name__contains=plain(fold(self.term)))
        return result

    def count(self, view: View, rows: "QuerySet[Entity]") -> int:
        """How many there are of its `rows()`."""
        what = ("rest count", self.order.field, self.term, self.term_fields)
        return cached(
            what,
            self.query(),
            rows.count,
            viewer=view.viewer,
            standing=view.standing,
        )


@dataclass(frozen=True)
class Position:
    """Where a page starts: behind (or, going back, before) one row; `first` is the first row of all.

    A row is told by its order value and uid, or by its uid alone where that is the order.
    """

    row: tuple[str, ...]
    back: bool
    first: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    documents: Sequence[Document]
    total: int = 0
    next_cursor: str | None = None
    previous_cursor: str | None = None


def first_page(listing: Listing, view: View, *, limit: int, offset: int, with_total: bool) -> Page:
    """The page at an offset, and how many there are in all."""
    rows = listing.rows(view)
    total = listing.count(view, rows) if with_total else 0
    if limit == 0:
        return Page((), total)
    found = _read(listing, view, rows, limit + 1, offset=offset)
    page = found[:limit]
    if not page:
        return Page((), total)
    first = page[0].values
    after = Position(page[-1].values, False, first) if len(found) > limit else None
    return Page(page, total, _write(listing, total, after, view.viewer))


def page_at(cursor: str, view: View, *, limit: int) -> Page:
    """The page that a cursor leads to; the total is that of the first page.

    Raises PortalError (400) for a cursor that is not ours.
    """
    listing, total, position = _open(cursor, view.viewer)
    if limit == 0:
        return Page((), total)
    size = limit if position.back else limit + 1
    found = _read(listing, view, listing.rows(view), size, position=position)
    page = found[:limit][::-1] if position.back else found[:limit]
    if not page:
        return Page((), total)
    more = position.back or len(found) > limit
    after = Position(page[-1].values, False, position.first) if more else None
    before = Position(page[0].values, True, position.first) if page[0].values != position.first else None
    viewer = view.viewer
    return Page(page, total, _write(listing, total, after, viewer), _write(listing, total, before, viewer))


def stream(listing: Listing, view: View) -> Iterator[bytes]:
    """All entities as the pieces of one JSON array; each batch is a statement of its own."""
    separator, position = b"[", None
    while True:
        text, count, last = _batch(listing, view, position)
        if count:
            yield separator + text
            separator = b","
        if count < STREAM_BATCH:
            break
        position = Position(last, False, ())
    yield b"]" if separator == b"," else b"[]"


def _batch(listing: Listing, view: View, position: Position | None) -> tuple[bytes, int, tuple[str, ...]]:
    """The next documents with commas between them, how many, and where the last one stands."""
    if listing.order == BY_UID:
        rows = listing.rows(view).order_by("uid")
        rows = rows.filter(uid__gt=position.row[0]) if position else rows
        joined = view.joined(rows[:STREAM_BATCH])
        if joined is not None:
            text, count, last = joined
            return text, count, (last,)
    found = _read(listing, view, listing.rows(view), STREAM_BATCH, position=position)
    return b",".join(each.text for each in found), len(found), found[-1].values if found else ()


def _read(
    listing: Listing,
    view: View,
    rows: "QuerySet[Entity]",
    size: int,
    *,
    offset: int = 0,
    position: Position | None = None,
) -> list[Document]:
    """Some of its `rows()` in their order, or in the opposite one where the position looks back."""
    descending = listing.order.descending != bool(position and position.back)
    sign = "-" if descending else ""
    if listing.order.field:
        rows = rows.annotate(order_value=listing.order.value())
        beside: tuple[str, ...] = ("order_value", "uid")
    else:
        beside = ("uid",)
    if position:
        rows = rows.filter(_behind(position.row, "lt" if descending else "gt"))
    ordered = rows.order_by(*(f"{sign}{column}" for column in beside))
    return view.documents(ordered[offset : offset + size], beside)


def _behind(row: tuple[str, ...], than: str) -> Q:
    if len(row) == 1:
        return Q(**{f"uid__{than}": row[0]})
    value, uid = row
    # The first condition says nothing new, but an index can start from it.
    return Q(**{f"order_value__{than}e": value}) & (
        Q(**{f"order_value__{than}": value}) | Q(**{f"uid__{than}": uid})
    )


def _write(listing: Listing, total: int, position: Position | None, viewer: Principal) -> str | None:
    if position is None:
        return None
    order = listing.order
    content = [
        listing.filters, listing.predicate, order.field, order.descending, listing.term, listing.term_fields,
        total, position.row, position.back, position.first,
    ]  # fmt: skip
    return write_cursor("by-query", content, viewer)


def _open(cursor: str, viewer: Principal) -> tuple[Listing, int, Position]:
    content = read_cursor("by-query", cursor, viewer)
    filters, predicate, field, descending, term, term_fields, total, row, back, first = content
    listing = Listing(tuple(filters), predicate, Order(field, descending), term, tuple(term_fields))
    return listing, total, Position(tuple(row), back, tuple(first))


def page_by_offset(
    query: EntityQuery, orders: Sequence[Order], view: View, *, limit: int | None, offset: int
) -> Page:
    """A part of `GET /entities`, by ref or by several fields; entities that lack a field come last."""
    rows = view.rows().filter(Filter(view.viewer, view.hidden).q(query))
    keys = [order.lacking_last() for order in orders]
    size = min(limit or MAX_LIMIT, MAX_LIMIT)
    found = view.documents(rows.order_by(*keys, "uid" if keys else "ref")[offset : offset + size + 1])
    more = len(found) > size
    return Page(
        found[:size],
        next_cursor=write_cursor("entities", [size, offset + size], view.viewer) if more else None,
    )


def open_after(after: str, viewer: Principal) -> tuple[int, int]:
    """(limit, offset) of an `after` cursor. Raises PortalError (400) for one that is not ours."""
    size, offset = read_cursor("entities", after, viewer)
    return size, offset
