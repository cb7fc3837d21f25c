"""The parts of a template, each able to write what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scaffolder.renderer.expressions import Expression
from scaffolder.renderer.scope import Scope
from scaffolder.renderer.values import (
    Missing,
    TemplateFault,
    as_text,
    checked,
    strict_equal,
    truthy,
)

Output = list[str]


@dataclass(slots=True)
class Node:
    """One statement, text or expression; `line` is where it begins."""

    line: int

    def render(self, scope: Scope, out: Output) -> None:
        raise NotImplementedError


Body = tuple[Node, ...]


def render_all(nodes: Body, scope: Scope, out: Output) -> None:
    """Write all of them. A fault gets the line of the innermost one that it happened in."""
    for node in nodes:
        try:
            node.render(scope, out)
        except TemplateFault as fault:
            fault.line = fault.line or node.line
            raise


def captured(nodes: Body, scope: Scope) -> str:
    out: Output = []
    render_all(nodes, scope, out)
    return "".join(out)


@dataclass(slots=True)
class Data(Node):
    text: str

    def render(self, scope: Scope, out: Output) -> None:
        out.append(self.text)


@dataclass(slots=True)
class Print(Node):
    expression: Expression

    def render(self, scope: Scope, out: Output) -> None:
        out.append(as_text(self.expression.value(scope)))

    def value(self, scope: Scope) -> Any:
        """The value itself, where a template is nothing but this."""
        try:
            return checked(self.expression.value(scope))
        except TemplateFault as fault:
            fault.line = fault.line or self.line
            raise


@dataclass(slots=True)
class If(Node):
    condition: Expression
    body: Body
    otherwise: Body = ()

    def render(self, scope: Scope, out: Output) -> None:
        render_all(self.body if truthy(self.condition.value(scope)) else self.otherwise, scope, out)


@dataclass(slots=True)
class For(Node):
    names: tuple[str, ...]
    items: Expression
    body: Body
    otherwise: Body = ()

    def render(self, scope: Scope, out: Output) -> None:
        rounds = list(self._rounds(self.items.value(scope)))
        inner = scope.inner()
        for index, names in enumerate(rounds):
            inner.variables |= names
            inner.variables["loop"] = _loop(index, len(rounds))
            render_all(self.body, inner, out)
        if not rounds:
            render_all(self.otherwise, inner, out)

    def _rounds(self, items: Any) -> Iterator[dict[str, Any]]:
        """The names of each round: one of a list or a text, or several of a list of lists or an object."""
        if isinstance(items, Missing):
            raise items.fail()
        if isinstance(items, dict):
            if len(self.names) == 2:
                yield from (dict(zip(self.names, pair, strict=True)) for pair in items.items())
            return
        for item in items if isinstance(items, list | str) else ():
            if len(self.names) == 1:
                yield {self.names[0]: item}
            else:
                parts = item if isinstance(item, list | str) else []
                yield {name: parts[place] if place < len(parts) else None
                       for place, name in enumerate(self.names)}  # fmt: skip


def _loop(index: int, length: int) -> dict[str, Any]:
    return {
        "index": index + 1,
        "index0": index,
        "revindex": length - index,
        "revindex0": length - index - 1,
        "first": index == 0,
        "last": index == length - 1,
        "length": length,
    }


@dataclass(slots=True)
class Set(Node):
    """`{% set a, b = expression %}`, or the text of a body."""

    names: tuple[str, ...]
    expression: Expression | None
    body: Body = ()

    def render(self, scope: Scope, out: Output) -> None:
        if self.expression is None:
            value: Any = captured(self.body, scope)
        else:
            value = checked(self.expression.value(scope))
        for name in self.names:
            scope.assign(name, value)


@dataclass(slots=True)
class Switch(Node):
    """A case without a body shares the next one's."""

    expression: Expression
    cases: tuple[tuple[Expression, Body], ...]
    default: Body = ()

    def render(self, scope: Scope, out: Output) -> None:
        value, chosen = self.expression.value(scope), False
        for expression, body in self.cases:
            chosen = chosen or strict_equal(value, expression.value(scope))
            if chosen and body:
                render_all(body, scope, out)
                return
        render_all(self.default, scope, out)


@dataclass(slots=True)
class Capture:
    """What a body writes, as an expression."""

    body: Body

    def value(self, scope: Scope) -> Any:
        return captured(self.body, scope)


@dataclass(slots=True)
class Macro(Node):
    name: str
    names: tuple[str, ...]
    defaults: tuple[tuple[str, Expression], ...]
    body: Body

    def render(self, scope: Scope, out: Output) -> None:
        scope.variables[self.name] = self.bound(scope)

    def bound(self, scope: Scope) -> Any:
        """The macro as a function of the templates that can see it."""

        def macro(*positional: Any, caller: Any = None, **named: Any) -> str:
            order = (*self.names, *(name for name, _ in self.defaults))
            given = dict(zip(order, positional, strict=False)) | named
            inner = scope.inner(dict.fromkeys(self.names) | given, keeps_writes=True)
            if caller is not None:
                inner.variables["caller"] = caller
            for name, default in self.defaults:
                if name not in given:
                    inner.variables[name] = default.value(inner)
            return captured(self.body, inner)

        return macro


@dataclass(slots=True)
class CallBlock(Node):
    """`{% call macro() %}body{% endcall %}`: the macro shows the body with `caller()`."""

    call: Any
    caller: Macro

    def render(self, scope: Scope, out: Output) -> None:
        positional, named = self.call.arguments
        body = (*named, ("caller", _Bound(self.caller)))
        out.append(as_text(type(self.call)(self.call.called, (positional, body)).value(scope)))


@dataclass(slots=True)
class _Bound:
    macro: Macro

    def value(self, scope: Scope) -> Any:
        return self.macro.bound(scope)
