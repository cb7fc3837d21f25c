"""The entities that fit a text best. For short texts without other conditions the SQL is written once."""

from functools import lru_cache
from typing import Any

from django.db.models import Count, QuerySet, Window

from catalog.models import Entity
from catalog.query.entity_query import EntityQuery
from catalog.query.seen import Seen, find_visible
from catalog.query.text_search import Shape, fits, nearness, shape_of, values_of
from catalog.selectors import find_entities
from portal.accounts.principal import Principal
from portal.database.prepared import Parameter

FIRST = 101
"""How many of the best entities are read: one page of any size, and whether there is more."""

MOST_WORDS = 3
"""There are few shapes of texts up to here, and a statement is prepared for each."""

NUMBERS = ("nearness", "similarity")

Row = tuple[float, Any, str, int]


def best_entities(query: EntityQuery, *, viewer: Principal) -> list[Row]:
    """Order key, uid and ref of the best 101, and how many there are in all; one statement."""
    text, similarity = query.search, query.similarity
    shape = shape_of(text, similarity)
    is_text_alone = query == EntityQuery(search=text, similarity=similarity)
    if is_text_alone and len(shape.short) <= MOST_WORDS and "\x00" not in text:
        return _of_shape(shape)(viewer, **values_of(text, similarity))
    return list(_best(find_entities(query, viewer=viewer)))


def _best(rows: QuerySet[Entity]) -> Any:
    counted = rows.annotate(fitting=Window(Count("*")))
    return counted.values_list("order_key", "uid", "ref", "fitting")[:FIRST]


@lru_cache(maxsize=64)
def _of_shape(shape: Shape) -> Seen[Row]:
    names = values_of("a b c"[: 2 * len(shape.short)], 0.0)
    values = {name: Parameter(name, "float8" if name in NUMBERS else "text") for name in names}

    def make(viewer: Principal) -> Any:
        rows = find_visible(viewer=viewer).filter(fits(shape, values))
        return _best(rows.annotate(order_key=nearness(shape, values)).order_by("order_key", "uid"))

    return Seen(make)
