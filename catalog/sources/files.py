"""Descriptors in a folder of this machine; links are never followed, nothing outside of the root is read."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.sources.base import MAX_LISTED, MAX_READ, Paths, SourceError, resolve_path

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def default_root(target: Path) -> Path:
    """The folder that nothing is read outside of: the configured catalog root around the target, else the
    nearest folder above with a `.git`, else the target itself, or the folder it is in."""
    for root in settings.CATALOG_ROOTS:
        if target.is_relative_to(root.resolve()):
            return Path(root.resolve())
    folder = target if target.is_dir() else target.parent
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return above
    return folder


class FileSource:
    """A file or folder, absolute, with the folder it may read in (`root`, "" for the default one).

    `files` are the paths that the last read looked at; `revision` looks at them again.
    """

    scope: frozenset[str] | None = None

    def __init__(self, target: str, *, root: str = "", files: Paths | None = None) -> None:
        path = Path(target).resolve()
        self.root = Path(root).resolve() if root else default_root(path)
        if not path.is_relative_to(self.root):
            raise SourceError("OUTSIDE_ROOT", f"{target} is not inside of its root folder.")
        relative = path.relative_to(self.root).as_posix()
        self.entry = "" if relative == "." else relative
        self.files = files or []
        self.seen: dict[str, str] = {}

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        try:
            with self._open(path, FILE_FLAGS) as descriptor:
                info = os.fstat(descriptor)
                self.seen[path] = _fingerprint(info)
                if not stat.S_ISREG(info.st_mode):
                    raise SourceError("NOT_A_FILE", f"{path} is not a regular file.")
                if info.st_size > limit:
                    raise SourceError(
                        "FILE_TOO_LARGE", f"{path} has {info.st_size} bytes; at most {limit} are read."
                    )
                with os.fdopen(os.dup(descriptor), "rb") as file:
                    data = file.read(limit + 1)
        except OSError as error:
            self.seen[path] = f"error {error.errno}"
            raise _source_error(path, error) from None
        if len(data) > limit:
            raise SourceError("FILE_TOO_LARGE", f"{path} grew beyond {limit} bytes while it was read.")
        return data

    def list(self, folder: str = "") -> Paths:
        found: Paths = []
        try:
            with self._open(folder, FOLDER_FLAGS) as descriptor:
                self._walk(descriptor, folder, found)
        except OSError as error:
            self.seen[f"{folder}/"] = f"error {error.errno}"
            raise _source_error(folder, error) from None
        found.sort()
        self.seen[f"{folder}/"] = hashlib.sha1("\n".join(found).encode(), usedforsecurity=False).hexdigest()
        return found

    def is_folder(self, path: str) -> bool:
        try:
            with self._open(path, FOLDER_FLAGS):
                return True
        except OSError:
            return False

    def resolve(self, base_path: str, relative: str) -> str:
        return resolve_path(base_path, relative)

    def revision(self) -> str:
        """Looks at what was looked at last time, or, after a read, tells what that read saw."""
        if not self.seen:
            for path in self.files:
                self._look_again(path)
        items = "\n".join(f"{path} {self.seen[path]}" for path in sorted(self.seen))
        return hashlib.sha1(items.encode(), usedforsecurity=False).hexdigest()

    def address(self, path: str) -> str:
        return f"file:{self.root / path}"

    def memory(self) -> dict[str, Any]:
        return {}

    def _look_again(self, path: str) -> None:
        if path.endswith("/"):
            try:
                self.list(path.removesuffix("/"))
            except SourceError:
                return
            return
        try:
            with self._open(path, FILE_FLAGS) as descriptor:
                self.seen[path] = _fingerprint(os.fstat(descriptor))
        except OSError as error:
            self.seen[path] = f"error {error.errno}"

    @contextmanager
    def _open(self, path: str, flags: int) -> Iterator[int]:
        """Opens folder by folder, so that no part of the path may be a link."""
        parts = [part for part in path.split("/") if part]
        if ".." in parts or "\x00" in path:
            raise SourceError("OUTSIDE_ROOT", f"{path!r} leaves the location's root folder.")
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for index, part in enumerate(parts):
                last = index == len(parts) - 1
                inner = os.open(part, flags if last else FOLDER_FLAGS, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)

    def _walk(self, descriptor: int, folder: str, found: Paths) -> None:
        with os.scandir(descriptor) as entries:
            names = [(entry.name, entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False))
                     for entry in entries if not entry.name.startswith(".")]  # fmt: skip
        for name, is_dir, is_file in sorted(names):
            path = f"{folder}/{name}" if folder else name
            if is_file:
                found.append(path)
            elif is_dir and name != "node_modules":
                inner = os.open(name, FOLDER_FLAGS, dir_fd=descriptor)
                try:
                    self._walk(inner, path, found)
                finally:
                    os.close(inner)
            if len(found) > MAX_LISTED:
                raise SourceError("TOO_MANY_FILES", f"More than {MAX_LISTED} files below {folder or '.'}.")


def _fingerprint(info: os.stat_result) -> str:
    return f"{info.st_size} {info.st_mtime_ns} {info.st_ctime_ns} {info.st_ino}"


def _source_error(path: str, error: OSError) -> SourceError:
    shown = path or "the folder"
    if error.errno == errno.ENOENT:
        return SourceError("FILE_MISSING", f"{shown} is not there.", missing=True)
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return SourceError(
            "NOT_A_FILE", f"{shown} is, or is behind, a link or a file; links are not followed."
        )
    return SourceError("FILE_UNREADABLE", f"{shown} cannot be read: {error.strerror}.")
