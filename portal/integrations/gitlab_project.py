"""One project on GitLab, as templates make and change it."""

import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from portal.integrations.credentials import all_credentials
from portal.integrations.errors import Refused
from portal.integrations.forge import Document, ForgeRepository
from portal.integrations.git import Author
from portal.integrations.git_push import checked_branch, push_files
from portal.integrations.gitlab import connect, our_errors

SEGMENT = re.compile(r"[A-Za-z0-9_.](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?")
NUMBER = re.compile(r"[0-9]{1,18}")
MAX_DEPTH = 21


def origin_of(host: str) -> str:
    """The address of a host of `repoUrl`: gitlab.com, or one that PORTAL_CREDENTIALS calls a GitLab."""
    origins = {
        each.origin.partition("://")[2]: each.origin for each in all_credentials() if each.kind == "gitlab"
    }
    origins.setdefault("gitlab.com", "https://gitlab.com")
    if host not in origins:
        there = ", ".join(sorted(origins))
        raise Refused(f"{host!r} is not a GitLab that this portal knows; there are {there}.")
    return origins[host]


def checked_path(path: str) -> str:
    """`group/subgroup/name`. Raises Refused for what cannot be the path of a project or group."""
    segments = path.split("/")
    wrong = (segment for segment in segments if not SEGMENT.fullmatch(segment) or segment in (".", ".."))
    if len(segments) > MAX_DEPTH or next(wrong, None) or path.lower().endswith((".git", ".atom")):
        raise Refused(f"{path[:100]!r} is not the path of a project on GitLab.")
    return path


class GitLabProject(ForgeRepository):
    """`group/name` at a host, whether it is there or not. Paths are below the project: `/variables`.

    `number` is its id, once that is known: then it is the project of this id and no other that has taken
    its path. It speaks as `token`, or as the credential of PORTAL_CREDENTIALS, and never as nobody.
    Everything raises NotFound, Unauthorized, Conflict, RateLimited, DeadlineExceeded, Refused or
    IntegrationError.
    """

    def __init__(self, host: str, path: str, *, number: str = "", token: str = "") -> None:
        if number and not NUMBER.fullmatch(number):
            raise Refused(f"{number[:100]!r} is not the id of a project.")
        self.host, self.path, self.number = host, checked_path(path), number
        origin = origin_of(host)
        self.html_url = f"{origin}/{path}"
        self.remote_url = f"{self.html_url}.git"
        self._client = connect(origin, path, token=token)

    def __str__(self) -> str:
        return self.path

    @property
    def owner(self) -> str:
        return self.path.rpartition("/")[0]

    def ask(self, verb: str, path: str, body: Document | None = None) -> Any:
        """What the project answers at a path; None where it has nothing to say."""
        return self.ask_host(verb, f"/projects/{self.number or quote(self.path, safe='')}{path}", body)

    def ask_host(self, verb: str, path: str, body: Document | None = None) -> Any:
        """The same for a path of the whole API: `/namespaces/acme`."""
        with our_errors(f"{self}: {verb} {path.partition('?')[0]}"):
            answer = self._client.http_request(verb.lower(), path, post_data=body)
            return answer.json() if answer.content else None

    def head_message(self, branch: str) -> tuple[str, str] | None:
        """(hash, message) of a branch's last commit; None where there is no such branch."""
        found = self.find(f"/repository/branches/{quote(checked_branch(branch), safe='')}")
        return (str(found["commit"]["id"]), str(found["commit"]["message"])) if found else None

    def push(self, directory: Path, *, branch: str, message: str, author: Author) -> str:
        """The content of a folder as the first commit of a branch; its hash. Raises Conflict."""
        token = self._client.oauth_token or self._client.private_token
        secret = base64.b64encode(f"oauth2:{token}".encode()).decode()
        return push_files(
            self.remote_url,
            directory,
            branch=checked_branch(branch),
            message=message,
            author=author,
            authorization=f"Basic {secret}",
        )
