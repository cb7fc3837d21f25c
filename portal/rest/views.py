"""What every REST view shares: allowed methods, JSON bodies, parameters, and domain errors as answers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.rest.errors import Invalid, MethodNotAllowed, PortalError
from portal.rest.responses import error_response

View = Callable[..., HttpResponseBase]
JSON = "application/json; charset=utf-8"


def rest_view(**methods: View) -> View:
    """One view of an address from a function per method: `rest_view(GET=read, DELETE=delete)`.

    Input errors have the status 400 here, as Backstage's clients expect it.
    """
    first = next(iter(methods.values()))

    @wraps(first)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method
        answer = methods.get(method or "")
        try:
            if answer is None:
                allowed = ", ".join(methods)
                raise MethodNotAllowed(f"{request.path_info} answers {allowed} only.")
            return answer(request, *args, **kwargs)
        except Invalid as error:
            return error_response(request, bad_request(error.message, *error.path, code=error.code))
        except PortalError as error:
            return error_response(request, error)

    view.methods = tuple(methods)  # type: ignore[attr-defined]  # tests hold the OpenAPI documents against it
    return view


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that a request carries. Raises PortalError (status 400) for anything else."""
    if request.content_type != "application/json":
        raise bad_request("Send the body as JSON, and say so: `Content-Type: application/json`.")
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"The body is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object.")
    return body


def json_answer(content: Any, status: int = 200) -> HttpResponse:
    """An answer that is not kept by anybody."""
    response = HttpResponse(orjson.dumps(content), content_type=JSON, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


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
