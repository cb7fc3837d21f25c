"""Which kinds are in force: those of the portal and its plugins, and those that the catalog itself defines.

What is defined at run time is read again when `kinds_generation` has changed, which is looked at once in a
request and at every question outside of one. Whoever needs the same kinds throughout holds them with `using`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

import orjson

from catalog.kinds.definitions import DEFINITION, defined_by
from catalog.kinds.layers import KindLayer, extended, portal_kinds
from catalog.kinds.model import Kind, RelationField
from catalog.kinds.schemas import Validator, make_validator
from portal.database import ask


class KindSet:
    """The kinds in force at one moment, and what follows from them. Never changed; compared by identity."""

    def __init__(self, kinds: Iterable[Kind], generation: int = 0, layers: Iterable[KindLayer] = ()) -> None:
        self.bases = {kind.name.lower(): kind for kind in sorted(kinds, key=lambda kind: kind.name.lower())}
        """The kinds without what layers add to them."""
        self.layers = tuple(layers)
        self.by_name = {
            name: extended(kind, [layer for layer in self.layers if layer.extends.lower() == name])
            for name, kind in self.bases.items()
        }
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

    def layers_of(self, kind: Kind) -> list[KindLayer]:
        return [layer for layer in self.layers if layer.extends.lower() == kind.name.lower()]

    def who_has(self, kind: Kind, key: str) -> str:
        """Who defines a field of a kind's spec, "" where there is none."""
        whose = (layer.source for layer in self.layers_of(kind) if key in layer.properties)
        return kind.source if key in _properties(self.bases[kind.name.lower()]) else next(whose, "")

    def who_relates(self, kind: Kind, path: str) -> str:
        """Who makes relations of a field of a kind, "" where nobody does."""
        whose = (layer.source for layer in self.layers_of(kind) if _relates(layer.relations, path))
        return kind.source if _relates(self.bases[kind.name.lower()].relations, path) else next(whose, "")

    def and_kind(self, kind: Kind) -> "KindSet":
        """The same kinds with one put in, or put in the place of the one of its name."""
        return self._with({**self.bases, kind.name.lower(): kind}.values(), self.layers)

    def and_layer(self, layer: KindLayer) -> "KindSet":
        """The same kinds with one layer more, above the others."""
        return self._with(self.bases.values(), (*self.layers, layer))

    def without_source(self, source: str) -> "KindSet":
        """The same kinds but what `source` defines or adds."""
        return self._with(
            (kind for kind in self.bases.values() if kind.source != source),
            (layer for layer in self.layers if layer.source != source),
        )

    def _with(self, kinds: Iterable[Kind], layers: Iterable[KindLayer]) -> "KindSet":
        made = KindSet(kinds, self.generation, layers)
        made._validators = dict(self._validators)
        return made


def _properties(kind: Kind) -> dict[str, Any]:
    return kind.schema.get("properties") or {}


def _relates(relations: Iterable[RelationField], path: str) -> bool:
    return any(relation.path == path for relation in relations)


def inverse_types_of(kinds: Iterable[Kind]) -> dict[str, str]:
    pairs = [(field.type, field.inverse) for kind in kinds for field in kind.relations]
    return dict(pairs) | {inverse: kind for kind, inverse in pairs}


@cache
def static_kinds() -> KindSet:
    """The kinds that are there whatever the catalog holds: those of this folder and of the plugins."""
    from catalog.extension_points import entity_kinds, kind_layers  # which imports the kinds' model

    kinds = list(portal_kinds().values())
    kinds += [replace(each.value, source=each.plugin) for each in entity_kinds.read()]
    return KindSet(kinds, layers=[replace(each.value, source=each.plugin) for each in kind_layers.read()])


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
    rows = ask('SELECT kinds_generation FROM "catalog_catalogstate" WHERE id = 1')
    return rows[0][0] if rows else 0


def defined_kinds(generation: int) -> KindSet:
    """The kinds that follow from the KindDefinitions in the catalog now."""
    from catalog.models import Entity

    fixed = static_kinds()
    if not generation:
        return fixed
    rows = Entity.objects.filter(kind=DEFINITION).order_by("id").values_list("ref", "document", "location_id")
    further: list[Kind] = []
    layers = list(fixed.layers)
    for ref, text, location_id in rows:
        defined = defined_by(orjson.loads(text), ref, location_id)
        if isinstance(defined, KindLayer):
            layers.append(defined)
        elif defined.name.lower() not in fixed.bases:
            further.append(defined)
    return KindSet([*fixed.bases.values(), *further], generation, layers)
