"""The parts of an expression, each able to give its value."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from scaffolder.renderer.filters import FILTERS
from scaffolder.renderer.methods import attribute_of
from scaffolder.renderer.scope import Scope
from scaffolder.renderer.tests import ASK_OF_ANYTHING, TESTS
from scaffolder.renderer.values import (
    Missing,
    TemplateFault,
    as_number,
    as_text,
    checked,
    counted,
    loose_equal,
    order,
    strict_equal,
    truthy,
)

Arguments = tuple[tuple["Expression", ...], tuple[tuple[str, "Expression"], ...]]
FORGIVING = ("default", "d")
"""The filters that may be given an unknown name."""


class Expression(Protocol):
    def value(self, scope: Scope) -> Any: ...


@dataclass(frozen=True, slots=True)
class Literal:
    written: Any

    def value(self, scope: Scope) -> Any:
        return self.written


@dataclass(frozen=True, slots=True)
class Name:
    name: str

    def value(self, scope: Scope) -> Any:
        return scope.find(self.name)


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Expression, ...]

    def value(self, scope: Scope) -> Any:
        return [checked(item.value(scope)) for item in self.items]


@dataclass(frozen=True, slots=True)
class ObjectOf:
    pairs: tuple[tuple[Expression, Expression], ...]

    def value(self, scope: Scope) -> Any:
        return {_key(key, scope): checked(value.value(scope)) for key, value in self.pairs}


def _key(key: Expression, scope: Scope) -> str:
    """A bare word is its own name, as in JavaScript."""
    return key.name if isinstance(key, Name) else as_text(key.value(scope))


@dataclass(frozen=True, slots=True)
class Lookup:
    """`object.name` and `object[expression]`."""

    object: Expression
    key: Expression

    def value(self, scope: Scope) -> Any:
        return attribute_of(self.object.value(scope), checked(self.key.value(scope)))


@dataclass(frozen=True, slots=True)
class Slice:
    """`list[1:3]`, as Jinja writes it."""

    object: Expression
    parts: tuple[Expression | None, ...]

    def value(self, scope: Scope) -> Any:
        start, stop, step = (None if part is None else part.value(scope) for part in self.parts)
        found = checked(self.object.value(scope))
        if not isinstance(found, list | str):
            raise TemplateFault(f"{as_text(found)[:100]!r} is neither a list nor a text")
        return found[start:stop:step]


@dataclass(frozen=True, slots=True)
class Call:
    called: Expression
    arguments: Arguments

    def value(self, scope: Scope) -> Any:
        function = self.called.value(scope)
        if isinstance(function, Missing):
            raise function.fail()
        if not callable(function):
            raise TemplateFault(f"{as_text(function)[:100]!r} is not a function")
        return call(function, self.arguments, scope)


def call(function: Callable[..., Any], arguments: Arguments, scope: Scope, *first: Any) -> Any:
    """The function's result; arguments that it does not take are a fault of the template."""
    positional = [checked(argument.value(scope)) for argument in arguments[0]]
    named = {name: checked(argument.value(scope)) for name, argument in arguments[1]}
    try:
        return function(*first, *positional, **named)
    except TemplateFault:
        raise
    except (TypeError, ValueError, AttributeError, IndexError, KeyError, OverflowError) as error:
        raise TemplateFault(str(error) or type(error).__name__) from None


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    subject: Expression
    arguments: Arguments

    def value(self, scope: Scope) -> Any:
        subject = self.subject.value(scope)
        if self.name not in FORGIVING:
            subject = checked(subject)
        return call(FILTERS[self.name], self.arguments, scope, subject)


@dataclass(frozen=True, slots=True)
class Test:
    """`value is name(arguments)`."""

    name: str
    subject: Expression
    arguments: Arguments

    def value(self, scope: Scope) -> Any:
        subject = self.subject.value(scope)
        if self.name in ASK_OF_ANYTHING:
            return ASK_OF_ANYTHING[self.name](subject)
        return call(TESTS[self.name], self.arguments, scope, checked(subject))


