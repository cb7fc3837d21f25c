"""What `is …` can ask of a value: the tests of Nunjucks."""

import math
from collections.abc import Callable
from typing import Any

from scaffolder.renderer.values import as_number, as_text, is_nothing, order, strict_equal, truthy


def _remainder(value: Any, divisor: Any) -> float:
    number, by = as_number(value), as_number(divisor)
    return math.nan if not by or math.isnan(number) else math.fmod(number, by)


TESTS: dict[str, Callable[..., bool]] = {
    "callable": lambda value: isinstance(value, Callable),  # type: ignore[arg-type]
    "divisibleby": lambda value, divisor: _remainder(value, divisor) == 0,
    "escaped": lambda value: False,
    "eq": strict_equal,
    "equalto": strict_equal,
    "even": lambda value: _remainder(value, 2) == 0,
    "falsy": lambda value: not truthy(value),
    "ge": lambda value, other: order(value, other) in (0, 1),
    "greaterthan": lambda value, other: order(value, other) == 1,
    "gt": lambda value, other: order(value, other) == 1,
    "iterable": lambda value: isinstance(value, list | str),
    "le": lambda value, other: order(value, other) in (-1, 0),
    "lessthan": lambda value, other: order(value, other) == -1,
    "lower": lambda value: as_text(value).lower() == as_text(value),
    "lt": lambda value, other: order(value, other) == -1,
    "mapping": lambda value: isinstance(value, dict),
    "ne": lambda value, other: not strict_equal(value, other),
    "none": is_nothing,
    "null": is_nothing,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "odd": lambda value: _remainder(value, 2) == 1,
    "sameas": strict_equal,
    "string": lambda value: isinstance(value, str),
    "truthy": truthy,
    "upper": lambda value: as_text(value).upper() == as_text(value),
}
ASK_OF_ANYTHING: dict[str, Callable[..., bool]] = {
    "defined": lambda value: not is_nothing(value),
    "undefined": is_nothing,
}
"""These may be asked of a name that is unknown."""
