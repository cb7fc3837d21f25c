"""Which kinds are in force: those of the portal and its plugins, and those that the catalog itself defines.

What is defined at run time is read again when `kinds_generation` has changed, which is looked at once in a
request and at every question outside of one. Whoever needs the same kinds throughout holds them with `using`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import orjson

from catalog.kinds.definitions import DEFINITION, kind_of
from catalog.kinds.model import Kind, read_kind
from catalog.kinds.schemas import Validator, make_validator

FOLDER = Path(__file__).parent


class KindSet:
    """The kinds in force at one moment, and what follows from them. Never changed; compared by identity."""

    def __init__(self, kinds: Iterable[Kind], generation: int = 0) -> None:
        self.by_name = {kind.name.lower(): kind for kind in sorted(kinds, key=lambda kind: kind.name.lower())}
        """Every kind by its lower-case name, in the order of their names."""
        self.generation = generation
        self._validators: dict[Kind, Validator] = {}

    @cached_property
    def inverse_types(self) -> dict[str, str]:
        """Every relation type with its way back: ownedBy → ownerOf, ownerOf → ownedBy."""
        return inverse_types_of(self.by_name.values())

    def validator(self, kind: Kind) -> Validator:
        """What checks a spec: in linear time, fetching nothing."""
        found = self._validators.get(kind)
        if found is None:
            found = self._validators[kind] = make_validator(kind.schema)
        return found

    def and_kind(self, kind: Kind) -> "KindSet":
        """The same kinds with one put in, or put in the place of the one of its name."""
        return self._with({**self.by_name, kind.name.lower(): kind}.values())

    def without_source(self, source: str) -> "KindSet":
        """The same kinds but those that `source` defines."""
        return self._with(kind for kind in self.by_name.values() if kind.source != source)

    def _with(self, kinds: Iterable[Kind]) -> "KindSet":
        made = KindSet(kinds, self.generation)
        made._validators = dict(self._validators)
        return made


def inverse_types_of(kinds: Iterable[Kind]) -> dict[str, str]:
    pairs = [(field.type, field.inverse) for kind in kinds for field in kind.relations]
    return dict(pairs) | {inverse: kind for kind, inverse in pairs}


@cache
def static_kinds() -> KindSet:
    """The kinds that are there whatever the catalog holds: those of this folder and of the plugins."""
    from catalog.extension_points import entity_kinds  # which imports the kinds' model

    kinds = [read_kind(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))]
    kinds += [replace(each.value, source=each.plugin) for each in entity_kinds.read()]
    return KindSet(kinds)


class _Held:
    """The kinds of one request or one piece of work, found when they are first asked for."""

    def __init__(self, kinds: KindSet | None = None) -> None:
        self.kinds = kinds
        self.generation: int | None = None


class _Process:
    """What this process has read last; shared by its threads."""

    kinds: KindSet | None = None


_held: ContextVar[_Held | None] = ContextVar("kinds", default=None)


def current_kinds() -> KindSet:
    """The kinds in force here."""
    held = _held.get()
    if held is None:
        return read_kinds()
    if held.kinds is None:
        held.kinds = read_kinds(held.generation)
    return held.kinds


def hold_generation(generation: int) -> None:
    """This piece of work has read the kinds' generation beside something else: it need not be asked again."""
    held = _held.get()
    if held is not None:
        held.generation = generation


def all_kinds() -> dict[str, Kind]:
    """Every kind in force by its lower-case name, in the order of their names."""
    return current_kinds().by_name


def inverse_types() -> dict[str, str]:
    """Every relation type in force with its way back."""
    return current_kinds().inverse_types


@contextmanager
def using(kinds: KindSet) -> Iterator[KindSet]:
    """These kinds are in force inside of the `with` block, whatever others define meanwhile."""
    token = _held.set(_Held(kinds))
    try:
        yield kinds
    finally:
        _held.reset(token)


def hold_for_request(**_: Any) -> None:
    """A request begins: it looks once which kinds there are, if it needs them."""
    _held.set(_Held())


def let_go(**_: Any) -> None:
    """A request has ended."""
    _held.set(None)


def read_kinds(generation: int | None = None) -> KindSet:
    """The kinds as the catalog has them now, or had them at a known generation: one statement for the
    generation where it is not known, and one where the kinds have changed."""
    generation = kinds_generation() if generation is None else generation
    known = _Process.kinds
    if known is None or known.generation != generation:
        known = _Process.kinds = defined_kinds(generation)
    return known


def kinds_generation() -> int:
    """Another number each time that the kinds change; 0 where none was ever defined."""
    from catalog.models import CatalogState

    return CatalogState.objects.filter(pk=1).values_list("kinds_generation", flat=True).first() or 0


def defined_kinds(generation: int) -> KindSet:
    """The kinds that follow from the KindDefinitions in the catalog now."""
    from catalog.models import Entity

    fixed = static_kinds().by_name
    if not generation:
        return static_kinds()
    rows = Entity.objects.filter(kind=DEFINITION).order_by("id").values_list("ref", "document", "location_id")
    defined = [kind_of(orjson.loads(text), ref, location_id) for ref, text, location_id in rows]
    further = [kind for kind in defined if kind.name.lower() not in fixed]
    return KindSet([*fixed.values(), *further], generation)