@dataclass(frozen=True, slots=True)
class Choice:
    """`yes if condition else no`; without `else` it gives the empty text."""

    condition: Expression
    yes: Expression
    no: Expression | None

    def value(self, scope: Scope) -> Any:
        if truthy(self.condition.value(scope)):
            return self.yes.value(scope)
        return "" if self.no is None else self.no.value(scope)


@dataclass(frozen=True, slots=True)
class Both:
    left: Expression
    right: Expression

    def value(self, scope: Scope) -> Any:
        found = self.left.value(scope)
        return self.right.value(scope) if truthy(found) else found


@dataclass(frozen=True, slots=True)
class Either:
    left: Expression
    right: Expression

    def value(self, scope: Scope) -> Any:
        found = self.left.value(scope)
        return found if truthy(found) else self.right.value(scope)


@dataclass(frozen=True, slots=True)
class Not:
    of: Expression

    def value(self, scope: Scope) -> Any:
        return not truthy(self.of.value(scope))


@dataclass(frozen=True, slots=True)
class Contains:
    """`item in list`, `part in text`, `key in object`."""

    item: Expression
    holder: Expression

    def value(self, scope: Scope) -> Any:
        item, holder = checked(self.item.value(scope)), checked(self.holder.value(scope))
        if isinstance(holder, list):
            return any(strict_equal(item, one) for one in holder)
        if isinstance(holder, str | dict):
            return as_text(item) in holder
        reason = (
            holder.reason if isinstance(holder, Missing) else f"nothing can be in {as_text(holder)[:100]!r}"
        )
        raise TemplateFault(reason)


@dataclass(frozen=True, slots=True)
class Compare:
    """`a == b < c`: from the left, as JavaScript reads it."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]

    def value(self, scope: Scope) -> Any:
        left = self.first.value(scope)
        for sign, expression in self.rest:
            left = COMPARISONS[sign](left, expression.value(scope))
        return left


@dataclass(frozen=True, slots=True)
class Join:
    """`a ~ b`."""

    left: Expression
    right: Expression

    def value(self, scope: Scope) -> Any:
        return as_text(self.left.value(scope)) + as_text(self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Arithmetic:
    sign: str
    left: Expression
    right: Expression

    def value(self, scope: Scope) -> Any:
        left, right = checked(self.left.value(scope)), checked(self.right.value(scope))
        if self.sign == "+" and any(isinstance(one, str | list | dict) for one in (left, right)):
            return as_text(left) + as_text(right)
        try:
            return counted(ARITHMETIC[self.sign](as_number(left), as_number(right)), left, right)
        except ZeroDivisionError:
            raise TemplateFault("division by zero") from None
        except OverflowError:
            raise TemplateFault("the number is too large") from None


@dataclass(frozen=True, slots=True)
class Signed:
    """`-a` and `+a`."""

    sign: str
    of: Expression

    def value(self, scope: Scope) -> Any:
        found = checked(self.of.value(scope))
        number = counted(as_number(found), found)
        return -number if self.sign == "-" else number


def _power(base: float, exponent: float) -> float:
    result = float(base) ** exponent
    return math.nan if isinstance(result, complex) else result


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": loose_equal,
    "!=": lambda left, right: not loose_equal(left, right),
    "===": strict_equal,
    "!==": lambda left, right: not strict_equal(left, right),
    "<": lambda left, right: order(left, right) == -1,
    ">": lambda left, right: order(left, right) == 1,
    "<=": lambda left, right: order(left, right) in (-1, 0),
    ">=": lambda left, right: order(left, right) in (0, 1),
}
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": lambda left, right: math.floor(left / right),
    "%": lambda left, right: math.fmod(left, right) if right else left / 0,
    "**": _power,
}
