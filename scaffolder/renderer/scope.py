"""Where the names of a template are looked up, and what a rendering shares between its parts."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from scaffolder.renderer.values import Missing

if TYPE_CHECKING:
    from scaffolder.renderer.inheritance import Block, Template

Load = Callable[[str], "Template"]


class Run:
    """One rendering: the functions every template has, the files it may name, and its blocks."""

    def __init__(self, names: Mapping[str, Any], load: Load) -> None:
        self.names = names
        self.load = load
        self.blocks: dict[str, list[Block]] = {}
        """The blocks of each name, the outermost template's last: the first is the one that is shown."""


class Scope:
    """The names that can be seen at one place; a loop and a macro have scopes of their own inside."""

    def __init__(self, run: Run, variables: dict[str, Any], parent: "Scope | None" = None) -> None:
        self.run = run
        self.variables = variables
        self.parent = parent
        self.keeps_writes = False
        """Whether `set` in here leaves what is outside alone."""

    def find(self, name: str) -> Any:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope.variables[name]
            scope = scope.parent
        if name in self.run.names:
            return self.run.names[name]
        return Missing(f"{name!r} is undefined", unknown=True)

    def assign(self, name: str, value: Any) -> None:
        """Change the name where it is known, as Nunjucks does out of loops too; else make it here."""
        scope: Scope | None = self
        while scope is not None and name not in scope.variables:
            scope = None if scope.keeps_writes else scope.parent
        (scope or self).variables[name] = value

    def inner(self, variables: dict[str, Any] | None = None, *, keeps_writes: bool = False) -> "Scope":
        scope = Scope(self.run, {} if variables is None else variables, self)
        scope.keeps_writes = keeps_writes
        return scope
