"""GitLab: how python-gitlab leaves the portal, by the one outbound client, and its errors in our words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gitlab import Gitlab
from gitlab.exceptions import GitlabError

from portal.integrations.credentials import find_credential
from portal.integrations.errors import Conflict, IntegrationError, NotFound, Unauthorized
from portal.integrations.outbound import check_url
from portal.integrations.requests_session import Outbound, Unreachable, outbound_session

API = "/api/v4"
MAX_BYTES = 20 * 1024 * 1024
SECONDS = 30
UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, Unreachable)


def connect(origin: str, path: str, *, token: str = "") -> Gitlab:
    """A client for what is at a path of a host. It speaks as `token`, a person's, or as the credential of
    PORTAL_CREDENTIALS for the path. Raises Unauthorized where there is neither."""
    credential = find_credential(check_url(f"{origin}/{path}/"))
    secret = credential.secret if credential else ""
    if not (token or secret):
        raise Unauthorized(
            f"There is no credential for {origin}/{path}: an entry in PORTAL_CREDENTIALS, or `token`."
        )
    base = ((credential.api_url if credential else "") or origin).removesuffix(API)
    session = outbound_session(Outbound(below=f"{base}{API}", max_bytes=MAX_BYTES, seconds=SECONDS))
    return Gitlab(
        base,
        session=session,
        keep_base_url=True,
        oauth_token=token or None,
        private_token=None if token else secret,
    )


@contextmanager
def our_errors(what: str) -> Iterator[None]:
    """What the library raises, in our words."""
    try:
        yield
    except GitlabError as error:
        raise _in_our_words(error, what) from None
    except UNREADABLE:
        raise IntegrationError(f"GitLab's answer about {what} cannot be read.") from None


def _in_our_words(error: GitlabError, what: str) -> IntegrationError:
    status, said = error.response_code, _words(error.error_message)[:500].rstrip(".")
    if status == 404:
        return NotFound(f"{what} is not on GitLab, or our credential may not see it.")
    if status in (401, 403):
        return Unauthorized(f"GitLab does not let us see {what} ({status}){f': {said}' if said else ''}.")
    if status in (409, 422) or (status == 400 and "already" in said):
        return Conflict(f"GitLab refuses {what}: {said or status}.")
    return IntegrationError(f"GitLab answered {status} about {what}{f': {said}' if said else ''}.")


def _words(said: Any) -> str:
    """GitLab's own words: a text, a list of them, or lists by the name of a field."""
    if isinstance(said, bytes):
        return said.decode("utf-8", "replace")
    if isinstance(said, Mapping):
        return "; ".join(f"{name} {_words(each)}" for name, each in said.items())
    if isinstance(said, list):
        return ", ".join(_words(each) for each in said)
    return str(said or "")
