"""Values as JavaScript shows, compares and counts them; templates were written for it."""

import json
import math
from dataclasses import dataclass
from typing import Any

MAX_SAFE_INTEGER = 2**53

UNKNOWN = "(known after the run)"
"""What a plan has in place of a value that only the run itself can give; so is whatever is in it."""


class TemplateFault(Exception):
    """A mistake in a template; `line` is filled in by the statement that it happened in."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Missing:
    """What a key that is not there gives: false in a condition, an error wherever its text is needed.

    A name that no template has (`paramters`), and an attribute that no text or list has (`__class__`), is
    `unknown`: an error everywhere but in `is defined` and `default`.
    """

    reason: str
    unknown: bool = False

    def fail(self) -> TemplateFault:
        return TemplateFault(self.reason)


def is_nothing(value: Any) -> bool:
    """Null, or not there. A value that nobody gave is null, so null counts as not defined."""
    return value is None or isinstance(value, Missing)


def checked(value: Any) -> Any:
    """The value. Raises TemplateFault where an unknown name stands for one."""
    if isinstance(value, Missing) and value.unknown:
        raise value.fail()
    return value


def truthy(value: Any) -> bool:
    """False for nothing, false, 0, NaN and ""; empty lists and objects are true."""
    checked(value)
    if is_nothing(value):
        return False
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value) if isinstance(value, str | int) else True


def as_text(value: Any) -> str:
    """The text of a value: "" for null, `true`, `1` for 1.0, commas between items, JSON for objects."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, Missing):
        raise value.fail()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list | tuple):
        return ",".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return dump(value)
    if callable(value):
        raise TemplateFault("the expression gives a function, which is not a value")
    return str(value)


def number_text(number: float) -> str:
    """As JavaScript prints a number: `1` for 1.0, `1e-7`, `1e+21`."""
    if isinstance(number, int):
        return str(number)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number.is_integer() and abs(number) < 1e21:
        return str(int(number))
    digits, exponent, power = repr(number).partition("e")
    if exponent and -7 < int(power) < 0:
        return f"{number:.{-int(power) + len(digits.replace('-', '').replace('.', '')) - 1}f}"
    return f"{digits}e{int(power):+d}" if exponent else digits


def as_number(value: Any) -> float:
    """The number that a value stands for, NaN where it is none."""
    if isinstance(value, Missing):
        checked(value)
        return math.nan
    if isinstance(value, bool) or value is None:
        return int(bool(value))
    if isinstance(value, int | float):
        return value
    text = as_text(value).strip()
    try:
        return whole(float(text)) if text else 0
    except ValueError:
        return math.nan


def whole(number: float) -> float:
    """An integer where the number is one that JavaScript counts exactly."""
    if isinstance(number, float) and math.isfinite(number) and number.is_integer():
        return int(number) if abs(number) < MAX_SAFE_INTEGER else number
    return number


def counted(number: float, *operands: Any) -> float:
    """The result of arithmetic. Raises TemplateFault for one that is no number, naming who is to blame."""
    if math.isnan(number):
        culprit = next((value for value in operands if math.isnan(as_number(value))), operands[0])
        word = (
            culprit.reason if isinstance(culprit, Missing) else f"{as_text(culprit)[:100]!r} is not a number"
        )
        raise TemplateFault(word)
    return whole(number)


def strict_equal(left: Any, right: Any) -> bool:
    """`===`: of the same type and equal; lists and objects only if they are the same one."""
    checked(left), checked(right)
    if is_nothing(left) or is_nothing(right):
        return is_nothing(left) and is_nothing(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return left is right


def loose_equal(left: Any, right: Any) -> bool:
    """`==`: numbers, texts and booleans are compared across types, as JavaScript does."""
    if strict_equal(left, right):
        return True
    if is_nothing(left) or is_nothing(right):
        return False
    simple = (str, int, float)
    if type(left) is type(right) or not (isinstance(left, simple) or isinstance(right, simple)):
        return False
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        left, right = _primitive(left), _primitive(right)
        if isinstance(left, str) and isinstance(right, str):
            return left == right
    return as_number(left) == as_number(right)


def order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1 as left is before, equal to or after right; None where they cannot be compared."""
    left, right = _primitive(checked(left)), _primitive(checked(right))
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    one, other = as_number(left), as_number(right)
    if math.isnan(one) or math.isnan(other):
        return None
    return (one > other) - (one < other)


def _primitive(value: Any) -> Any:
    return as_text(value) if isinstance(value, list | dict) else value


def plain(value: Any) -> Any:
    """A value as JSON can hold it: what is missing is None, 1.0 is 1."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return whole(value) if math.isfinite(value) else None
    if isinstance(value, Missing):
        checked(value)
        return None
    if isinstance(value, dict):
        return {as_text(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if callable(value):
        raise TemplateFault("the expression gives a function, which is not a value")
    return as_text(value)


def dump(value: Any, spaces: Any = None) -> str:
    """JSON, compact unless a number of spaces is given."""
    indent = int(as_number(spaces)) if spaces else None
    separators = (",", ": ") if indent else (",", ":")
    return json.dumps(plain(value), ensure_ascii=False, indent=indent, separators=separators)
