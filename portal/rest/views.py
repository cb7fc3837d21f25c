"""What every REST view shares: Django REST framework's dispatch, with our principal, JSON and error body."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.rest.errors import Invalid, MethodNotAllowed, PortalError
from portal.rest.responses import error_response

View = Callable[..., HttpResponseBase]
JSON = "application/json; charset=utf-8"
NOT_JSON = "Send the body as JSON, and say so: `Content-Type: application/json`."


class WhoAsks(BaseAuthentication):
    """`request.auth` is the principal that the middleware has found before a view was chosen."""

    def authenticate(self, request: Request) -> tuple[Any, Any]:
        return request._request.user, getattr(request._request, "principal", None)


class JsonParser(BaseParser):
    """JSON within the length that Django lets a body have."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        assert parser_context is not None
        try:
            return orjson.loads(parser_context["request"].body)
        except orjson.JSONDecodeError as error:
            raise bad_request(f"The body is not JSON: {error}.") from None


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return orjson.dumps(data)


class OneForm(DefaultContentNegotiation):
    """There is one form of each answer, whatever the client would accept: as with Backstage."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class RestView(APIView):
    """An address; `rest_view` makes one from a function per method."""

    authentication_classes = (WhoAsks,)
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (JsonParser,)
    renderer_classes = (JsonRenderer,)
    content_negotiation_class = OneForm
    methods: tuple[str, ...] = ()

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}

    def get_exception_handler(self) -> Callable[..., Any]:
        return answer_error


def answer_error(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """The answer to an expected failure, None for any other.

    Input errors have the status 400 here, as Backstage's clients expect it.
    """
    request = context["request"]._request
    if isinstance(error, exceptions.MethodNotAllowed):
        error = MethodNotAllowed(f"{request.path_info} answers {', '.join(context['view'].methods)} only.")
    elif isinstance(error, exceptions.UnsupportedMediaType):
        error = bad_request(NOT_JSON)
    elif isinstance(error, Invalid):
        error = bad_request(error.message, *error.path, code=error.code)
    return error_response(request, error) if isinstance(error, PortalError) else None


def rest_view(**methods: View) -> View:
    """One view of an address from a function per method: `rest_view(GET=read, DELETE=delete)`."""
    first = next(iter(methods.values()))
    answers: dict[str, Any] = {method.lower(): staticmethod(answer) for method, answer in methods.items()}
    names = [*answers, *(["head"] if "get" in answers else [])]
    made = {"http_method_names": names, "methods": tuple(methods), "__doc__": first.__doc__}
    return type(first.__name__, (RestView,), answers | made).as_view()  # type: ignore[attr-defined, no-any-return]


def json_body(request: Request, *, optional: bool = False) -> dict[str, Any]:
    """The JSON object that a request carries. Raises PortalError (status 400) for anything else.

    Where it is optional, no body is an empty object.
    """
    if optional and not request.body:
        return {}
    if not request.body:
        raise bad_request(NOT_JSON)
    if not isinstance(request.data, dict):
        raise bad_request("The body must be a JSON object.")
    return request.data


def json_answer(content: Any, status: int = 200) -> Response:
    """An answer that is not kept by anybody."""
    return Response(content, status=status, headers={"Cache-Control": "no-store"})


def no_content(status: int = 204) -> HttpResponse:
    """An answer without a body, and without a word on its type."""
    response = HttpResponse(status=status)
    del response.headers["Content-Type"]
    response.headers["Cache-Control"] = "no-store"
    return response


def texts(value: Any, name: str) -> list[str]:
    """A list of texts in a body, empty where it is left out."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad_request(f"Invalid {name}, must be a list of strings", name)
    return value


def whole_number(value: Any, name: str) -> int:
    """A number not below zero, of a body."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise bad_request(f"Invalid {name}, must be a number that is zero or greater", name)
    return value


def number_of(text: str, name: str) -> int:
    """A number not below zero, as an address has it."""
    return whole_number(int(text) if text.isascii() and text.isdigit() and len(text) < 17 else text, name)


def bad_request(message: str, *path: str, code: str = "BAD_REQUEST") -> PortalError:
    """An input error with the status 400, as Backstage answers every input error."""
    return PortalError(message, code=code, path=path)
