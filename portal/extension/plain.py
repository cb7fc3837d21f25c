"""Turns what a plugin answers into plain, bounded data, so that nothing of the plugin's runs afterwards."""

import dataclasses
import math
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast

MAX_CHARACTERS = 4 * 1024 * 1024
MAX_ITEMS = 20_000


class WrongAnswer(Exception):
    """A plugin answered with something that cannot be shown; the message says what, in our words only."""


class Budget:
    """How much one answer may hold; taking more raises WrongAnswer."""

    def __init__(self, characters: int = MAX_CHARACTERS, items: int = MAX_ITEMS) -> None:
        self._characters = characters
        self._items = items

    def take(self, *, characters: int = 0, items: int = 1) -> None:
        self._characters -= characters
        self._items -= items
        if self._characters < 0 or self._items < 0:
            raise WrongAnswer("the answer is too large")


def plain(value: Any, budget: Budget) -> Any:
    """Strings, numbers, dates, None, and lists and mappings of them; dataclasses become mappings.

    Raises WrongAnswer for every other type and beyond the budget.
    """
    budget.take()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        budget.take(characters=str.__len__(value), items=0)
        return str.__str__(value)
    if type(value) in {int, float, Decimal, datetime, date}:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name), budget) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): plain(item, budget) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, budget) for item in value]
    raise WrongAnswer(f"the answer holds a {type(value).__name__}")


def plain_dataclass(value: Any, budget: Budget, of: type[Any] | None = None) -> Any:
    """A copy of a frozen dataclass of ours whose fields really have the types they are declared with.

    `of` is the dataclass where `value` may be of a class that a plugin has derived from it.
    """
    ours: Any = of or type(value)
    fields = {
        name: _fitting(getattr(value, name), hint, name, budget) for name, hint in _fields(ours).items()
    }
    return ours(**fields)


@cache
def _fields(of: type[Any]) -> dict[str, Any]:
    """The types of a dataclass's fields by their names."""
    hints = typing.get_type_hints(of)
    return {field.name: hints[field.name] for field in dataclasses.fields(of)}


def bounded(items: Iterable[Any], limit: int) -> list[Any]:
    """At most `limit` items of something iterable; raises WrongAnswer if there are more or it is a string."""
    if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
        raise WrongAnswer(f"the answer is a {type(items).__name__}")
    taken: list[Any] = []
    for item in items:
        if len(taken) == limit:
            raise WrongAnswer(f"the answer has more than {limit} items")
        taken.append(item)
    return taken


def _fitting(value: Any, hint: Any, name: str, budget: Budget) -> Any:
    if hint is str and type(value) is str:
        budget.take(characters=len(value), items=2)
        return value
    budget.take()
    origin, arguments = _parts(hint)
    if origin in {typing.Union, types.UnionType}:
        if value is None and type(None) in arguments:
            return None
        kinds = [kind for kind in arguments if kind is not type(None)]
        return _fitting(value, next((kind for kind in kinds if _is_a(value, kind)), kinds[0]), name, budget)
    if origin is typing.Literal:
        if isinstance(value, str) and str.__str__(value) in arguments:
            return str.__str__(value)
        raise WrongAnswer(f"{name} must be one of {', '.join(arguments)}")
    if origin is tuple:
        return _fitting_tuple(value, arguments, name, budget)
    if origin is Mapping and isinstance(value, Mapping):
        return plain(value, budget)
    if hint is float and type(value) in {int, float} and math.isfinite(value):
        return float(value)
    if origin is not None or not isinstance(value, hint) or hint is float:
        raise WrongAnswer(f"{name} must be a {hint.__name__}, it is a {type(value).__name__}")
    if dataclasses.is_dataclass(hint):
        return plain_dataclass(value, budget, cast("Any", hint))
    return plain(value, budget)


def _fitting_tuple(value: Any, kinds: tuple[Any, ...], name: str, budget: Budget) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise WrongAnswer(f"{name} must be a tuple, it is a {type(value).__name__}")
    if kinds[-1] is Ellipsis:
        return tuple(_fitting(item, kinds[0], name, budget) for item in value)
    if len(value) != len(kinds):
        raise WrongAnswer(f"{name} must hold tuples of {len(kinds)}")
    return tuple(_fitting(item, kind, name, budget) for item, kind in zip(value, kinds, strict=True))


@cache
def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    return typing.get_origin(hint), typing.get_args(hint)


def _is_a(value: Any, kind: Any) -> bool:
    return isinstance(kind, type) and isinstance(value, kind)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise WrongAnswer(f"the answer holds a mapping with a {type(key).__name__} as key")
    return str.__str__(key)
