"""The files beside a template: read when the step runs, hidden ones too, never links."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from catalog.models import Location
from catalog.selectors import descriptors_by_entity, get_entity
from catalog.sources import (
    DiscoverySource,
    FileSource,
    GitSource,
    RemoteGitSource,
    Source,
    SourceError,
    UrlSource,
    open_source,
)
from portal.accounts.principal import Principal
from portal.integrations.errors import IntegrationError
from scaffolder.templates.elsewhere import files_at, files_at_commit
from scaffolder.templates.skeleton_files import MAX_FILE_BYTES, SkeletonError, SkeletonFile

__all__ = ["Files", "SkeletonError", "SkeletonFile", "read_skeleton", "template_files", "template_files_of"]

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


Files = Callable[[str, str, str], Iterator[SkeletonFile]]
"""Of (url, origin, token): what lies at `url`, seen from the template of the ref `origin`."""


def template_files(ref: str, url: str, *, viewer: Principal, token: str = "") -> Iterator[SkeletonFile]:
    """The files at and below `url`: a whole address, or a path seen from the template's own file.

    `token` is used in place of the portal's credential. Raises SkeletonError.
    """
    entity = get_entity(ref, viewer=viewer)
    descriptor = descriptors_by_entity([entity], viewer=viewer).get(entity.pk)
    if descriptor is None or entity.location is None:
        raise SkeletonError(f"{url}: the template has no file that it could be beside.")
    yield from read_skeleton(entity.location, descriptor.path, url, token=token)


def template_files_of(ref: str, *, viewer: Principal, elsewhere: bool = True) -> Files:
    """The files of the origin, or else of `ref`; only those beside it, if not `elsewhere` too."""

    def read(url: str, origin: str, token: str) -> Iterator[SkeletonFile]:
        if not elsewhere and is_elsewhere(url):
            raise SkeletonError(
                f"{url}: a draft reads what lies beside it; register it to read other places."
            )
        return template_files(origin or ref, url, viewer=viewer, token=token)

    return read


def is_elsewhere(url: str) -> bool:
    """Whether it is a whole address."""
    return "://" in url


def read_skeleton(
    location: Location, template_path: str, url: str, *, token: str = ""
) -> Iterator[SkeletonFile]:
    """The file or the files at and below `url`, seen from the template's file. Raises SkeletonError."""
    try:
        if is_elsewhere(url):
            yield from files_at(url, token=token)
        else:
            yield from _beside(open_source(location), template_path, url)
    except SourceError as error:
        raise SkeletonError(f"{url}: {error.message}") from None
    except IntegrationError as error:
        raise SkeletonError(f"{url}: {error}") from None
    except OSError as error:
        raise SkeletonError(f"{url}: it cannot be read: {error.strerror}.") from None


def _beside(source: Source, template_path: str, url: str) -> Iterator[SkeletonFile]:
    """What was read as one commit is fetched of that commit; of single addresses what is there now."""
    place = source.resolve(template_path, url)
    if isinstance(source, GitSource):
        yield from _from_repository(source, place, url)
    elif isinstance(source, FileSource):
        yield from _from_folder(Path(source.root), place, url)
    elif isinstance(source, RemoteGitSource):
        yield from files_at_commit(source.checkout, source.commit, place, url)
    elif isinstance(source, UrlSource | DiscoverySource):
        yield from files_at(source.address(place).removeprefix("url:"))
    else:
        raise SkeletonError(f"{url}: nothing lies beside a template of this location.")


def _from_repository(source: GitSource, folder: str, url: str) -> Iterator[SkeletonFile]:
    found = False
    for file in source.host.read_files(source.owner, source.name, folder, source.commit):
        found = True
        inside = file.path == folder
        path = file.path.rpartition("/")[2] if inside else file.path.removeprefix(f"{folder}/")
        yield SkeletonFile(path, file.executable, file.content)
    if not found:
        raise SkeletonError(f"{url}: there is no file in it.")


def _from_folder(root: Path, folder: str, url: str) -> Iterator[SkeletonFile]:
    """Opened part by part, so that nothing on the way may be a link."""
    descriptor = os.open(root, FOLDER_FLAGS)
    try:
        *parents, last = folder.split("/")
        for part in filter(None, parents):
            descriptor = _inside(descriptor, part)
        if not last:
            yield from _walk(descriptor, "", url)
        elif stat.S_ISREG(os.stat(last, dir_fd=descriptor, follow_symlinks=False).st_mode):
            yield _read(descriptor, last, last, url)
        else:
            descriptor = _inside(descriptor, last)
            yield from _walk(descriptor, "", url)
    finally:
        os.close(descriptor)


def _inside(descriptor: int, name: str) -> int:
    inner = os.open(name, FOLDER_FLAGS, dir_fd=descriptor)
    os.close(descriptor)
    return inner


def _walk(descriptor: int, folder: str, url: str) -> Iterator[SkeletonFile]:
    with os.scandir(descriptor) as entries:
        names = sorted((entry.name, entry.stat(follow_symlinks=False).st_mode) for entry in entries)
    for name, mode in names:
        path = f"{folder}/{name}" if folder else name
        if name == ".git":
            continue
        if stat.S_ISREG(mode):
            yield _read(descriptor, name, path, url)
        elif stat.S_ISDIR(mode):
            inner = os.open(name, FOLDER_FLAGS, dir_fd=descriptor)
            try:
                yield from _walk(inner, path, url)
            finally:
                os.close(inner)
        else:
            raise SkeletonError(f"{url}: {path} is a link or a device; only files and folders are fetched.")


def _read(folder: int, name: str, path: str, url: str) -> SkeletonFile:
    descriptor = os.open(name, FILE_FLAGS, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_FILE_BYTES:
            raise SkeletonError(f"{url}: {path} is not a file of at most {MAX_FILE_BYTES} bytes.")
        return SkeletonFile(path, bool(info.st_mode & 0o100), file.read(MAX_FILE_BYTES))
