"""Calls to the outside, for the tasks of plugins: checked addresses, limits, a budget for each host."""

from portal.integrations.errors import (
    DeadlineExceeded,
    IntegrationError,
    NotAccepted,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
)
from portal.integrations.http import Answer, error_of, fetch, request

__all__ = [
    "Answer",
    "DeadlineExceeded",
    "IntegrationError",
    "NotAccepted",
    "NotFound",
    "RateLimited",
    "Refused",
    "Unauthorized",
    "error_of",
    "fetch",
    "request",
]
