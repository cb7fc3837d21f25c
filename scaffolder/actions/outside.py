"""What actions that change other systems have in common: waiting where they are told to, and marks."""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from portal.integrations.errors import IntegrationError, RateLimited
from portal.integrations.git import Author
from scaffolder.actions.action import ActionContext, ActionError

T = TypeVar("T")
LONGEST_WAIT = 120.0
"""Seconds that a step waits where it is asked to; beyond that it fails and can be retried."""

TIMEOUT_MINUTES = {
    "type": "number",
    "minimum": 1,
    "maximum": 7 * 24 * 60,
    "description": "Longest wait, at most a week; 30 if left out. Nobody works on the task meanwhile.",
}


def wait_minutes(input: Mapping[str, Any]) -> float:
    """How long a step waits for something outside that it has started."""
    return float(input.get("timeoutMinutes") or 30)


def patiently(ask: Callable[[], T], context: ActionContext) -> T:
    """Ask another system; wait where it says so; what it refuses is the step's error."""
    waited = 0.0
    while True:
        try:
            return ask()
        except RateLimited as error:
            waited += error.retry_after
            if waited > LONGEST_WAIT:
                raise ActionError(str(error)) from error
            context.log(f"{error}", level="warning")
            wait(error.retry_after, context)
        except IntegrationError as error:
            raise ActionError(str(error)) from error


def digest(value: Any) -> str:
    """Sixteen characters that stand for a mark or for a state."""
    return hashlib.sha256(str(value).encode()).hexdigest()[:16]


def wait(seconds: float, context: ActionContext) -> None:
    """Sleep, and stop at once where the task is cancelled or lost."""
    ends_at = time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0:
        context.check()
        time.sleep(min(left, 1.0))


def author_of(input: Mapping[str, Any], context: ActionContext) -> Author:
    """The author that the step names; else whoever runs the template."""
    account = context.actor.account
    name = account.get_full_name() or account.get_username() if account else "Portal"
    email = account.email if account else ""
    return Author(str(input.get("gitAuthorName") or name), str(input.get("gitAuthorEmail") or email))
