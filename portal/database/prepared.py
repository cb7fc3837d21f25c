"""Statements of the ORM that pages ask again and again: written once, planned once on each connection.

To build a queryset and to write its SQL costs several times what it costs to ask. A `Prepared` does it at its
first call, with a `Parameter` where each call has another value; the later ones only ask.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, QuerySet
from django.db.models.query import ModelIterable, get_related_populators  # type: ignore[attr-defined]

from portal.database import ask

T = TypeVar("T")
PLACE = re.compile("%%|%s")


class Parameter(Expression):
    """Stands in a queryset for a value of PostgreSQL's type `type` (`bigint[]`), which each call gives."""

    def __init__(self, name: str, type: str) -> None:
        super().__init__()
        self.name = name
        self.type = type

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


class Prepared(Generic[T]):
    """The rows of a queryset that `make` builds once: models, or tuples of a `values_list`.

    It is called with the values of its parameters, by name.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, T]]) -> None:
        self._make = make

    def __call__(self, **values: Any) -> list[T]:
        sql, read = self._written
        return read(ask(sql, values))

    @cached_property
    def _written(self) -> tuple[str, Callable[[list[Any]], list[T]]]:
        rows = self._make()
        compiler = rows.query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        left = iter(given)
        sql = PLACE.sub(lambda found: "%%" if found[0] == "%%" else _place(next(left)), sql)
        converters = compiler.get_converters([each[0] for each in compiler.select])
        make = _models(compiler) if rows._iterable_class is ModelIterable else list

        def read(found: list[Any]) -> list[T]:
            return make(map(tuple, compiler.apply_converters(found, converters)) if converters else found)

        return sql, read


def _place(value: Any) -> str:
    """A value in the text of a statement: its own, or the place of a parameter."""
    if isinstance(value, Parameter):
        return f"%({value.name})s::{value.type}"
    literal: str = connection.ops.compose_sql("%s", [value])  # type: ignore[attr-defined]
    return literal.replace("%", "%%")


def _models(compiler: Any) -> Callable[[Any], list[Any]]:
    """As Django's `ModelIterable` makes them of rows, with what is selected beside them."""
    about = compiler.klass_info
    first, last = about["select_fields"][0], about["select_fields"][-1] + 1
    names = [each[0].target.attname for each in compiler.select[first:last]]
    beside = get_related_populators(about, compiler.select, DEFAULT_DB_ALIAS)

    def read(rows: Any) -> list[Any]:
        models = []
        for row in rows:
            model = about["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for each in beside:
                each.populate(row, model)
            for name, place in compiler.annotation_col_map.items():
                setattr(model, name, row[place])
            models.append(model)
        return models

    return read
