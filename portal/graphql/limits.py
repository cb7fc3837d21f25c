"""What one operation may ask for, measured in linear time before anything runs.

Every fragment is measured once, however often it is spread. Nothing here raises on documents that are not
valid: what the standard rules refuse is theirs to explain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from portal.rest.errors import PortalError

MAX_LEVELS = 100
"""Nesting of selection sets through fragments, beyond every depth that could be allowed."""

LIST_FACTOR = 10
"""What a list that is not paged counts for."""

BOUNDED = frozenset({"PanelBlock"})
"""What these hold comes with them and is bounded where it is made (a panel holds half a megabyte at most)."""

TRANSPARENT = {"edges", "node", "nodes", "pageInfo"}
INTROSPECTION = {"__schema", "__type", "__typename"}


class LimitExceeded(PortalError):
    """The operation asks for more than one request may."""

    default_code = "QUERY_TOO_COSTLY"


@dataclass(frozen=True)
class Size:
    """Depth in fields, and how many objects a selection can return at most."""

    depth: int = 0
    cost: int = 0


def check_limits(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: dict[str, Any],
) -> frozenset[str]:
    """The variables whose sizes the answer depends on. Raises LimitExceeded."""
    _check_aliases(document)
    measure = Measure(schema, document, operation, variables)
    if operation.operation is OperationType.MUTATION:
        measure.check_mutation_fields(operation)
    size = measure.of(operation.selection_set, schema.get_root_type(operation.operation), 0)
    if size.depth > settings.GRAPHQL_MAX_DEPTH:
        raise LimitExceeded(
            f"The query is {size.depth} fields deep, {settings.GRAPHQL_MAX_DEPTH} are allowed (edges, node "
            "and nodes do not count). Ask in two queries.",
            code="QUERY_TOO_DEEP",
        )
    if size.cost > settings.GRAPHQL_MAX_COST:
        raise LimitExceeded(
            f"The query could return {size.cost} objects, {settings.GRAPHQL_MAX_COST} are allowed. Ask for "
            "smaller pages with `first`, or for fewer lists inside lists.",
        )
    return frozenset(measure.read)


def sizes_of(names: frozenset[str], variables: dict[str, Any]) -> tuple[Any, ...]:
    """What limits see of these variables: how long lists are, which numbers, or nothing."""
    return tuple(_size(variables[name]) if name in variables else "" for name in sorted(names))


def _size(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return (len(value),)
    return value if isinstance(value, int | float) else None


def _check_aliases(document: DocumentNode) -> None:
    aliases = 0
    stack = [
        definition.selection_set
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while stack:
        for selection in stack.pop().selections:
            aliases += isinstance(selection, FieldNode) and selection.alias is not None
            nested = getattr(selection, "selection_set", None)
            if nested is not None:
                stack.append(nested)
    if aliases > settings.GRAPHQL_MAX_ALIASES:
        raise LimitExceeded(
            f"The query has {aliases} aliases, {settings.GRAPHQL_MAX_ALIASES} are allowed. To ask for many "
            "entities at once use `entitiesByRefs`.",
            code="TOO_MANY_ALIASES",
        )


class Measure:
    """Depth and cost of the selections of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
    ) -> None:
        self.schema = schema
        self.variables = variables
        self.defaults = {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions
        }
        self.fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self.read: set[str] = set()
        self._measured: dict[str, Size] = {}

    def of(self, selections: SelectionSetNode, parent: GraphQLNamedType | None, level: int) -> Size:
        """The size of one selection set on one object of type `parent` (None: not known)."""
        if level > MAX_LEVELS:
            raise LimitExceeded(f"The query nests {MAX_LEVELS} selections.", code="QUERY_TOO_DEEP")
        depth = cost = 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                size = self._of_field(selection, parent, level)
            elif isinstance(selection, FragmentSpreadNode):
                size = self._of_fragment(selection.name.value, level)
            else:
                assert isinstance(selection, InlineFragmentNode)
                size = self.of(selection.selection_set, self._condition(selection, parent), level + 1)
            depth = max(depth, size.depth)
            cost += size.cost
        return Size(depth, cost)

    def _of_fragment(self, name: str, level: int) -> Size:
        if name not in self._measured:
            fragment = self.fragments.get(name)
            if fragment is None:
                return Size()
            self._measured[name] = Size()  # a cycle measures nothing here and is refused by the standard rule
            parent = self._condition(fragment, None)
            self._measured[name] = self.of(fragment.selection_set, parent, level + 1)
        return self._measured[name]

    def _condition(self, node: Any, parent: GraphQLNamedType | None) -> GraphQLNamedType | None:
        condition = node.type_condition
        return self.schema.get_type(condition.name.value) if condition else parent

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None, level: int) -> Size:
        name = node.name.value
        if name in INTROSPECTION:
            return Size()
        field: GraphQLField | None = getattr(parent, "fields", {}).get(name)
        named = get_named_type(field.type) if field else None
        pages = self._page_size(node, field)
        if node.selection_set is None:
            return Size(depth=1)
        inner = self.of(node.selection_set, named, level + 1)
        if parent is not None and name in TRANSPARENT and parent.name.endswith(("Connection", "Edge")):
            return inner
        if field is None or not is_composite_type(named):
            return Size(inner.depth + 1, inner.cost)
        if named and named.name in BOUNDED:
            return Size(inner.depth + 1, LIST_FACTOR)
        returned: Any = field.type
        many = is_list_type(get_nullable_type(returned))
        factor = pages or (self._list_length(node) if many else 1)
        return Size(inner.depth + 1, factor * (1 + inner.cost))

    def _page_size(self, node: FieldNode, field: GraphQLField | None) -> int | None:
        """The value of `first`, None where the field has none.

        Raises LimitExceeded (PAGE_SIZE) for a connection; what another list takes is its own to check.
        """
        argument = field.args.get("first") if field else None
        if argument is None:
            return None
        value: Any = argument.default_value
        for given in node.arguments:
            if given.name.value == "first":
                value = self._value(given.value)
        if isinstance(value, float) and value.is_integer():  # GraphQL takes 100.0 for 100
            value = int(value)
        if not isinstance(value, int):
            value = argument.default_value
        if not str(field and get_named_type(field.type)).endswith("Connection"):
            return max(int(value or 1), 1)
        if not 1 <= value <= settings.GRAPHQL_MAX_PAGE_SIZE:
            raise LimitExceeded(
                f"`{node.name.value}(first: {value})`: ask for 1 to {settings.GRAPHQL_MAX_PAGE_SIZE} and use "
                "`after` for more.",
                code="PAGE_SIZE",
                path=("first",),
            )
        return int(value)

    def _list_length(self, node: FieldNode) -> int:
        """What a list counts for: as many as the longest list it is asked with, else LIST_FACTOR."""
        lengths = [
            len(value)
            for given in node.arguments
            if isinstance(value := self._value(given.value), list | tuple)
        ]
        return max(lengths, default=LIST_FACTOR)

    def _value(self, node: ValueNode | None) -> Any:
        if isinstance(node, VariableNode):
            name = node.name.value
            self.read.add(name)
            return self.variables[name] if name in self.variables else self._value(self.defaults.get(name))
        if isinstance(node, IntValueNode):
            return int(node.value)
        return node.values if isinstance(node, ListValueNode) else None

    def check_mutation_fields(self, operation: OperationDefinitionNode) -> None:
        """Raises LimitExceeded where an operation changes too many things."""
        count = sum(1 for _ in self._root_fields(operation.selection_set, set()))
        if count > settings.GRAPHQL_MAX_MUTATION_FIELDS:
            raise LimitExceeded(
                f"The operation has {count} mutations, {settings.GRAPHQL_MAX_MUTATION_FIELDS} are allowed. "
                "Nothing was changed.",
                code="TOO_MANY_MUTATIONS",
            )

    def _root_fields(self, selections: SelectionSetNode, spread: set[str]) -> Iterator[FieldNode]:
        stack = [selections]
        while stack:
            for selection in stack.pop().selections:
                if isinstance(selection, FieldNode):
                    yield selection
                elif isinstance(selection, InlineFragmentNode):
                    stack.append(selection.selection_set)
                elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
                    spread.add(selection.name.value)
                    fragment = self.fragments.get(selection.name.value)
                    if fragment is not None:
                        stack.append(fragment.selection_set)
