"""Descriptors in the repositories of a GitHub organisation, of those that changed a part at a time."""

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from catalog.sources.base import (
    MAX_READ,
    Paths,
    SourceError,
    as_source_error,
    digest,
    is_pattern,
    matches,
    resolve_path,
)
from catalog.sources.github_target import read_organisation
from portal.integrations.errors import IntegrationError, NotFound, RateLimited

if TYPE_CHECKING:
    from portal.integrations.github import GitHubOrganisation, RepositoryInfo

AT_ONCE = 200


def connect(url: str) -> "GitHubOrganisation":
    """The organisation at an address; the client library is loaded here, in workers only."""
    from portal.integrations.github import GitHubOrganisation

    try:
        return GitHubOrganisation(url)
    except IntegrationError as error:
        raise as_source_error(urlsplit(url).netloc, error) from None


class DiscoverySource:
    """The descriptors in each repository of an organisation.

    `memory` holds of each repository when it was pushed to last, as far as it was read. A read speaks of
    the repositories that changed since, of at most `AT_ONCE` of them; what is left, also where GitHub asks
    to wait, is read the next time, after `rest` seconds.
    """

    def __init__(self, target: str, *, memory: dict[str, Any], revision: str = "") -> None:
        self.wanted = read_organisation(target)
        self.organisation = self.wanted.organisation
        self.entry = self.wanted.path
        self.known: dict[str, dict[str, str]] = memory.get("repositories", {})
        self.fixed = revision
        self.scope: frozenset[str] | None = None if revision else frozenset()
        self.rest: float | None = None
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
            each.name: {"pushed": each.pushed, "branch": self.wanted.branch or each.branch}
            for each in listed
            if self.wanted.fits(each)
        }

    def entries(self) -> Paths:
        """The descriptors of the repositories that changed; one without a descriptor is no mistake."""
        if self._entries is None:
            self._entries = self._read_changed()
        return self._entries

    def _read_changed(self) -> Paths:
        if not self.found:
            self.read_now, self.scope = {}, None
            return []
        gone = [name for name in self.known if name not in self.found]
        changed = [name for name in self.found if self.known.get(name) != self.found[name]]
        steps = [(name, self._load_gone) for name in gone] + [(name, self._load) for name in changed]
        spoken_of, entries = set(), []
        if len(steps) > AT_ONCE:
            self.rest = 0
        for name, load in steps[:AT_ONCE]:
            try:
                entries += load(name)
            except RateLimited as error:
                self.rest = error.retry_after
                break
            spoken_of.add(name)
        self.scope = frozenset(spoken_of)
        return entries

    def _load(self, name: str) -> Paths:
        """The descriptors of a repository, or one that could not be had."""
        try:
            for path in self._paths(name):
                self._contents[f"{name}/{path}"] = self.host.read_file(name, path, self.found[name]["branch"])
        except RateLimited:
            raise
        except NotFound:
            pass
        except IntegrationError as error:
            return self._fail(name, as_source_error(name, error))
        self.read_now[name] = self.found[name]
        return sorted(path for path in self._contents if path.startswith(f"{name}/"))

    def _paths(self, name: str) -> Paths:
        if not is_pattern(self.entry):
            return [self.entry]
        files = self.host.list_files(name, self.found[name]["branch"])
        return [path for path in files if matches(self.entry, path)]

    def _load_gone(self, name: str) -> Paths:
        """A repository that is not listed: moved, or not meant any more, or hidden, or deleted."""
        try:
            there = self.host.find_repository(name)
        except RateLimited:
            raise
        except IntegrationError as error:
            return self._fail(name, as_source_error(name, error))
        del self.read_now[name]
        if there and self._is_here(there):
            return []
        if there:
            message = f"{name} is now {there.owner}/{there.name}. Its entities stay as orphans."
            return self._fail(name, SourceError("REPOSITORY_MOVED", message, missing=True))
        message = (
            f"{name} is not in {self.organisation} any more, or our credential may not see it. "
            "Its entities stay as orphans."
        )
        return self._fail(name, SourceError("REPOSITORY_GONE", message, missing=True))

    def _is_here(self, there: "RepositoryInfo") -> bool:
        """Whether it is read under its new name, or is one of those that are not meant."""
        same_owner = there.owner.lower() == self.host.name.lower()
        return same_owner and (there.name in self.found or not self.wanted.fits(there))

    def _fail(self, name: str, error: SourceError) -> Paths:
        """What was read of the repository before stays; it is asked again unless it is gone."""
        for path in [path for path in self._contents if path.startswith(f"{name}/")]:
            del self._contents[path]
        self.read_now.pop(name, None)
        self._failed[name] = error
        return [name]

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        if path in self._failed:
            raise self._failed[path]
        body = self._contents.get(path)
        if body is None:
            name, _, file = path.partition("/")
            branch = self.read_now.get(name, {}).get("branch", self.wanted.branch or "HEAD")
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
        return digest(self.found if self._entries is None else self.read_now)

    def address(self, path: str) -> str:
        name, _, file = path.partition("/")
        if not file:
            return f"url:{self.organisation}/{name}".removesuffix("/")
        branch = self.read_now.get(name, {}).get("branch", "HEAD")
        return f"url:{self.organisation}/{name}/blob/{branch}/{file}"

    def memory(self) -> dict[str, Any]:
        return {"repositories": self.read_now}
