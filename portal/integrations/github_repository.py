"""One repository on GitHub or GitHub Enterprise, as templates make and change it."""

import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from github.PublicKey import encrypt

from portal.integrations.credentials import all_credentials
from portal.integrations.errors import Conflict, Refused, Unauthorized
from portal.integrations.forge import Document, ForgeRepository
from portal.integrations.git import Author
from portal.integrations.git_push import checked_branch, push_files
from portal.integrations.github import connect, our_errors

OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})")
NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


def origin_of(host: str) -> str:
    """The address of a host of `repoUrl`: github.com, or one that PORTAL_CREDENTIALS calls a GitHub."""
    origins = {
        each.origin.partition("://")[2]: each.origin for each in all_credentials() if each.kind == "github"
    }
    origins.setdefault("github.com", "https://github.com")
    if host not in origins:
        there = ", ".join(sorted(origins))
        raise Refused(f"{host!r} is not a GitHub that this portal knows; there are {there}.")
    return origins[host]


class GitHubRepository(ForgeRepository):
    """`owner/name` at a host, whether it is there or not. Paths are below the repository: `/hooks`.

    It speaks as `token`, or as the credential of PORTAL_CREDENTIALS for the owner, and never as nobody.
    Everything raises NotFound, Unauthorized, Conflict, RateLimited, DeadlineExceeded, Refused or
    IntegrationError.
    """

    def __init__(self, host: str, owner: str, name: str, *, token: str = "") -> None:
        if not OWNER.fullmatch(owner):
            raise Refused(f"{owner[:100]!r} is not the name of a user or an organisation.")
        if not NAME.fullmatch(name) or name in (".", "..") or name.lower().endswith((".git", ".wiki")):
            raise Refused(f"{name[:100]!r} is not the name of a repository.")
        self.host, self.owner, self.name = host, owner, name
        origin = origin_of(host)
        self.html_url = f"{origin}/{owner}/{name}"
        self.remote_url = f"{self.html_url}.git"
        self._client = connect(origin, owner, token=token)
        self._requester = self._client.requester
        if self._requester.auth is None:
            raise Unauthorized(
                f"There is no credential for {origin}/{owner}: an entry in PORTAL_CREDENTIALS, or `token`."
            )

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"

    def ask(self, verb: str, path: str, body: Document | None = None) -> Any:
        """What the repository answers at a path; None where it has nothing to say."""
        return self.ask_host(verb, f"/repos/{self.owner}/{self.name}{path}", body)

    def ask_host(self, verb: str, path: str, body: Document | None = None) -> Any:
        """The same for a path of the whole API: `/orgs/acme/teams`."""
        with our_errors(f"{self}: {verb} {path.partition('?')[0]}"):
            headers = {"X-GitHub-Api-Version": "2022-11-28"}
            _, found = self._requester.requestJsonAndCheck(verb, path, headers=headers, input=body)
        return found

    def create(self, settings: Document) -> None:
        """Create it under its owner, a person or an organisation. Raises Conflict where it is there."""
        owner = self.ask_host("GET", f"/users/{self.owner}")
        body = {"name": self.name, **settings}
        if owner.get("type") == "Organization":
            self.ask_host("POST", f"/orgs/{self.owner}/repos", body)
        else:
            body.pop("visibility", None)
            body.pop("custom_properties", None)
            self.ask_host("POST", "/user/repos", body)

    def head_message(self, branch: str) -> tuple[str, str] | None:
        """(hash, message) of a branch's last commit; None where there is no such branch."""
        try:
            found = self.find(f"/git/ref/heads/{quote(checked_branch(branch))}")
        except Conflict:  # GitHub's word for an empty repository
            return None
        if not isinstance(found, dict):  # only longer names
            return None
        sha = str(found["object"]["sha"])
        return sha, str(self.ask("GET", f"/git/commits/{sha}")["message"])

    def push(self, directory: Path, *, branch: str, message: str, author: Author) -> str:
        """The content of a folder as the first commit of a branch; its hash. Raises Conflict."""
        token = getattr(self._requester.auth, "token", "")
        secret = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        return push_files(
            self.remote_url,
            directory,
            branch=checked_branch(branch),
            message=message,
            author=author,
            authorization=f"Basic {secret}",
        )

    def put_secret(self, place: str, name: str, value: str) -> None:
        """Set a secret for Actions below `/actions/secrets`, `/environments/<name>/secrets`, …, sealed."""
        key = self.ask("GET", f"{place}/public-key")
        body = {"encrypted_value": encrypt(key["key"], value), "key_id": key["key_id"]}
        self.ask("PUT", f"{place}/{quote(name, safe='')}", body)
