"""GitHub, and GitHub Enterprise: organisations, repositories, files, teams, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from github import Auth, BadAttributeException, Github, GithubException
from github.Organization import Organization
from github.Repository import Repository
from github.Requester import Requester

from portal.integrations.credentials import Credential, find_credential
from portal.integrations.errors import Conflict, IntegrationError, NotFound, Unauthorized
from portal.integrations.github_connection import Connection, PlainConnection
from portal.integrations.outbound import check_url

PUBLIC_API = "https://api.github.com"
PAGE = 100
UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError)


@dataclass(frozen=True, slots=True)
class RepositoryInfo:
    """A repository as the list of its organisation shows it; `pushed` changes with every push.

    `visibility` is `public`, `private` or `internal`.
    """

    owner: str
    name: str
    branch: str
    pushed: str
    archived: bool
    fork: bool
    visibility: str
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
        self._client = connect(target.origin, self.name)

    def list_repositories(self) -> list[RepositoryInfo]:
        """All that the credential sees, in the order of the host; one request per hundred."""
        with our_errors(self.name):
            return [_described(found) for found in self._organisation().get_repos()]

    def find_repository(self, name: str) -> RepositoryInfo | None:
        """The repository that has the name, or had it before it was renamed or moved to another owner."""
        try:
            with our_errors(f"{self.name}/{name}"):
                found = self._client.get_repo(f"{self.name}/{name}")
                found.complete()
                return _described(found)
        except NotFound:
            return None

    def list_files(self, repository: str, branch: str) -> list[str]:
        """The paths of every file of a branch. Raises IntegrationError too where they are too many."""
        with our_errors(f"{self.name}/{repository}"):
            tree = self._client.get_repo(f"{self.name}/{repository}").get_git_tree(branch, recursive=True)
            if tree.raw_data.get("truncated"):
                raise IntegrationError(
                    f"{self.name}/{repository} has more files than GitHub lists. Name the path without `*`."
                )
            return [each.path for each in tree.tree if each.type == "blob"]

    def read_file(self, repository: str, path: str, branch: str) -> bytes:
        """The content of a file; NotFound where it, or its repository, is not there."""
        with our_errors(f"{self.name}/{repository}/{path}"):
            found = self._client.get_repo(f"{self.name}/{repository}").get_contents(path, ref=branch)
            if isinstance(found, list):
                raise NotFound(f"{self.name}/{repository}/{path} is a folder.")
            return bytes(found.decoded_content or b"")

    def list_teams(self) -> list[TeamInfo]:
        """Every team with its members; one request per team."""
        with our_errors(self.name):
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
        with our_errors(self.name):
            members = self._organisation().get_members()
            return [UserInfo(found.login, found.avatar_url or "") for found in members]

    def _organisation(self) -> Organization:
        return self._client.get_organization(self.name)


def _described(found: Repository) -> RepositoryInfo:
    return RepositoryInfo(
        owner=found.full_name.partition("/")[0],
        name=found.name,
        branch=found.default_branch or "main",
        pushed=str(found.pushed_at or found.updated_at),
        archived=bool(found.archived),
        fork=bool(found.fork),
        visibility=found.visibility or ("private" if found.private else "public"),
        topics=tuple(found.topics or ()),
    )


def connect(origin: str, owner: str, *, token: str = "") -> Github:
    """A client for what an owner has at `https://github.com` or an Enterprise host.

    It speaks as `token`, or else as the credential of PORTAL_CREDENTIALS for that owner.
    """
    credential = find_credential(check_url(f"{origin}/{owner}/"))
    api = credential.api_url if credential else ""
    if not api:
        api = PUBLIC_API if origin == "https://github.com" else f"{origin}/api/v3"
    return _client_of(api, Auth.Token(token)) if token else _client(api, credential)


@lru_cache(maxsize=32)
def _client(api: str, credential: Credential | None) -> Github:
    """One for each credential, because an app's token is good for an hour."""
    auth: Auth.Auth | None = None
    if credential and credential.app:
        app = Auth.AppAuth(credential.app.app_id, credential.app.private_key)
        auth = app.get_installation_auth(credential.app.installation_id)
    elif credential and credential.secret:
        auth = Auth.Token(credential.secret)
    return _client_of(api, auth)


def _client_of(api: str, auth: Auth.Auth | None) -> Github:
    return Github(
        auth=auth, base_url=api, per_page=PAGE, retry=None, seconds_between_requests=None, lazy=True
    )


@contextmanager
def our_errors(what: str) -> Iterator[None]:
    """What the library raises, in our words."""
    try:
        yield
    except GithubException as error:
        if error.status == 404:
            raise NotFound(f"{what} is not on GitHub, or our credential may not see it.") from None
        if error.status in (401, 403):
            said = f": {reason}" if (reason := _reason(error)) else ""
            raise Unauthorized(f"GitHub does not let us see {what} ({error.status}){said}.") from None
        if error.status in (409, 422):
            raise Conflict(f"GitHub refuses {what}: {_reason(error) or error.status}.") from None
        raise IntegrationError(f"GitHub answered {error.status} about {what}.") from None
    except (BadAttributeException, *UNREADABLE):
        raise IntegrationError(f"GitHub's answer about {what} cannot be read.") from None


def _reason(error: GithubException) -> str:
    """GitHub's own words: the message, and those of its details."""
    data = error.data if isinstance(error.data, dict) else {}
    details = data.get("errors") or []
    words = [each.get("message") or each.get("code") if isinstance(each, dict) else each for each in details]
    return "; ".join(str(word).rstrip(".") for word in [data.get("message"), *words] if word)[:500]


Requester.injectConnectionClasses(PlainConnection, Connection)  # type: ignore[arg-type]
