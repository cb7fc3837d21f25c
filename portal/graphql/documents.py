"""Parsed and validated documents, remembered by their text: parsing costs more than running."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
    visit,
)

from portal.graphql.execution import Remembered, run
from portal.graphql.limits import check_limits, sizes_of
from portal.rest.errors import PortalError

MAX_ERRORS = 20
MEASURED = 200
"""So many different sizes of variables are remembered for a document."""

CACHED_CHARACTERS = 1_000_000
"""How much query text the documents in memory may come from; a parsed one takes about 50 times its text."""


class QueryInvalid(Exception):
    """The document cannot be run; `errors` say why."""

    def __init__(self, errors: list[GraphQLError], code: str) -> None:
        super().__init__(code)
        self.errors = errors
        self.code = code


@dataclass
class Document:
    """A valid document. `measured` holds the operations whose limits were checked, each with the sizes of the
    variables that they depend on; `remembered` is None where directives may depend on variables."""

    ast: DocumentNode
    schema: GraphQLSchema
    remembered: Remembered | None = None
    _limited_by: dict[str | None, frozenset[str]] = field(default_factory=dict)
    measured: set[tuple[str | None, tuple[Any, ...]]] = field(default_factory=set)

    @cached_property
    def reads(self) -> frozenset[tuple[str, str]]:
        """The fields of the whole document, each with the type it is asked of."""
        info = TypeInfo(self.schema)
        collector = _Fields(info)
        visit(self.ast, TypeInfoVisitor(info, collector))
        return frozenset(collector.found)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises PortalError where the document does not say which."""
        operation = get_operation_ast(self.ast, name)
        if operation is None:
            raise PortalError(
                f"The document has no operation {name!r}."
                if name
                else "The document has no operation, or several: then name one in `operationName`.",
                code="OPERATION_UNKNOWN",
            )
        return operation

    def check_limits(self, name: str | None, variables: dict[str, Any]) -> None:
        """Raises LimitExceeded where the operation asks for too much with these variables."""
        read = self._limited_by.get(name)
        if read is not None and (name, sizes_of(read, variables)) in self.measured:
            return
        read = check_limits(self.schema, self.ast, self.operation(name), variables)
        self._limited_by[name] = read
        if len(self.measured) < MEASURED:
            self.measured.add((name, sizes_of(read, variables)))

    def run(
        self, name: str | None, variables: dict[str, Any], *, context: Any, root: Any = None
    ) -> ExecutionResult:
        """The result of an operation."""
        return run(
            self.schema, self.ast, context_value=context, variables=variables, operation_name=name,
            root_value=root, remembered=self.remembered,
        )  # fmt: skip


class _Fields(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self._info = info

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self._info.get_parent_type()
        self.found.add((parent.name if parent else "", node.name.value))


class DocumentCache:
    """The documents used last, up to a total length of text. Shared by the threads of a process."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def get(self, text: str, schema: GraphQLSchema) -> Document | None:
        with self._lock:
            document = self._documents.get(text)
            if document is None or document.schema is not schema:
                return None
            self._documents.move_to_end(text)
            return document

    def add(self, text: str, document: Document) -> None:
        with self._lock:
            if self._documents.pop(text, None) is None:
                self._characters += len(text)
            self._documents[text] = document
            while self._characters > CACHED_CHARACTERS:
                oldest, _ = self._documents.popitem(last=False)
                self._characters -= len(oldest)


_cache = DocumentCache()


def read_document(
    text: str, schema: GraphQLSchema, operation_name: str | None, variables: dict[str, Any]
) -> Document:
    """The document of a text: within limits, then valid by all standard rules.

    Raises QueryInvalid, or PortalError (LimitExceeded among them).
    """
    document = _cache.get(text, schema)
    if document is None:
        document = Document(_parse(text), schema, None if "@" in text else Remembered())
        document.check_limits(operation_name, variables)
        _validate(document)
        _cache.add(text, document)
    else:
        document.check_limits(operation_name, variables)
    return document


def _parse(text: str) -> DocumentNode:
    try:
        return parse(
            text,
            max_lexical_tokens=settings.GRAPHQL_MAX_TOKENS,
            max_comments=settings.GRAPHQL_MAX_TOKENS,
            max_source_length=settings.GRAPHQL_MAX_BODY_BYTES,
        )
    except GraphQLSyntaxError as error:
        too_large = "contains more than" in error.message
        raise QueryInvalid([error], "QUERY_TOO_LARGE" if too_large else "QUERY_SYNTAX") from error


def _validate(document: Document) -> None:
    errors = validate(
        document.schema, document.ast, specified_rules, max_errors=MAX_ERRORS, hide_suggestions=True
    )
    if errors:
        raise QueryInvalid(errors, "QUERY_INVALID")
