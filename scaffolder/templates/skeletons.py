"""The files beside a template: read when the step runs, hidden ones too, never links."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from catalog.models import Entity, Location
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

__all__ = ["Files", "SkeletonError", "SkeletonFile", "TemplateFiles", "read_skeleton"]

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


Files = Callable[[str, str, str], Iterator[SkeletonFile]]
"""Of (url, origin, token): what lies at `url`, seen from the template of the ref `origin`."""


class TemplateFiles:
    """Reads what lies beside templates, and elsewhere; where each template lies is looked up once."""

    def __init__(
        self,
        ref: str,
        *,
        viewer: Principal,
        elsewhere: bool = True,
        known: Mapping[str, Entity] | None = None,
    ) -> None:
        """`ref` is the template for an origin of ""; `known` has entities by ref that are loaded already.

        Not `elsewhere`: only what lies beside them is read.
        """
        self._ref = ref
        self._viewer = viewer
        self._elsewhere = elsewhere
        self._known = known or {}
        self._places: dict[str, tuple[Location, str]] = {}

    def __call__(self, url: str, origin: str, token: str) -> Iterator[SkeletonFile]:
        """The files at and below `url`: a whole address, or a path seen from the file of the origin.

        `token` is used in place of the portal's credential. Raises SkeletonError.
        """
        if not self._elsewhere and is_elsewhere(url):
            raise SkeletonError(
                f"{url}: a draft reads what lies beside it; register it to read other places."
            )
        ref = origin or self._ref
        if ref not in self._places:
            self._places[ref] = self._place(ref, url)
        location, path = self._places[ref]
        yield from read_skeleton(location, path, url, token=token)

    def _place(self, ref: str, url: str) -> tuple[Location, str]:
        entity = self._known.get(ref) or get_entity(ref, viewer=self._viewer)
        descriptor = descriptors_by_entity([entity], viewer=self._viewer).get(entity.pk)
        if descriptor is None or entity.location is None:
            raise SkeletonError(f"{url}: the template has no file that it could be beside.")
        return entity.location, descriptor.path


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
