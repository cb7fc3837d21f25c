"""The folder a task works in: opened once, every path checked and walked part by part, no link followed."""

import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
MAX_PATH = 1000
MAX_READ_BYTES = 5 * 1024 * 1024


class WorkspaceError(Exception):
    """A path or a size that a workspace refuses; the message names the parameter that held it."""


class Workspace:
    """`<PORTAL_HOME>/workspaces/<task>`: `files` is what the steps made, `incoming` what is being written.

    A rehearsal has a `part` of its own in place of `files`.
    """

    def __init__(self, uid: UUID, part: str = "files", *, root: Path | None = None) -> None:
        self.folder = (root or Path(settings.WORKSPACES)) / str(uid)
        self.files = self.folder / part
        self.count = self.size = 0

    def open(self) -> bool:
        """Make the folders if they are not there; whether they were."""
        existed = self.files.is_dir()
        for folder in (self.folder, self.files, self.folder / "incoming"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, _ in self.list_files():
            self.count += 1
            self.size += (self.files / path).lstat().st_size
        return existed

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, path: str, content: bytes, *, executable: bool = False, replace: bool = True) -> bool:
        """Write a file whole or not at all; False where one is there and `replace` is not set."""
        *folders, name = PurePosixPath(path).parts
        with self._open_folder(folders, create=True) as folder:
            there = _is_there(name, folder)
            if there and not replace:
                return False
            self.count += 0 if there else 1
            self.size += len(content)
            if self.count > settings.WORKSPACE_MAX_FILES:
                raise WorkspaceError(
                    f"{path}: a task may write at most {settings.WORKSPACE_MAX_FILES} files."
                )
            if self.size > settings.WORKSPACE_MAX_MIB * 1024 * 1024:
                raise WorkspaceError(f"{path}: a task may write at most {settings.WORKSPACE_MAX_MIB} MiB.")
            incoming = self.folder / "incoming" / secrets.token_hex(8)
            incoming.write_bytes(content)
            incoming.chmod(0o755 if executable else 0o644)
            os.rename(incoming, name, dst_dir_fd=folder)
        return True

    def read(self, path: str, *, parameter: str, max_bytes: int = MAX_READ_BYTES) -> bytes:
        """A file's content. Raises WorkspaceError where it is no regular file of at most `max_bytes`."""
        *folders, name = PurePosixPath(path).parts or ("",)
        try:
            with self._open_folder(folders, create=False) as folder:
                descriptor = os.open(name, FILE_FLAGS, dir_fd=folder)
        except (OSError, WorkspaceError):
            raise WorkspaceError(f"{parameter}: there is no file {path!r} in the workspace.") from None
        with os.fdopen(descriptor, "rb") as file:
            info = os.fstat(descriptor)
            if not stat.S_ISREG(info.st_mode) or info.st_size > max_bytes:
                raise WorkspaceError(f"{parameter}: {path!r} is not a file of at most {max_bytes} bytes.")
            return file.read()

    def edit(self, path: str, change: Callable[[bytes], bytes], *, mark: str) -> None:
        """Change a file once for a mark, however often it is tried; a file that is not there is empty."""
        name = hashlib.sha256(f"{self.files.name}/{mark}/{path}".encode()).hexdigest()
        edited = self.folder / "edited" / name
        is_there = self.has(path)
        old = self.read(path, parameter="path") if is_there else b""
        if edited.exists() and edited.read_text() == hashlib.sha256(old).hexdigest():
            return
        new = change(old)
        edited.parent.mkdir(mode=0o700, exist_ok=True)
        edited.write_text(hashlib.sha256(new).hexdigest())
        executable = is_there and bool((self.files / path).lstat().st_mode & 0o100)
        self.write(path, new, executable=executable)

    def has(self, path: str) -> bool:
        """Whether there is a file or a folder."""
        *folders, name = PurePosixPath(path).parts or ("",)
        try:
            with self._open_folder(folders, create=False) as folder:
                return _is_there(name, folder)
        except (OSError, WorkspaceError):
            return False

    def delete(self, path: str) -> bool:
        """Remove a file, or a folder with all that is in it; whether it was there."""
        *folders, name = PurePosixPath(path).parts or ("",)
        try:
            with self._open_folder(folders, create=False) as folder:
                if not name or not _is_there(name, folder):
                    return False
                if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                    shutil.rmtree(name, dir_fd=folder)
                else:
                    os.unlink(name, dir_fd=folder)
        except (FileNotFoundError, WorkspaceError):
            return False
        return True

    def rename(self, old: str, new: str, *, replace: bool) -> None:
        """Give a file or folder another path. Raises WorkspaceError where it is not there, or `new` is."""
        *old_folders, old_name = PurePosixPath(old).parts or ("",)
        *new_folders, new_name = PurePosixPath(new).parts or ("",)
        try:
            with (
                self._open_folder(old_folders, create=False) as source,
                self._open_folder(new_folders, create=True) as target,
            ):
                if _is_there(new_name, target) and not replace:
                    raise WorkspaceError(f"{new!r} is there already; set overwrite to replace it.")
                os.rename(old_name, new_name, src_dir_fd=source, dst_dir_fd=target)
        except OSError as error:
            raise WorkspaceError(f"{old!r} cannot become {new!r}: {error.strerror}.") from None

    def list_files(self) -> Iterator[tuple[str, bool]]:
        """Every regular file as (path with `/`, whether executable), sorted."""
        found = []
        for folder, _, names in os.walk(self.files):
            for name in names:
                path = Path(folder) / name
                info = path.lstat()
                if stat.S_ISREG(info.st_mode):
                    found.append((path.relative_to(self.files).as_posix(), bool(info.st_mode & 0o100)))
        yield from sorted(found)

    def folder_path(self, path: str, *, parameter: str) -> Path:
        """The absolute path of a folder in the workspace. Raises WorkspaceError where there is none."""
        try:
            with self._open_folder(PurePosixPath(path).parts, create=False):
                return self.files / path
        except (OSError, WorkspaceError):
            raise WorkspaceError(f"{parameter}: there is no folder {path!r} in the workspace.") from None

    @contextmanager
    def _open_folder(self, parts: "tuple[str, ...] | list[str]", *, create: bool) -> Iterator[int]:
        descriptor = os.open(self.files, FOLDER_FLAGS)
        try:
            for part in parts:
                if create and not _is_there(part, descriptor):
                    os.mkdir(part, 0o700, dir_fd=descriptor)
                try:
                    inner = os.open(part, FOLDER_FLAGS, dir_fd=descriptor)
                except NotADirectoryError:
                    raise WorkspaceError(f"{'/'.join(parts)}: {part!r} is a file, not a folder.") from None
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)


def checked_path(path: str, *, parameter: str) -> str:
    """A path inside a workspace in its one spelling, "" for the root. Errors name the parameter."""
    decoded = unquote(path)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    wrong = (
        len(path) > MAX_PATH
        or path.startswith(("/", "~"))
        or any(character in decoded for character in "\\\0\r\n")
        or ".." in decoded.split("/")
        or any(part.lower() == ".git" or len(part.encode("utf-8", "replace")) > 255 for part in parts)
        or not path.isprintable()
    )
    if wrong:
        raise WorkspaceError(
            f"{parameter}: {path[:200]!r} is not a path inside the workspace. Write one relative to it."
        )
    return "/".join(parts)


def _is_there(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
