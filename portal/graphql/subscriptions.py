"""Live queries: what a subscription field is, and how one subscription is followed.

An app adds a field to its plain class of subscriptions, which `portal/schema.py` lists; the registry is the
schema itself. The field says what it is with `subscription_field`; what it follows is a `Feed`:

    class TaskSubscriptions:
        task_changed = subscription_field(PortalTask, follow_task, id=graphene.ID(required=True))

    def follow_task(viewer: Principal, id: str) -> Feed: ...

`follow` runs once, on a database thread, and raises PortalError where there is nothing to follow. After that
the server of streams calls `feed.read(viewer)` whenever its topic is told by NOTIFY, and every few seconds,
each time with the viewer as the database has it then. What is read is executed against the selection.
Nothing is kept between two reads but what the feed remembers (a position): a slow client costs no memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import graphene
from django.conf import settings
from django.http import HttpRequest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationType,
    get_argument_values,
    get_variable_values,
)
from graphql.execution.collect_fields import collect_fields

from portal.graphql.deadline import deadline
from portal.graphql.documents import Document, QueryInvalid, read_document
from portal.graphql.errors import error_entries
from portal.graphql.requests import Operation
from portal.rest.errors import PortalError

FOLLOW = "portal_follow"


@dataclass(frozen=True, slots=True)
class News:
    """The values that are new, oldest first; `has_more` where the next read need not wait; `ended` for the
    last that there can be."""

    values: list[Any]
    has_more: bool = False
    ended: bool = False


class Feed(Protocol):
    """What one subscription follows. `topic` is a channel of NOTIFY, or what is told on one."""

    topic: str

    def read(self, viewer: Any) -> News:
        """What is new since the last read, as far as the viewer may see it. Raises PortalError to end."""


def subscription_field(type_: Any, follow: Callable[..., Feed], **arguments: Any) -> graphene.Field:
    """A field of Subscription: `follow(viewer, **arguments)` gives its Feed, whose values are of `type_`."""

    def resolve(value: Any, _info: Any, **_arguments: Any) -> Any:
        return value

    def subscribe(viewer: Any, _info: Any, **given: Any) -> Feed:
        return follow(viewer, **given)

    field = graphene.Field(type_, required=True, resolver=resolve, **arguments)
    field.wrap_subscribe = lambda _parent: subscribe
    return field


class Following:
    """One subscription of one viewer: the operation, checked, and the feed of its field."""

    def __init__(self, schema: GraphQLSchema, operation: Operation, viewer: Any) -> None:
        """Raises QueryInvalid, and PortalError where there is nothing to follow."""
        self._operation = operation
        self._use(schema)
        if self._document.operation(operation.name).operation is not OperationType.SUBSCRIPTION:
            raise PortalError(
                "Subscriptions are answered here; send queries and mutations to /graphql.",
                code="NOT_A_SUBSCRIPTION",
            )
        self.feed = self._follow(self._document, viewer)

    def _use(self, schema: GraphQLSchema) -> None:
        given = self._operation
        self._document = read_document(given.query, schema, given.name, given.variables)
        self._schema = schema

    def _follow(self, document: Document, viewer: Any) -> Feed:
        definition = document.operation(self._operation.name)
        variables = get_variable_values(
            self._schema, definition.variable_definitions, self._operation.variables, max_errors=10
        )
        if isinstance(variables, list):
            raise QueryInvalid(variables, "VARIABLES_INVALID")
        fragments = {
            each.name.value: each
            for each in document.ast.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        root: Any = self._schema.subscription_type
        fields = collect_fields(self._schema, fragments, variables, root, definition.selection_set)
        nodes: list[FieldNode] = next(iter(fields.values()), [])
        if not nodes or nodes[0].name.value not in root.fields:
            raise PortalError("The operation subscribes to nothing.", code="NOT_A_SUBSCRIPTION")
        field = root.fields[nodes[0].name.value]
        feed: Feed = field.subscribe(viewer, None, **get_argument_values(field, nodes[0], variables))
        return feed

    def read(self, viewer: Any, schema: GraphQLSchema) -> tuple[list[dict[str, Any]], News]:
        """The results that are new, as answers of GraphQL, and what they were made of.

        `schema` is the present one. Raises QueryInvalid where the operation does not fit it any more.
        """
        if schema is not self._schema:
            self._use(schema)
        news = self.feed.read(viewer)
        return [self._result(value, viewer) for value in news.values], news

    def _result(self, value: Any, viewer: Any) -> dict[str, Any]:
        context = HttpRequest()
        context.principal = viewer  # type: ignore[attr-defined]
        with deadline(settings.GRAPHQL_DEADLINE_SECONDS):
            given = self._operation
            result = self._document.run(given.name, given.variables, context=context, root=value)
        body = {"data": result.data}
        return body | {"errors": error_entries(result.errors, "INTERNAL", "")} if result.errors else body
