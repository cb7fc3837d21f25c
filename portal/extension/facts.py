"""Facts: typed values that a plugin knows of entities, for whoever judges entities by them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.extension.acceptance import acting
from portal.extension.narrowing import entities_for
from portal.extension.points import Contribution, ExtensionError

TYPES: dict[type, str] = {
    bool: "bool",
    int: "int",
    float: "double",
    str: "text",
    datetime: "time",
    list: "texts",
}
"""What a fact can be, and how that is called where facts are listed; a list is one of texts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value: `name` in camelCase, `type` one of `TYPES`; what is not known is left out."""

    name: str
    type: type
    description: str


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of one entity by name, and when they were taken; None: just now."""

    values: Mapping[str, Any]
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one plugin. `load(entities)` answers `{entity.pk: Known}`; it is called by a worker.

    A fact is named `<plugin>.<name>` by those who use it: `docs.pages`.
    """

    facts: tuple[Fact, ...]
    load: Callable[[Sequence[Any]], Mapping[int, Known]]

    @property
    def name(self) -> str:
        return "facts"

    def check(self) -> None:
        """Raise ExtensionError where a fact could not be used; called when it is added."""
        for fact in self.facts:
            if not re.fullmatch(r"[a-z][A-Za-z0-9]*", fact.name) or fact.type not in TYPES:
                kinds = ", ".join(kind.__name__ for kind in TYPES)
                raise ExtensionError(
                    f"The fact {fact.name!r} is named in camelCase, and its type is one of {kinds}."
                )


def load_facts(item: Contribution[Facts], entities: Sequence[Any]) -> Mapping[int, Known]:
    """What one plugin knows of entities, asked in its own name: of those that it may read, and no more."""
    with acting(item.plugin):
        return item.value.load(entities_for(item.plugin, entities))


def fitting(fact: Fact, value: Any) -> Any:
    """The value as the fact's type says, or None where it is of another type."""
    if fact.type is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if fact.type is int and isinstance(value, bool):
        return None
    if fact.type is datetime and isinstance(value, datetime) and value.tzinfo is None:
        return None
    if fact.type is list and isinstance(value, list | tuple):
        return [str(item) for item in value]
    return value if isinstance(value, fact.type) else None
