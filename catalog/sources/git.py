"""Descriptors in a repository of the embedded git host, all of them from one commit."""

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.sources.base import MAX_LISTED, MAX_READ, Paths, SourceError, resolve_path
from portal.integrations.errors import IntegrationError, NotFound
from portal.integrations.git import GitHost


class GitSource:
    """`<owner>/<name>[/<path>]`, at the commit that was the default branch's last when first asked."""

    scope: frozenset[str] | None = None

    def __init__(self, target: str) -> None:
        parts = target.strip("/").split("/")
        if len(parts) < 2 or not all(parts) or ".." in parts:
            raise SourceError("TARGET_NOT_READ", f"{target!r} is not <owner>/<name>[/<path>].")
        if not settings.GIT_ROOT:
            raise SourceError("GIT_HOST_OFF", "The embedded git host is off. Set PORTAL_GIT_ROOT.")
        self.owner, self.name = parts[0], parts[1].removesuffix(".git")
        self.entry = "/".join(parts[2:])
        self.host = GitHost(Path(settings.GIT_ROOT))

    @cached_property
    def commit(self) -> str:
        try:
            return self.host.head(self.owner, self.name)
        except IntegrationError as error:
            raise self._source_error(f"{self.owner}/{self.name}", error) from None

    @cached_property
    def paths(self) -> Paths:
        try:
            found = self.host.list_files(self.owner, self.name, revision=self.commit)
        except IntegrationError as error:
            raise self._source_error(f"{self.owner}/{self.name}", error) from None
        return sorted(path for path in found if not any(part.startswith(".") for part in path.split("/")))

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        try:
            data = self.host.read_file(self.owner, self.name, path, revision=self.commit)
        except IntegrationError as error:
            raise self._source_error(path, error) from None
        if len(data) > limit:
            raise SourceError("FILE_TOO_LARGE", f"{path} has {len(data)} bytes; at most {limit} are read.")
        return data

    def list(self, folder: str = "") -> Paths:
        below = f"{folder}/" if folder else ""
        found = [path for path in self.paths if path.startswith(below)]
        if len(found) > MAX_LISTED:
            raise SourceError("TOO_MANY_FILES", f"More than {MAX_LISTED} files below {folder or '.'}.")
        if folder and not found:
            raise SourceError("FILE_MISSING", f"{folder} is not there.", missing=True)
        return found

    def is_folder(self, path: str) -> bool:
        return not path or any(known.startswith(f"{path}/") for known in self.paths)

    def resolve(self, base_path: str, relative: str) -> str:
        return resolve_path(base_path, relative)

    def revision(self) -> str:
        return self.commit

    def changed_at(self, folder: str = "") -> dict[str, datetime]:
        try:
            return self.host.changed_at(self.owner, self.name, folder, revision=self.commit)
        except IntegrationError as error:
            raise self._source_error(f"{self.owner}/{self.name}", error) from None

    def address(self, path: str) -> str:
        return f"git:{self.owner}/{self.name}/{path}".removesuffix("/")

    def memory(self) -> dict[str, Any]:
        return {}

    def _source_error(self, what: str, error: IntegrationError) -> SourceError:
        if isinstance(error, NotFound):
            return SourceError("FILE_MISSING", f"{what} is not there.", missing=True)
        return SourceError(error.code, str(error))
