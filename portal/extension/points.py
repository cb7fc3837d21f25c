"""ExtensionPoint: a named, typed place where plugins add; it closes when it is first read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

DEFAULT_ORDER = 100


class ExtensionError(Exception):
    """A contribution or a plugin cannot be used; the message names the plugin and the remedy."""


@dataclass(frozen=True, slots=True)
class Contribution(Generic[T]):
    """One thing that one plugin added to one point."""

    plugin: str
    name: str
    value: T
    order: int


class ExtensionPoint(Generic[T]):
    """A place for contributions of one type, shown in `order`, then in the order they were added.

    `accepts` is the type of a contribution, or with `classes=True` its base class (classes are added).
    A contribution's name is its `name`, else its `__name__`; within one plugin and one point a name is used
    once, with `unique=True` by one plugin only. `clash` says what two contributions
    cannot both add. A contribution may have a `check()`, which raises ExtensionError where it could not be
    used.
    """

    def __init__(
        self,
        name: str,
        *,
        accepts: type[Any],
        summary: str,
        classes: bool = False,
        unique: bool = False,
        one_per_plugin: bool = False,
        clash: Callable[[Any, Any], str] = lambda one, other: "",
    ) -> None:
        if name in POINTS:
            raise ExtensionError(f"There are two extension points named {name}: rename one of them.")
        self.name = name
        self.accepts = accepts
        self.summary = summary
        self.classes = classes
        self.unique = unique
        self.one_per_plugin = one_per_plugin
        self.clash = clash
        self._contributions: list[Contribution[T]] = []
        self._closed = False
        POINTS[name] = self

    def add(self, value: T, *, plugin: str, order: int | None = None) -> None:
        """Add one contribution; raises ExtensionError where it is late, of a wrong type or named twice."""
        if self._closed:
            raise ExtensionError(
                f"The plugin {plugin} adds {_name(value)} to {self.name} too late: the point has been read "
                "already. Add it in register(), not when a module is imported or a request is served."
            )
        self._contributions = self._with(value, plugin, order)

    def read(self) -> tuple[Contribution[T], ...]:
        """Everything that was added, in order. From now on the point is closed."""
        self._closed = True
        return tuple(self._contributions)

    def contributions_of(self, plugin: str) -> list[str]:
        """The names of what one plugin added, without closing the point."""
        return [item.name for item in self._contributions if item.plugin == plugin]

    def withdraw(self, plugin: str) -> None:
        """Take back what one plugin added: it could not start."""
        self._contributions = [item for item in self._contributions if item.plugin != plugin]

    @contextmanager
    def temporarily(self, *values: T, plugin: str = "test", order: int | None = None) -> Iterator[None]:
        """For tests: the contributions are there inside the `with` block only, closed or not."""
        before = self._contributions
        try:
            for value in values:
                self._contributions = self._with(value, plugin, order)
            yield
        finally:
            self._contributions = before

    def _with(self, value: T, plugin: str, order: int | None) -> list[Contribution[T]]:
        name = _name(value)
        fits = isinstance(value, type) and issubclass(value, self.accepts) if self.classes else None
        if fits is None:
            fits = isinstance(value, self.accepts)
        if not fits:
            wanted = (
                f"a subclass of {self.accepts.__name__}" if self.classes else f"a {self.accepts.__name__}"
            )
            raise ExtensionError(
                f"The plugin {plugin} adds {name} to {self.name}, which takes {wanted}: "
                f"see the chapter {self.name} of docs/plugins.md."
            )
        for other in self._contributions:
            if other.name == name and (self.unique or other.plugin == plugin):
                raise ExtensionError(
                    f"The plugin {plugin} adds {name} to {self.name}, where {other.plugin} has added "
                    "something of this name: give one of them another name."
                )
            if both := self.clash(other.value, value):
                raise ExtensionError(
                    f"The plugin {plugin} adds {both}, which {other.plugin} has added already: give it "
                    "another name, or leave one of the plugins out."
                )
            if self.one_per_plugin and other.plugin == plugin:
                raise ExtensionError(
                    f"The plugin {plugin} adds {name} to {self.name}, where a plugin adds one thing only and "
                    f"it has added {other.name}: make them one."
                )
        if hasattr(value, "check"):
            value.check()
        place = order if order is not None else getattr(value, "order", DEFAULT_ORDER)
        added = Contribution(plugin=plugin, name=name, value=value, order=place)
        return sorted([*self._contributions, added], key=lambda item: item.order)


POINTS: dict[str, ExtensionPoint[Any]] = {}
"""Every point there is, by name."""


def _name(value: object) -> str:
    name = getattr(value, "name", None) or getattr(value, "__name__", None)
    return name if isinstance(name, str) else type(value).__name__
