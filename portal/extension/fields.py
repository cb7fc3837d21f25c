"""One nullable GraphQL field per plugin on every entity, named after the plugin; loaded for many at once.

A plugin's type holds data only. There is no resolver per row: what needs arguments, or is too dear to load
unasked, is an `EntityValue`, again a function from many entities to many values.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from graphql import GraphQLError

from portal.extension.batching import load_one
from portal.extension.broken import mark_broken
from portal.extension.claims import ClaimRefused
from portal.extension.guard import PluginFailed, contained
from portal.extension.narrowing import entities_for, refused_kind
from portal.extension.permissions import may
from portal.extension.plain import Budget, WrongAnswer, plain
from portal.extension.points import Contribution, ExtensionError

Loader = Callable[..., Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class EntityField:
    """`load(entities, viewer)` answers `{entity.pk: value}`; an entity without a value shows null.

    A value is a dataclass or a mapping with the fields of `type`, of plain data throughout.
    """

    type: type[graphene.ObjectType]
    load: Loader
    description: str = ""
    permission: str = ""

    @property
    def name(self) -> str:
        return self.type.__name__


class EntityValue(graphene.Field):
    """A field inside a plugin's type with arguments of its own: `load(entities, viewer, **arguments)`."""

    def __init__(self, type_: Any, *, load: Loader, **kwargs: Any) -> None:
        super().__init__(type_, **kwargs)
        self.load = load

    def wrap_resolve(self, parent_resolver: Any) -> Callable[..., Any]:
        return self._resolve

    def _resolve(self, root: "FieldValue", info: Any, **arguments: Hashable) -> Any:
        given = tuple(sorted(arguments.items()))
        return _shown(self._load_all, root.entity, root.plugin, info.context.principal, given)

    def _load_all(
        self, entities: Sequence[Any], plugin: str, viewer: Any, given: tuple[tuple[str, Any], ...]
    ) -> Mapping[int, Any]:
        what = f"the field {plugin}.{getattr(self.load, '__name__', 'value')}"
        theirs = entities_for(plugin, entities)
        return contained(plugin, what, lambda: plain_values(self.load(theirs, viewer, **dict(given))))


class FieldValue(dict[str, Any]):
    """A plugin's value for one entity, which its EntityValues need to know."""

    __slots__ = ("entity", "plugin")

    def __init__(self, data: Mapping[str, Any], *, entity: Any, plugin: str) -> None:
        super().__init__(data)
        self.entity = entity
        self.plugin = plugin


class _Resolver:
    """Resolves one plugin's field; the same object for every row, so that rows are loaded together."""

    def __init__(self, plugin: str, field: EntityField) -> None:
        self._plugin = plugin
        self._field = field

    def __call__(self, entity: Any, info: Any) -> FieldValue | None:
        refused = refused_kind(self._plugin, getattr(entity, "kind", ""))
        if refused:
            raise GraphQLError(refused, extensions={"code": ClaimRefused.code})
        if not may(info.context.principal, self._field.permission):
            return None
        data = _shown(self._load_all, entity, info.context.principal)
        return None if data is None else FieldValue(data, entity=entity, plugin=self._plugin)

    def _load_all(self, entities: Sequence[Any], viewer: Any) -> Mapping[int, Any]:
        what = f"the field {self._plugin} ({self._field.name})"
        theirs = entities_for(self._plugin, entities)
        return contained(self._plugin, what, lambda: plain_values(self._field.load(theirs, viewer)))


def entity_fields_mixin(contributions: Sequence[Contribution[EntityField]]) -> type:
    """A plain class with one nullable field for each plugin, to be a base of the Entity interface.

    A plugin whose type cannot be used is left out, with the reason.
    """
    fields: dict[str, Any] = {}
    for item in contributions:
        try:
            check_type(item.plugin, item.value.type)
        except ExtensionError as error:
            mark_broken(item.plugin, str(error))
            continue
        fields[item.plugin] = graphene.Field(
            item.value.type,
            description=item.value.description or f"What the plugin {item.plugin} knows of the entity.",
            resolver=_Resolver(item.plugin, item.value),
        )
    return type("PluginFields", (), fields)


def plain_values(values: Any) -> dict[int, Any]:
    """A loader's answer as plain data by primary key; runs on the plugin's thread."""
    budget = Budget()
    if not isinstance(values, Mapping):
        raise WrongAnswer(f"the answer is a {type(values).__name__}, not a mapping by entity.pk")
    return {int(key): plain(value, budget) for key, value in values.items()}


def _shown(loader: Loader, entity: Any, *args: Hashable) -> Any:
    try:
        return load_one(loader, entity, *args)
    except PluginFailed as error:
        raise GraphQLError(str(error), extensions={"code": error.code}) from None


_types: dict[str, tuple[str, Any]] = {}


def check_type(plugin: str, type_: Any) -> None:
    """Raise ExtensionError where a type has a resolver per row, or is named as one of another plugin."""
    refuse_resolvers(plugin, type_)
    for each in _types_in(type_):
        name = each._meta.name
        owner, known = _types.setdefault(name, (plugin, each))
        if known is not each and owner != plugin:
            raise ExtensionError(
                f"The plugin {plugin} has a GraphQL type {name}, as {owner} has: name it otherwise."
            )


def _types_in(type_: Any) -> list[Any]:
    found: list[Any] = []
    waiting: list[Any] = [type_]
    while waiting:
        each = waiting.pop()
        is_object = isinstance(each, type) and issubclass(each, graphene.ObjectType)
        if is_object and each not in found:
            found.append(each)
            waiting += [_named_type(field.type) for field in each._meta.fields.values()]
    return found


def refuse_resolvers(plugin: str, type_: Any) -> None:
    """Raise ExtensionError where a plugin's type, or one inside of it, has a resolver per row."""
    for name, field in type_._meta.fields.items():
        if hasattr(type_, f"resolve_{name}") or (getattr(field, "resolver", None) is not None):
            raise ExtensionError(
                f"The plugin {plugin} has a resolver for {type_.__name__}.{name}, which would run once "
                "per row: load it in the EntityField, or make it an EntityValue."
            )
        inner = _named_type(field.type)
        if isinstance(inner, type) and issubclass(inner, graphene.ObjectType) and inner is not type_:
            refuse_resolvers(plugin, inner)


def _named_type(type_: Any) -> Any:
    while isinstance(type_, graphene.types.structures.Structure):
        type_ = type_.of_type
    return type_
