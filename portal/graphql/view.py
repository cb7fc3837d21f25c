"""The GraphQL endpoint: reads one operation, checks it, runs it within its deadline, writes JSON.

Who asks and whether a POST comes from our page is found before, by PrincipalMiddleware and
CsrfViewMiddleware. Media types and status codes follow the GraphQL over HTTP specification
(`portal.graphql.negotiation`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import graphene
import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from graphql import ExecutionResult, OperationType, execute

from portal.graphql.deadline import deadline
from portal.graphql.documents import QueryInvalid, read_document
from portal.graphql.errors import error_entries, error_entry
from portal.graphql.negotiation import JSON_TYPE, RESPONSE_TYPE, Answer, answer_for
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


def graphql_view(get_schema: Callable[[], graphene.Schema]) -> Callable[[HttpRequest], HttpResponse]:
    """The view of a schema; `get_schema` is called for each request and answers from its cache."""

    def graphql(request: HttpRequest) -> HttpResponse:
        request_id = getattr(request, "request_id", "")
        answer = answer_for(request)
        try:
            if answer is None:
                raise _not_acceptable()
            if request.principal is None:  # type: ignore[attr-defined]
                raise RequestError("Sign in, or send an API token.", "UNAUTHENTICATED", status=401)
            operation = _read(request)
        except RequestError as error:
            return _refusal(answer or Answer(JSON_TYPE), error)
        try:
            result = _run(request, get_schema(), operation)
        except RequestError as error:
            return _refusal(answer, error)
        except QueryInvalid as error:
            return _not_run(answer, error_entries(error.errors, error.code, request_id))
        except PortalError as error:
            return _not_run(answer, [error_entry(error.message, error.code)])
        errors = error_entries(result.errors or [], "VARIABLES_INVALID", request_id)
        if result.data is None and result.errors and not any(error.path for error in result.errors):
            return _not_run(answer, errors)  # the variables do not fit
        body = {"errors": errors} if errors else {}
        return _response(answer, body | {"data": result.data}, 200)

    return graphql


def _run(request: HttpRequest, schema: graphene.Schema, operation: Operation) -> ExecutionResult:
    engine = schema.graphql_schema
    document = read_document(operation.query, engine, operation.name, operation.variables)
    kind = document.operation(operation.name).operation
    if kind is not OperationType.QUERY and request.method != "POST":
        message = "Only queries may be sent by GET: POST this."
        raise RequestError(message, "METHOD_NOT_ALLOWED", status=405, allow="POST")
    with deadline(settings.GRAPHQL_DEADLINE_SECONDS):
        result = execute(
            engine,
            document.ast,
            context_value=request,
            variable_values=operation.variables,
            operation_name=operation.name,
            hide_suggestions=True,
        )
    assert isinstance(result, ExecutionResult)
    return result


def _read(request: HttpRequest) -> Operation:
    """The operation in a request. Raises RequestError."""
    if request.method == "POST":
        return _operation(_read_body(request))
    if request.method == "GET":
        if len(request.META.get("QUERY_STRING", "")) > settings.GRAPHQL_MAX_BODY_BYTES:
            raise _too_large()
        parameters: dict[str, Any] = request.GET.dict()
        for name in ("variables", "extensions"):
            parameters[name] = _loads(parameters[name]) if parameters.get(name) else None
        return _operation(parameters)
    raise RequestError(
        f"{request.method} is not for this address: POST an operation.",
        "METHOD_NOT_ALLOWED",
        status=405,
        allow="GET, POST",
    )


def _read_body(request: HttpRequest) -> Any:
    if request.content_type != JSON_TYPE:
        raise RequestError(
            f"The Content-Type is {request.content_type or 'missing'}: send {JSON_TYPE}.",
            "UNSUPPORTED_MEDIA_TYPE",
            status=415,
        )
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise RequestError("JSON is read as UTF-8 only.", "UNSUPPORTED_MEDIA_TYPE", status=415)
    body = request.read(settings.GRAPHQL_MAX_BODY_BYTES + 1)
    if len(body) > settings.GRAPHQL_MAX_BODY_BYTES:
        raise _too_large()
    return _loads(body)


def _loads(text: bytes | str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"This is not JSON: {error}.", "BAD_REQUEST") from None


def _not_acceptable() -> RequestError:
    return RequestError(
        f"Answers are {RESPONSE_TYPE} or {JSON_TYPE}: accept one of them.", "NOT_ACCEPTABLE", status=406
    )


def _too_large() -> RequestError:
    limit = settings.GRAPHQL_MAX_BODY_BYTES
    return RequestError(f"The request is longer than {limit} bytes.", "QUERY_TOO_LARGE", status=413)


def _operation(members: Any) -> Operation:
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


def _refusal(answer: Answer, error: RequestError) -> HttpResponse:
    """The request is not one for GraphQL: its status says so to everybody."""
    response = _response(answer, {"errors": [error_entry(error.message, error.code)]}, error.http_status)
    if error.allow:
        response.headers["Allow"] = error.allow
    return response


def _not_run(answer: Answer, errors: list[dict[str, Any]]) -> HttpResponse:
    """The request could be read, its operation was refused before it began."""
    return _response(answer, {"errors": errors}, 400 if answer.status_tells else 200)


def _response(answer: Answer, body: dict[str, Any], status: int) -> HttpResponse:
    content_type = f"{answer.content_type}; charset=utf-8"
    response = HttpResponse(orjson.dumps(body), status=status, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Cookie, Authorization"
    return response
