"""GitHub, and GitHub Enterprise: organisations, repositories, files, teams, in our words."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from github import Auth, Github, GithubException
from github.Organization import Organization
from github.Requester import Requester

from portal.integrations.credentials import find_credential
from portal.integrations.errors import IntegrationError, NotFound, Unauthorized
from portal.integrations.http import request
from portal.integrations.outbound import check_url

PUBLIC_API = "https://api.github.com"
PAGE = 100
MAX_BYTES = 20 * 1024 * 1024
SECONDS = 30


@dataclass(frozen=True, slots=True)
class RepositoryInfo:
    """A repository as the list of its organisation shows it; `pushed` changes with every push."""

    name: str
    branch: str
    pushed: str
    archived: bool
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamInfo:
    """A team; `parent` is the slug of the one above, "" for none; `members` are logins."""

    slug: str
    name: str
    description: str
    parent: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A member of an organisation."""

    login: str
    avatar: str


class GitHubOrganisation:
    """The organisation at `https://github.com/<name>`, or on a GitHub Enterprise host.

    Everything raises NotFound, Unauthorized, RateLimited, DeadlineExceeded, Refused or IntegrationError.
    """

    def __init__(self, url: str) -> None:
        target = check_url(url)
        self.name = target.path.partition("?")[0].strip("/").split("/")[0]
        credential = find_credential(check_url(f"{target.origin}/{self.name}/"))
        api = credential.api_url if credential else ""
        if not api:
            api = PUBLIC_API if target.origin == "https://github.com" else f"{target.origin}/api/v3"
        auth: Auth.Auth | None = None
        if credential and credential.app:
            app = Auth.AppAuth(credential.app.app_id, credential.app.private_key)
            auth = app.get_installation_auth(credential.app.installation_id)
        elif credential and credential.secret:
            auth = Auth.Token(credential.secret)
        self._client = Github(
            auth=auth, base_url=api, per_page=PAGE, retry=None, seconds_between_requests=None, lazy=True
        )

    def list_repositories(self) -> list[RepositoryInfo]:
        """All that the credential sees, in the order of the host; one request per hundred."""
        with _our_errors(self.name):
            return [
                RepositoryInfo(
                    name=found.name,
                    branch=found.default_branch or "main",
                    pushed=str(found.pushed_at or found.updated_at),
                    archived=bool(found.archived),
                    topics=tuple(found.topics or ()),
                )
                for found in self._organisation().get_repos()
            ]

    def read_file(self, repository: str, path: str, branch: str) -> bytes:
        """The content of a file; NotFound where it, or its repository, is not there."""
        with _our_errors(f"{self.name}/{repository}/{path}"):
            found = self._client.get_repo(f"{self.name}/{repository}").get_contents(path, ref=branch)
            if isinstance(found, list):
                raise NotFound(f"{self.name}/{repository}/{path} is a folder.")
            return bytes(found.decoded_content or b"")

    def list_teams(self) -> list[TeamInfo]:
        """Every team with its members; one request per team."""
        with _our_errors(self.name):
            return [
                TeamInfo(
                    slug=found.slug,
                    name=found.name,
                    description=found.description or "",
                    parent=found.parent.slug if found.parent else "",
                    members=tuple(member.login for member in found.get_members()),
                )
                for found in self._organisation().get_teams()
            ]

    def list_members(self) -> list[UserInfo]:
        with _our_errors(self.name):
            members = self._organisation().get_members()
            return [UserInfo(found.login, found.avatar_url or "") for found in members]

    def _organisation(self) -> Organization:
        return self._client.get_organization(self.name)


@contextmanager
def _our_errors(what: str) -> Iterator[None]:
    """What the library raises, in our words."""
    try:
        yield
    except GithubException as error:
        if error.status == 404:
            raise NotFound(f"{what} is not on GitHub, or our credential may not see it.") from None
        if error.status in (401, 403):
            raise Unauthorized(f"GitHub does not let us see {what} ({error.status}).") from None
        raise IntegrationError(f"GitHub answered {error.status} about {what}.") from None
    except (KeyError, ValueError, TypeError, AssertionError):
        raise IntegrationError(f"GitHub's answer about {what} cannot be read.") from None


class _Answer:
    """What PyGithub reads of an answer."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def getheaders(self) -> Any:
        return self.headers.items()

    def read(self) -> str:
        return self._body.decode("utf-8", "replace")


class _Connection:
    """PyGithub's way out: one of its connections, made of the portal's outbound client."""

    scheme = "https"

    def __init__(self, host: str, port: int | None = None, *_: Any, **__: Any) -> None:
        name = f"[{host}]" if ":" in host else host
        self.origin = f"{self.scheme}://{name}" + (f":{port}" if port else "")
        self._send: Callable[[], _Answer] | None = None

    def request(
        self, verb: str, url: str, input: str | None, headers: dict[str, str], stream: bool = False
    ) -> None:
        def send() -> _Answer:
            answer = request(
                verb,
                f"{self.origin}{url}",
                headers=headers,
                body=(input or "").encode(),
                max_bytes=MAX_BYTES,
                seconds=SECONDS,
                use_credentials=False,
            )
            return _Answer(answer.status, answer.headers, answer.body)

        self._send = send

    def getresponse(self) -> _Answer:
        if self._send is None:
            raise IntegrationError("Nothing was asked of GitHub.")
        return self._send()

    def close(self) -> None:
        """The connections belong to the outbound client."""


class _PlainConnection(_Connection):
    scheme = "http"


Requester.injectConnectionClasses(_PlainConnection, _Connection)  # type: ignore[arg-type]
