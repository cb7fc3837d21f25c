"""One nullable root field per plugin in GraphQL, named after it: what it knows beside single entities.

As with entities' fields there is no resolver per row: what takes arguments, or is dear, is a `QueryValue`,
a function of the viewer and the arguments. Each is contained by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLError

from portal.extension.broken import mark_broken
from portal.extension.fields import check_type
from portal.extension.guard import PluginFailed, contained
from portal.extension.permissions import may
from portal.extension.plain import Budget, plain
from portal.extension.points import Contribution, ExtensionError


@dataclass(frozen=True, slots=True)
class PluginQuery:
    """`type` holds the plugin's QueryValues, and plain fields where `load(viewer)` answers them."""

    type: type[graphene.ObjectType]
    load: Callable[[Any], Any] | None = None
    description: str = ""
    permission: str = ""

    @property
    def name(self) -> str:
        return self.type.__name__


class QueryValue(graphene.Field):
    """A field of a plugin's root type: `load(viewer, **arguments)` answers plain data for `type_`."""

    def __init__(self, type_: Any, *, load: Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(type_, **kwargs)
        self.load = load

    def wrap_resolve(self, parent_resolver: Any) -> Callable[..., Any]:
        return self._resolve

    def _resolve(self, root: "_Root", info: Any, **arguments: Any) -> Any:
        what = f"the field {root.plugin}.{info.field_name}"
        return _loaded(root.plugin, what, partial(self.load, info.context.principal, **arguments))


class _Root(dict[str, Any]):
    """What `load` answered, and whose it is."""

    def __init__(self, data: Any, plugin: str) -> None:
        super().__init__(data or {})
        self.plugin = plugin


def plugin_queries_mixin(contributions: Sequence[Contribution[PluginQuery]], bases: Sequence[type]) -> type:
    """A plain class with one nullable field for each plugin, to be a base of Query beside `bases`.

    A plugin whose type cannot be used, or whose name is a field of the portal's, is left out with the reason.
    """
    taken = {to_camel_case(name) for base in bases for name in dir(base)}
    fields: dict[str, Any] = {}
    for item in contributions:
        try:
            if to_camel_case(item.plugin) in taken:
                raise ExtensionError(
                    f"The plugin {item.plugin} adds {item.name} to portal.queries, but the portal itself "
                    f"answers {to_camel_case(item.plugin)}: name the plugin otherwise."
                )
            check_type(item.plugin, item.value.type)
        except ExtensionError as error:
            mark_broken(item.plugin, str(error))
            continue
        fields[item.plugin] = graphene.Field(
            item.value.type,
            description=item.value.description or f"What the plugin {item.plugin} knows.",
            resolver=partial(_resolve, item),
        )
    return type("PluginRootFields", (), fields)


def _resolve(item: Contribution[PluginQuery], root: Any, info: Any) -> _Root | None:
    if not may(info.context.principal, item.value.permission):
        return None
    load = item.value.load
    if load is None:
        return _Root({}, item.plugin)
    data = _loaded(item.plugin, f"the query {item.plugin}", partial(load, info.context.principal))
    return None if data is None else _Root(data, item.plugin)


def _loaded(plugin: str, what: str, load: Callable[[], Any]) -> Any:
    try:
        return contained(plugin, what, lambda: plain(load(), Budget()))
    except PluginFailed as error:
        raise GraphQLError(str(error), extensions={"code": error.code}) from None
