"""Errors of the database that are nobody's mistake: it is away, it starts, it is full or busy."""

from django.db.utils import Error, InterfaceError, OperationalError

from portal.rest.errors import Unavailable

RETRY_SECONDS = 5
AWAY = ("08", "57P")
"""Classes of SQLSTATE (PostgreSQL, appendix A): connection exceptions; shutdown, crash and start."""

NO_CONNECTION_LEFT, DISK_FULL, RESOURCES = "53300", "53100", "53"
LOCKED, TOO_LONG = "55P03", "57014"


def unavailable(error: BaseException | None) -> Unavailable | None:
    """What to answer to an error that another try may not meet; None for every other one."""
    if not isinstance(error, Error):
        return None
    state = getattr(error.__cause__, "sqlstate", None)
    if state == DISK_FULL:
        return Unavailable(
            "The database has no room left: nothing was written. Reading works; tell your operator.",
            code="DATABASE_FULL",
            retry_after=60,
        )
    if state == NO_CONNECTION_LEFT:
        return _away("The database has no connection left. Try again in a few seconds.")
    if state == LOCKED:
        return Unavailable(
            "What this needs is locked in the database by somebody who changes much: nothing was written. "
            "Try again in a few seconds.",
            code="DATABASE_BUSY",
            retry_after=RETRY_SECONDS,
        )
    if state == TOO_LONG:
        return Unavailable(
            "The database was not done with this in time: nothing was written. Ask for less: a filter, a "
            "smaller page; or try again in a few seconds.",
            code="TIMEOUT",
            retry_after=RETRY_SECONDS,
        )
    lost = state is None and isinstance(error, OperationalError | InterfaceError)
    if lost or (state and state.startswith((*AWAY, RESOURCES))):
        return _away("The database cannot be reached, or has just restarted. Try again in a few seconds.")
    return None


def _away(message: str) -> Unavailable:
    return Unavailable(message, code="DATABASE_UNAVAILABLE", retry_after=RETRY_SECONDS)
