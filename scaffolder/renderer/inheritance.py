"""Templates that take from other files: blocks that are replaced, and files that are included or imported."""

from dataclasses import dataclass, field
from typing import Any

from scaffolder.renderer.expressions import Expression
from scaffolder.renderer.scope import Run, Scope
from scaffolder.renderer.statements import Body, Node, Output, render_all
from scaffolder.renderer.values import TemplateFault, as_text, is_nothing


@dataclass(slots=True)
class Block(Node):
    """A part that a template which extends this one can replace; `super()` shows the replaced one."""

    name: str
    body: Body

    def render(self, scope: Scope, out: Output) -> None:
        chain = scope.run.blocks.get(self.name) or [self]
        _render_block(chain, scope, out)


def _render_block(chain: list[Block], scope: Scope, out: Output) -> None:
    inner = scope.inner()

    def parent() -> str:
        if len(chain) < 2:
            raise TemplateFault(f"the block {chain[0].name} replaces none, so super() has nothing to show")
        written: Output = []
        _render_block(chain[1:], scope, written)
        return "".join(written)

    inner.variables["super"] = parent
    render_all(chain[0].body, inner, out)


@dataclass(slots=True)
class Include(Node):
    template: Expression
    ignore_missing: bool

    def render(self, scope: Scope, out: Output) -> None:
        found = load(self.template, scope, ignore_missing=self.ignore_missing)
        if found is not None:
            render_all(found.body, scope.inner(keeps_writes=True), out)


@dataclass(slots=True)
class Import(Node):
    """`import … as name`, or `from … import names`: the macros and values of another file."""

    template: Expression
    names: tuple[tuple[str, str], ...]
    target: str
    with_context: bool

    def render(self, scope: Scope, out: Output) -> None:
        found = load(self.template, scope)
        assert found is not None
        inner = scope.inner(keeps_writes=True) if self.with_context else Scope(scope.run, {})
        render_all(found.body, inner, [])
        if self.target:
            scope.assign(self.target, dict(inner.variables))
        for name, alias in self.names:
            if name not in inner.variables:
                raise TemplateFault(f"the imported file has no {name!r}")
            scope.assign(alias, inner.variables[name])


@dataclass(slots=True)
class Extends(Node):
    template: Expression

    def render(self, scope: Scope, out: Output) -> None:
        """What a template that extends another writes is written by the other."""


@dataclass(slots=True)
class Template:
    """A parsed source."""

    body: Body
    blocks: dict[str, Block] = field(default_factory=dict)

    def render(self, run: Run, context: dict[str, Any]) -> str:
        out: Output = []
        self._write(Scope(run, dict(context)), out)
        return "".join(out)

    def _write(self, scope: Scope, out: Output) -> None:
        for name, block in self.blocks.items():
            scope.run.blocks.setdefault(name, []).append(block)
        extends = next((node for node in self.body if isinstance(node, Extends)), None)
        if extends is None:
            render_all(self.body, scope, out)
            return
        render_all(tuple(node for node in self.body if not isinstance(node, Block)), scope, [])
        found = load(extends.template, scope)
        assert found is not None
        found._write(scope, out)


def load(name: Expression, scope: Scope, *, ignore_missing: bool = False) -> Template | None:
    """The template that the expression names. Raises TemplateFault, unless told to ignore a missing one."""
    text = name.value(scope)
    if is_nothing(text):
        raise TemplateFault("the name of the file is empty")
    try:
        return scope.run.load(as_text(text))
    except FileNotFoundError:
        if ignore_missing:
            return None
        raise TemplateFault(f"there is no file {as_text(text)[:200]!r} to take from") from None
