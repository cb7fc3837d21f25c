"""Errors of the API: expected ones say what and what next, all others say only where to look."""

import logging
from typing import Any

from graphql import GraphQLError

from portal.graphql.deadline import is_statement_timeout, timed_out
from portal.rest.database_errors import unavailable
from portal.rest.errors import PortalError

logger = logging.getLogger(__name__)

MAX_ERRORS = 50


def error_entry(message: str, code: str, **extensions: Any) -> dict[str, Any]:
    """One member of `errors` that belongs to the request as a whole."""
    return {"message": message, "extensions": {"code": code, **extensions}}


def error_entries(errors: list[GraphQLError], code: str, request_id: str) -> list[dict[str, Any]]:
    """The `errors` of an answer; `code` is for those of the GraphQL engine itself."""
    return [_entry(error, code, request_id) for error in errors[:MAX_ERRORS]]


def _entry(error: GraphQLError, code: str, request_id: str) -> dict[str, Any]:
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error:
        original = original.original_error
    if is_statement_timeout(original):
        original = timed_out()
    original = unavailable(original) or original
    extensions: dict[str, Any] = {"code": code}
    if isinstance(original, PortalError):
        message = original.message
        extensions["code"] = original.code
        if original.path:
            extensions["argument"] = list(original.path)
    elif original is None or isinstance(original, GraphQLError):
        message = error.message
        extensions |= error.extensions or {}
    else:
        message = "Something went wrong on our side. The operator finds it in the log by the request id."
        extensions = {"code": "INTERNAL", "requestId": request_id}
        logger.error("request %s: %s failed", request_id, _path(error), exc_info=original)
    entry: dict[str, Any] = {"message": message}
    if error.locations:
        entry["locations"] = [location.formatted for location in error.locations]
    if error.path:
        entry["path"] = error.path
    return entry | {"extensions": extensions}


def _path(error: GraphQLError) -> str:
    return ".".join(str(part) for part in error.path or ["the operation"])
