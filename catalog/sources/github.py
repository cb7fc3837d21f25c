"""Descriptors of a GitHub organisation: those in its repositories, and its teams and members as entities."""

import hashlib
import re
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import orjson

from catalog.sources.base import MAX_READ, Paths, SourceError, as_source_error, resolve_path
from portal.integrations.errors import IntegrationError, NotFound, RateLimited

if TYPE_CHECKING:
    from portal.integrations.github import GitHubOrganisation, RepositoryInfo

FORM = re.compile(
    r"(?P<organisation>https?://[^/\s?]+/[^/\s?]+)"
    r"(?:/(?P<repositories>[^/\s?]+)(?:/blob/(?P<branch>[^/\s?]+)/(?P<path>[^\s?]+))?)?(?:\?(?P<query>\S*))?"
)
DEFAULT_PATH = "catalog-info.yaml"


def read_organisation(target: str) -> "re.Match[str]":
    """The parts of `https://github.com/<org>[/<repositories>[/blob/<branch or ->/<path>]][?topic=…]`.

    Raises SourceError.
    """
    match = FORM.fullmatch(target)
    if match is None or ".." in target or "*" in (match["path"] or ""):
        raise SourceError(
            "TARGET_NOT_READ",
            f"{target[:200]!r} is no organisation. Write https://github.com/<organisation>"
            "[/<repositories>[/blob/-/<path>]][?topic=<topic>].",
        )
    return match


def connect(url: str) -> "GitHubOrganisation":
    """The organisation at an address; the client library is loaded here, in workers only."""
    from portal.integrations.github import GitHubOrganisation

    try:
        return GitHubOrganisation(url)
    except IntegrationError as error:
        raise as_source_error(urlsplit(url).netloc, error) from None


class DiscoverySource:
    """The descriptor in each repository of an organisation; a read speaks of the repositories that changed.

    `memory` holds of each repository when it was pushed to last, as far as it was read. What could not be
    read because GitHub asks to wait is left for the next time.
    """

    def __init__(self, target: str, *, memory: dict[str, Any], revision: str = "") -> None:
        parts = read_organisation(target)
        self.organisation = parts["organisation"]
        self.pattern = (parts["repositories"] or "*").lower()
        self.branch = "" if parts["branch"] in (None, "-") else parts["branch"]
        self.file = parts["path"] or DEFAULT_PATH
        self.topics = set(parse_qs(parts["query"] or "").get("topic", []))
        self.entry = self.file
        self.known: dict[str, dict[str, str]] = memory.get("repositories", {})
        self.fixed = revision
        self.scope: frozenset[str] | None = None if revision else frozenset()
        self.read_now: dict[str, dict[str, str]] = dict(self.known)
        self._entries: Paths | None = None
        self._contents: dict[str, bytes] = {}
        self._failed: dict[str, SourceError] = {}

    @cached_property
    def host(self) -> "GitHubOrganisation":
        return connect(self.organisation)

    @cached_property
    def found(self) -> dict[str, dict[str, str]]:
        """The repositories there are now, and when each was pushed to."""
        try:
            listed = self.host.list_repositories()
        except IntegrationError as error:
            raise as_source_error(self.organisation, error) from None
        return {
            each.name: {"pushed": each.pushed, "branch": self.branch or each.branch}
            for each in listed
            if self._is_wanted(each)
        }

    def _is_wanted(self, repository: "RepositoryInfo") -> bool:
        if repository.archived or not fnmatchcase(repository.name.lower(), self.pattern):
            return False
        return not self.topics or bool(self.topics & set(repository.topics))

    def entries(self) -> Paths:
        """The descriptors of the repositories that changed; one without a descriptor is no mistake."""
        if self._entries is None:
            self._entries = self._read_changed()
        return self._entries

    def _read_changed(self) -> Paths:
        changed = [name for name in self.found if self.known.get(name) != self.found[name]]
        gone = {name for name in self.known if name not in self.found}
        for name in gone:
            self.read_now.pop(name, None)
        spoken_of, entries = set(gone), []
        for name in changed:
            try:
                if self._load(name):
                    entries.append(f"{name}/{self.file}")
            except RateLimited:
                break
            spoken_of.add(name)
        self.scope = frozenset(spoken_of)
        return entries

    def _load(self, name: str) -> bool:
        """Whether the repository has a descriptor, or one that could not be had."""
        path = f"{name}/{self.file}"
        try:
            self._contents[path] = self.host.read_file(name, self.file, self.found[name]["branch"])
        except RateLimited:
            raise
        except NotFound:
            self.read_now[name] = self.found[name]
            return False
        except IntegrationError as error:
            self._failed[path] = as_source_error(path, error)
            self.read_now.pop(name, None)
            return True
        self.read_now[name] = self.found[name]
        return True

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        if path in self._failed:
            raise self._failed[path]
        body = self._contents.get(path)
        if body is None:
            name, _, file = path.partition("/")
            branch = self.read_now.get(name, {}).get("branch", self.branch or "HEAD")
            try:
                body = self.host.read_file(name, file, branch)
            except IntegrationError as error:
                if not isinstance(error, NotFound):
                    self.read_now.pop(name, None)
                raise as_source_error(path, error) from None
        if len(body) > limit:
            raise SourceError("FILE_TOO_LARGE", f"{path} has {len(body)} bytes; at most {limit} are read.")
        return body

    def list(self, folder: str = "") -> Paths:
        raise SourceError("TARGET_NOT_READ", "Files of discovered repositories are named one by one.")

    def is_folder(self, path: str) -> bool:
        return False

    def resolve(self, base_path: str, relative: str) -> str:
        """Inside of the same repository."""
        name, _, file = base_path.partition("/")
        return f"{name}/{resolve_path(file, relative)}"

    def revision(self) -> str:
        if self.fixed:
            return self.fixed
        return _digest(self.found if self._entries is None else self.read_now)

    def address(self, path: str) -> str:
        name, _, file = path.partition("/")
        branch = self.read_now.get(name, {}).get("branch", "HEAD")
        return f"url:{self.organisation}/{name}/blob/{branch}/{file}".removesuffix("/")

    def memory(self) -> dict[str, Any]:
        return {"repositories": self.read_now}


