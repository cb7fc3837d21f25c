"""What an adapter may raise: our words for what went wrong outside, whichever library noticed it."""


class IntegrationError(Exception):
    """Something outside the portal failed; the message is a sentence for the person who asked."""

    code = "INTEGRATION_FAILED"


class NotFound(IntegrationError):
    code = "UPSTREAM_NOT_FOUND"


class Unauthorized(IntegrationError):
    code = "UPSTREAM_UNAUTHORIZED"


class Conflict(IntegrationError):
    """It is there already, and it is not ours."""

    code = "UPSTREAM_CONFLICT"


class Refused(IntegrationError):
    """The portal itself refuses to do this: a scheme, host, path or size outside the limits."""

    code = "REFUSED"


class NotAccepted(Refused):
    """A plugin calls what no administrator accepted."""

    code = "CLAIM_NOT_ACCEPTED"


class RateLimited(IntegrationError):
    code = "UPSTREAM_RATE_LIMITED"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DeadlineExceeded(IntegrationError):
    code = "UPSTREAM_DEADLINE_EXCEEDED"
