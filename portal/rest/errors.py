"""Expected failures of services and selectors: one code, status and sentence for every skin."""

from typing import Any, ClassVar


class PortalError(Exception):
    """An expected failure: something the caller did, or asked for, that cannot be done.

    `code` is one of docs/errors.md; `message` says what, where, why and what to do next; `path` points at
    the input field that is to blame (`("name",)`), empty where the whole call is. Mutations turn
    it into `problems`, GraphQL queries into `extensions.code`, REST into Backstage's error body, commands
    into one line and an exit code. `name` is Backstage's error name for the same thing.
    """

    status: ClassVar[int] = 400
    name: ClassVar[str] = "InputError"
    default_code: ClassVar[str] = "BAD_REQUEST"

    def __init__(self, message: str, *, code: str | None = None, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.path = path


class Unauthenticated(PortalError):
    """Nobody has signed in, or the credential is no longer good."""

    status = 401
    name = "AuthenticationError"
    default_code = "UNAUTHENTICATED"


class Denied(PortalError):
    """Known, but not allowed; only for what the caller may know to exist."""

    status = 403
    name = "NotAllowedError"
    default_code = "DENIED"


class NotFound(PortalError):
    """Missing or hidden: the same answer for both."""

    status = 404
    name = "NotFoundError"
    default_code = "NOT_FOUND"


class Hidden(NotFound):
    """There, but not for this caller: answered like NotFound, recorded as denied.

    `message` and `code` must be those of the missing object; `reason` goes to the audit log only.
    """

    def __init__(
        self, message: str, *, reason: str, code: str | None = None, path: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, code=code, path=path)
        self.reason = reason


class Conflict(PortalError):
    """Somebody else was there first."""

    status = 409
    name = "ConflictError"
    default_code = "CONFLICT"


class Invalid(PortalError):
    """The input was understood and is wrong."""

    status = 422
    name = "InputError"
    default_code = "INVALID"


class MethodNotAllowed(PortalError):
    """This address does not do that."""

    status = 405
    default_code = "METHOD_NOT_ALLOWED"


class Unexpected(PortalError):
    """A mistake of ours: the answer says nothing but the request id, the log says all."""

    status = 500
    name = "Error"
    default_code = "INTERNAL"


class TooMany(PortalError):
    """A limit was reached; `retry_after` is in seconds."""

    status = 429
    name = "TooManyRequestsError"
    default_code = "TOO_MANY_REQUESTS"

    def __init__(
        self, message: str, *, retry_after: int, code: str | None = None, path: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, code=code, path=path)
        self.retry_after = retry_after


class Unavailable(PortalError):
    """Something the portal needs is not there at the moment; `retry_after` is in seconds, 0 where unknown."""

    status = 503
    name = "ServiceUnavailableError"
    default_code = "UNAVAILABLE"

    def __init__(
        self, message: str, *, retry_after: int = 0, code: str | None = None, path: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, code=code, path=path)
        self.retry_after = retry_after


def error_body(
    message: str, *, code: str, name: str, status: int, method: str, url: str, request_id: str = ""
) -> dict[str, Any]:
    """Backstage's error body (its clients need `error` and `response`) with our code and request id added."""
    error = {"name": name, "message": message, "code": code}
    if request_id:
        error["requestId"] = request_id
    return {
        "error": error,
        "request": {"method": method, "url": url},
        "response": {"statusCode": status},
    }