class OrganisationSource:
    """The teams of an organisation as groups, its members as users; always read whole."""

    scope: frozenset[str] | None = None

    def __init__(self, target: str, *, revision: str = "") -> None:
        self.organisation = read_organisation(target)["organisation"]
        self.entry = ""
        self.fixed = revision

    @cached_property
    def documents(self) -> dict[str, bytes]:
        host = connect(self.organisation)
        try:
            teams, members = host.list_teams(), host.list_members()
        except IntegrationError as error:
            raise as_source_error(self.organisation, error) from None
        known = {team.slug for team in teams}
        found = {}
        for team in teams:
            spec: dict[str, Any] = {"type": "team", "profile": {"displayName": team.name}, "children": []}
            if team.parent in known:
                spec["parent"] = team.parent
            annotations = {"github.com/team-slug": f"{host.name}/{team.slug}"}
            found[f"teams/{team.slug}.json"] = _document(
                "Group", team.slug, spec, annotations, team.description
            )
        for user in members:
            groups = sorted(team.slug for team in teams if user.login in team.members)
            spec = {"profile": {"picture": user.avatar} if user.avatar else {}, "memberOf": groups}
            annotations = {"github.com/user-login": user.login}
            found[f"users/{user.login}.json"] = _document("User", user.login.lower(), spec, annotations)
        return found

    def entries(self) -> Paths:
        return sorted(self.documents)

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        if path not in self.documents:
            raise SourceError("FILE_MISSING", f"{path} is not there.", missing=True)
        return self.documents[path]

    def list(self, folder: str = "") -> Paths:
        return [path for path in self.entries() if not folder or path.startswith(f"{folder}/")]

    def is_folder(self, path: str) -> bool:
        return not path

    def resolve(self, base_path: str, relative: str) -> str:
        return resolve_path(base_path, relative)

    def revision(self) -> str:
        return self.fixed or _digest({path: body.decode() for path, body in self.documents.items()})

    def address(self, path: str) -> str:
        return f"url:{self.organisation}"

    def memory(self) -> dict[str, Any]:
        return {}


def _document(
    kind: str, name: str, spec: dict[str, Any], annotations: dict[str, str], description: str = ""
) -> bytes:
    metadata: dict[str, Any] = {"name": name, "annotations": annotations}
    if description:
        metadata["description"] = description
    document = {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}
    return orjson.dumps(document)


def _digest(content: dict[str, Any]) -> str:
    text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()
