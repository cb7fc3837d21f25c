"""Descriptors in a repository of any git host over HTTP, all of them from one commit."""

import re
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from catalog.sources.base import (
    MAX_LISTED,
    MAX_READ,
    Paths,
    SourceError,
    as_source_error,
    resolve_path,
)
from portal.integrations.errors import IntegrationError
from portal.integrations.git_history import committed_at
from portal.integrations.git_objects import list_blobs, read_blobs
from portal.integrations.git_remote import COMMIT, Checkout, look_at
from portal.integrations.outbound import check_url

FORM = re.compile(r"(?P<url>https?://[^@\s]+?)(?:@(?P<branch>[^/\s@]+)(?:/(?P<path>[^@\s]*))?)?")
FORM_SHOWN = "git:https://<host>/<repository>[@<branch>[/<path or pattern>]]"
READ_AHEAD = 500
READ_AHEAD_BYTES = 16 * 1024 * 1024


def read_target(target: str) -> tuple[str, str, str]:
    """(address, branch, path) of `https://host/owner/name[@branch[/path]]`; "" is the default branch.

    Without `@`, what follows `.git/` is a path, else all of it is the repository. A `/` in the name of a
    branch is written %2F. Raises SourceError.
    """
    match = FORM.fullmatch(target)
    if match is None:
        raise SourceError("TARGET_NOT_READ", f"{target[:200]!r} is no repository. Write {FORM_SHOWN}.")
    url, branch, path = match["url"], unquote(match["branch"] or ""), match["path"] or ""
    if not match["branch"] and ".git/" in url:
        url, _, path = url.partition(".git/")
    if branch.startswith("-") or ".." in branch.split("/") or ".." in path.split("/"):
        raise SourceError("TARGET_NOT_READ", f"{target[:200]!r} is no repository. Write {FORM_SHOWN}.")
    try:
        check_url(url)
    except IntegrationError as error:
        raise as_source_error(target[:200], error) from None
    return url.rstrip("/"), "" if branch == "HEAD" else branch, path.strip("/")


class RemoteGitSource:
    """A branch, tag or commit; at the commit `revision`, or at what the host has now without one."""

    scope: frozenset[str] | None = None

    def __init__(self, target: str, *, revision: str = "") -> None:
        self.target = target
        self.url, self.branch, self.entry = read_target(target)
        self.fixed = revision or (self.branch if COMMIT.fullmatch(self.branch) else "")
        self._ahead: dict[str, bytes] = {}

    @cached_property
    def commit(self) -> str:
        if self.fixed:
            return self.fixed
        try:
            remote = look_at(self.url)
            self.url = remote.url
            return remote.commit_of(self.branch)
        except IntegrationError as error:
            raise as_source_error(self.url, error) from None

    @cached_property
    def checkout(self) -> Path:
        commit = self.commit
        try:
            return Checkout(self.url, commit).ensure()
        except IntegrationError as error:
            raise as_source_error(self.url, error) from None

    @cached_property
    def blobs(self) -> dict[str, tuple[str, int]]:
        """Hash and size of every regular file; names that begin with a dot are left out."""
        try:
            entries = list_blobs(self.checkout, self.commit)
        except IntegrationError as error:
            raise as_source_error(self.url, error) from None
        return {
            path: (blob, size)
            for path, _, blob, size in entries
            if not any(part.startswith(".") for part in path.split("/"))
        }

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        if path not in self.blobs:
            raise SourceError("FILE_MISSING", f"{path} is not there.", missing=True)
        size = self.blobs[path][1]
        if size > limit:
            raise SourceError("FILE_TOO_LARGE", f"{path} has {size} bytes; at most {limit} are read.")
        if path not in self._ahead:
            self._read_ahead(path)
        return self._ahead.pop(path)

    def list(self, folder: str = "") -> Paths:
        below = f"{folder}/" if folder else ""
        found = sorted(path for path in self.blobs if path.startswith(below))
        if len(found) > MAX_LISTED:
            raise SourceError("TOO_MANY_FILES", f"More than {MAX_LISTED} files below {folder or '.'}.")
        if folder and not found:
            raise SourceError("FILE_MISSING", f"{folder} is not there.", missing=True)
        return found

    def is_folder(self, path: str) -> bool:
        return not path or any(known.startswith(f"{path}/") for known in self.blobs)

    def resolve(self, base_path: str, relative: str) -> str:
        return resolve_path(base_path, relative)

    def revision(self) -> str:
        return self.commit

    def changed_at(self, folder: str = "") -> dict[str, datetime]:
        """When the commit was made: its history is not fetched."""
        try:
            return {"": committed_at(self.checkout, self.commit)}
        except IntegrationError as error:
            raise as_source_error(self.url, error) from None

    def address(self, path: str) -> str:
        return f"git:{self.url}@{self.branch or 'HEAD'}/{path}".removesuffix("/")

    def memory(self) -> dict[str, Any]:
        return {}

    def _read_ahead(self, path: str) -> None:
        """The file, with others of its name: they are read in a row, and one git process reads them all."""
        name = path.rpartition("/")[2]
        wanted, total = [path], self.blobs[path][1]
        for other, (_, size) in self.blobs.items():
            if other != path and other.rpartition("/")[2] == name and size <= MAX_READ:
                total += size
                if total > READ_AHEAD_BYTES or len(wanted) >= READ_AHEAD:
                    break
                wanted.append(other)
        contents = read_blobs(self.checkout, [self.blobs[each][0] for each in wanted])
        self._ahead = dict(zip(wanted, contents, strict=True))
