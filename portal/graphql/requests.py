"""A GraphQL request as a value: which operation, with which variables; and why it cannot be read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings

from portal.rest.errors import PortalError

MAX_VARIABLE_LEVELS = 64
NUL_ESCAPE = re.compile(r"\\u(0000|\{0+\})")


class RequestError(PortalError):
    """The request cannot be read as a GraphQL request."""

    def __init__(self, message: str, code: str, *, status: int = 400, allow: str = "") -> None:
        super().__init__(message, code=code)
        self.http_status = status
        self.allow = allow


@dataclass(frozen=True)
class Operation:
    """What a client asks to run."""

    query: str
    variables: dict[str, Any]
    name: str | None


def loads(text: bytes | str) -> Any:
    """The value of a JSON text. Raises RequestError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"This is not JSON: {error}.", "BAD_REQUEST") from None


def too_large() -> RequestError:
    limit = settings.GRAPHQL_MAX_BODY_BYTES
    return RequestError(f"The request is longer than {limit} bytes.", "QUERY_TOO_LARGE", status=413)


def read_operation(members: Any) -> Operation:
    """The operation in the members of a request. Raises RequestError."""
    if isinstance(members, list):
        raise RequestError("One operation in a request: batches are not answered.", "BAD_REQUEST")
    if not isinstance(members, Mapping):
        raise RequestError("Send an object with the member `query`.", "BAD_REQUEST")
    query, variables = members.get("query"), members.get("variables")
    variables = {} if variables is None else variables
    name = members.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise RequestError("`query` is missing: it holds the text of the operation.", "BAD_REQUEST")
    if not isinstance(variables, dict):
        raise RequestError("`variables` is not an object.", "BAD_REQUEST")
    if not isinstance(members.get("extensions"), dict | None):
        raise RequestError("`extensions` is not an object.", "BAD_REQUEST")
    if name is not None and not isinstance(name, str):
        raise RequestError("`operationName` is not a text.", "BAD_REQUEST")
    if "\0" in query or NUL_ESCAPE.search(query):
        raise RequestError("The query holds the character NUL, which no text here may hold.", "BAD_REQUEST")
    _check_variables(variables)
    return Operation(query, variables, name or None)


def _check_variables(variables: dict[str, Any]) -> None:
    """Raises RequestError for variables that nest too deeply or hold NUL. Does not recurse."""
    level: list[Any] = [variables]
    for _ in range(MAX_VARIABLE_LEVELS):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value.keys()
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and "\0" in value:
                raise RequestError("A variable holds the character NUL.", "BAD_REQUEST")
        if not below:
            return
        level = below
    raise RequestError(f"The variables nest more than {MAX_VARIABLE_LEVELS} levels.", "BAD_REQUEST")
