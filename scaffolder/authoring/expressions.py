"""What the expressions of a text refer to, found without evaluating them: the linter asks."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from scaffolder.renderer.expressions import (
    Both,
    Choice,
    Compare,
    Either,
    Filter,
    Literal,
    Lookup,
    Name,
    Not,
)
from scaffolder.renderer.expressions import Test as Is
from scaffolder.renderer.inheritance import Import
from scaffolder.renderer.language import globals_of_a_run
from scaffolder.renderer.lexer import Syntax
from scaffolder.renderer.statements import For, If, Macro, Set
from scaffolder.renderer.template_parser import parse

OF_THE_LANGUAGE = {*globals_of_a_run(), "loop", "super", "caller", "always", "failure"}


@dataclass(frozen=True, slots=True)
class Use:
    """`steps.fetch.output` as its parts, as far as they are written out; `line` counts from 1.

    `is_guarded` says that the name itself may be missing: it is asked for with `is defined` or has a
    `default`; `is_asked` that only its keys may, because it is in a condition or below one.
    """

    path: tuple[str, ...]
    line: int
    is_guarded: bool = False
    is_asked: bool = False


def uses_in(source: str, variable_start: str = "${{") -> list[Use]:
    """Every name of the context that the text uses. Raises TemplateFault where it cannot be read."""
    template = parse(source, Syntax(variable_start=variable_start))
    own = set(OF_THE_LANGUAGE)
    for node in _nodes(template):
        if isinstance(node, For | Set):
            own |= set(node.names)
        elif isinstance(node, Macro):
            own |= {node.name, *node.names, *(name for name, _ in node.defaults)}
        elif isinstance(node, Import):
            own |= {node.target, *(alias for _, alias in node.names)}
    return [use for use in _uses(template.body, Use((), 1)) if use.path[0] not in own]


def _nodes(value: Any) -> Iterator[Any]:
    yield value
    for part in _parts(value):
        yield from _nodes(part)


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list):
        yield from value
    elif isinstance(value, dict):
        yield from value.values()
    elif is_dataclass(value):
        yield from (getattr(value, field.name) for field in fields(value))


def _uses(value: Any, around: Use) -> Iterator[Use]:
    """The uses in a part of a template; `around` says what is known of the place."""
    around = replace(around, line=getattr(value, "line", around.line))
    path = _path(value)
    if path:
        yield replace(around, path=path)
        if isinstance(value, Lookup) and not isinstance(value.key, Literal):
            yield from _uses(value.key, around)
        return
    if isinstance(value, Filter) and value.name in ("default", "d"):
        yield from _uses(value.subject, replace(around, is_guarded=True))
        yield from _uses(value.arguments, around)
        return
    if isinstance(value, Is) and value.name in ("defined", "undefined"):
        around = replace(around, is_guarded=True)
    elif isinstance(value, If | Choice | Both | Either | Not | Compare):
        around = replace(around, is_asked=True)
    for part in _parts(value):
        yield from _uses(part, around)


def _path(value: Any) -> tuple[str, ...]:
    """The parts of a chain of names; it ends where a key is computed."""
    if isinstance(value, Name):
        return (value.name,)
    if isinstance(value, Lookup):
        before = _path(value.object)
        if before and isinstance(value.key, Literal) and isinstance(value.key.written, str):
            return (*before, value.key.written)
        return before
    return ()
