"""The GraphQL endpoint: reads one operation, checks it, runs it within its deadline, writes JSON.

Who asks and whether a POST comes from our page is found before, by PrincipalMiddleware and
CsrfViewMiddleware. Media types and status codes follow the GraphQL over HTTP specification
(`portal.graphql.negotiation`).
"""

from collections.abc import Callable
from typing import Any, Protocol

import graphene
import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from graphql import ExecutionResult, OperationType

from portal.graphql.deadline import deadline
from portal.graphql.documents import Document, QueryInvalid, read_document
from portal.graphql.errors import error_entries, error_entry
from portal.graphql.negotiation import JSON_TYPE, RESPONSE_TYPE, Answer, answer_for
from portal.graphql.requests import Operation, RequestError, loads, read_operation, too_large
from portal.rest.errors import PortalError


class Question(Protocol):
    """A query whose answer may be known already, as JSON; answers with errors are never kept."""

    def answer(self) -> bytes | None: ...

    def keep(self, answer: bytes) -> None: ...


Ask = Callable[[HttpRequest, Document, Operation], Question | None]


def graphql_view(
    get_schema: Callable[[], graphene.Schema], ask: Ask = lambda *_: None
) -> Callable[[HttpRequest], HttpResponse]:
    """The view of a schema; `get_schema` is called for each request and answers from its cache.

    `ask` makes a question of a query whose answers are remembered.
    """

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
            document = _checked(request, get_schema(), operation)
            question = ask(request, document, operation)
            if question and (known := question.answer()):
                return _sent(answer, known, 200)
            result = _run(request, document, operation)
        except RequestError as error:
            return _refusal(answer, error)
        except QueryInvalid as error:
            return _not_run(answer, error_entries(error.errors, error.code, request_id))
        except PortalError as error:
            return _not_run(answer, [error_entry(error.message, error.code)])
        errors = error_entries(result.errors or [], "VARIABLES_INVALID", request_id)
        if result.data is None and result.errors and not any(error.path for error in result.errors):
            return _not_run(answer, errors)  # the variables do not fit
        text = orjson.dumps(({"errors": errors} if errors else {}) | {"data": result.data})
        if question and not errors:
            question.keep(text)
        return _sent(answer, text, 200)

    return graphql


def _checked(request: HttpRequest, schema: graphene.Schema, operation: Operation) -> Document:
    """The valid document of an operation that is answered here and by this method."""
    document = read_document(operation.query, schema.graphql_schema, operation.name, operation.variables)
    kind = document.operation(operation.name).operation
    if kind is not OperationType.QUERY and request.method != "POST":
        message = "Only queries may be sent by GET: POST this."
        raise RequestError(message, "METHOD_NOT_ALLOWED", status=405, allow="POST")
    if kind is OperationType.SUBSCRIPTION:
        raise PortalError(_where_subscriptions_are(), code="SUBSCRIPTION_ELSEWHERE")
    return document


def _where_subscriptions_are() -> str:
    return f"Subscriptions are answered at {settings.STREAMS_URL or settings.BASE_URL}/events/graphql."


def _run(request: HttpRequest, document: Document, operation: Operation) -> ExecutionResult:
    with deadline(settings.GRAPHQL_DEADLINE_SECONDS):
        return document.run(operation.name, operation.variables, context=request)


def _read(request: HttpRequest) -> Operation:
    """The operation in a request. Raises RequestError."""
    if request.method == "POST":
        return read_operation(_read_body(request))
    if request.method == "GET":
        if len(request.META.get("QUERY_STRING", "")) > settings.GRAPHQL_MAX_BODY_BYTES:
            raise too_large()
        parameters: dict[str, Any] = request.GET.dict()
        for name in ("variables", "extensions"):
            parameters[name] = loads(parameters[name]) if parameters.get(name) else None
        return read_operation(parameters)
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
        raise too_large()
    return loads(body)


def _not_acceptable() -> RequestError:
    message = f"Answers are {RESPONSE_TYPE} or {JSON_TYPE}: accept one of them. {_where_subscriptions_are()}"
    return RequestError(message, "NOT_ACCEPTABLE", status=406)


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
    return _sent(answer, orjson.dumps(body), status)


def _sent(answer: Answer, text: bytes, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=f"{answer.content_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Cookie, Authorization"
    return response
