"""Runs a document: graphql-core's execution, with less asking on the way to an answer.

*Nothing waits.* Resolvers answer at once, so no value is asked whether it can be awaited.

*Selections are remembered.* Which fields a selection has for a type is found once for each document, where no
directive makes it depend on variables.

*Blocks are written as they are.* What panels hold was checked when plugins gave it, and the resolvers of
blocks read their block and nothing else. So for a selection of blocks one function is made that turns a block
into its JSON value. Where it fails, graphql-core does it and says what is wrong.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    DocumentNode,
    ExecutionContext,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_list_type,
    is_non_null_type,
)
from graphql.pyutils import Path

from portal.graphql.limits import BOUNDED

logger = logging.getLogger(__name__)

Write = Callable[[Any], Any]
Nodes = list[FieldNode]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was found out about the selections of a document: their fields, how their blocks are written."""

    fields: dict[Any, dict[str, Nodes]] = field(default_factory=dict)
    writers: dict[tuple[int, ...], Write] = field(default_factory=dict)


class NotPlain(Exception):
    """A value, or a type, that is left to graphql-core."""


def run(
    schema: GraphQLSchema,
    document: DocumentNode,
    *,
    context_value: Any,
    variables: dict[str, Any],
    operation_name: str | None,
    root_value: Any = None,
    remembered: Remembered | None = None,
) -> ExecutionResult:
    """The result of one operation of a valid document."""
    built = Execution.build(
        schema, document, root_value, context_value, variables, operation_name, hide_suggestions=True
    )
    if isinstance(built, list):
        return ExecutionResult(None, built)
    assert isinstance(built, Execution)
    if remembered is not None:
        built.use(remembered)
    try:
        data = built.execute_operation(built.operation, root_value)
    except GraphQLError as error:
        built.collected_errors.add(error, None)
        data = None
    assert data is None or isinstance(data, dict)
    return built.build_response(data, built.collected_errors.errors)


def _never(_: Any) -> bool:
    return False


class Execution(ExecutionContext):
    """One operation that runs."""

    is_awaitable = staticmethod(_never)  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use(Remembered())

    def use(self, remembered: Remembered) -> None:
        """Go on from what is known of the document."""
        self._remembered = remembered
        self._subfields_cache = remembered.fields

    def complete_list_value(
        self, return_type: GraphQLList[Any], field_nodes: Nodes, info: GraphQLResolveInfo, path: Path,
        result: Any,
    ) -> Any:  # fmt: skip
        """A list of blocks as JSON values; every other list as graphql-core completes it."""
        if get_named_type(return_type).name in BOUNDED:
            key = (id(return_type), *map(id, field_nodes))
            writers = self._remembered.writers
            try:
                write = writers.get(key) or writers.setdefault(key, self._writer(return_type, field_nodes))
                return write(result)
            except Exception as error:  # noqa: BLE001 - the slow way says what is wrong, and where
                logger.debug("blocks are left to graphql-core: %s", error)
        return super().complete_list_value(return_type, field_nodes, info, path, result)

    def _writer(self, type_: Any, nodes: Nodes) -> Write:
        """A function from a value of this type to what is sent of it."""
        if is_non_null_type(type_):
            return partial(_required, self._writer(type_.of_type, nodes))
        if is_list_type(type_):
            return partial(_many, self._writer(type_.of_type, nodes))
        if isinstance(type_, GraphQLScalarType):
            return partial(_leaf, type_.serialize)
        if isinstance(type_, GraphQLUnionType):
            return self._union(type_, nodes)
        if isinstance(type_, GraphQLObjectType) and type_.is_type_of is None:
            return self._object(type_, nodes)
        raise NotPlain(str(type_))

    def _union(self, union: GraphQLUnionType, nodes: Nodes) -> Write:
        resolve_type: Any = union.resolve_type
        writers = {type_.name: self._object(type_, nodes) for type_ in union.types}

        def write(value: Any) -> Any:
            return writers[resolve_type(value, None, union)](value)

        return write

    def _object(self, type_: Any, nodes: Nodes) -> Write:
        fields: list[tuple[str, Callable[[Any], Any], Write]] = []
        for name, selected in self.collect_subfields(type_, nodes).items():
            asked = selected[0].name.value
            if asked == "__typename":
                fields.append((name, partial(_always, type_.name), partial(_leaf, str)))
                continue
            definition = type_.fields[asked]
            if definition.args:
                raise NotPlain(asked)
            fields.append((name, _reader(definition.resolve), self._writer(definition.type, selected)))

        def write(value: Any) -> Any:
            if value is None:
                return None
            return {name: complete(read(value)) for name, read, complete in fields}

        return write


def _reader(resolve: Any) -> Callable[[Any], Any]:
    """What a resolver of a block reads of its value: no resolver there looks at who asks."""
    if isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver:
        name, default = resolve.args

        def read(value: Any) -> Any:
            return value.get(name, default) if isinstance(value, dict) else getattr(value, name, default)

        return read
    return lambda value: resolve(value, None)


def _always(answer: str, _: Any) -> str:
    return answer


def _required(write: Write, value: Any) -> Any:
    written = write(value)
    if written is None:
        raise NotPlain("null")
    return written


def _many(write: Write, values: Iterable[Any] | None) -> list[Any] | None:
    if values is None:
        return None
    if not isinstance(values, list | tuple):
        raise NotPlain(type(values).__name__)
    return [write(value) for value in values]


def _leaf(serialize: Callable[[Any], Any], value: Any) -> Any:
    if value is None or type(value) is str:
        return value
    return serialize(value)
