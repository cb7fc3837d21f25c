"""Where built sites are kept: files below `<entity>/<build>/`, in a folder or a bucket of S3."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage

from portal.plugin_api import settings_of

from .apps import DocsSettings


def site_storage() -> Storage:
    """The storage that the settings name."""
    options = settings_of(DocsSettings)
    if options.storage.startswith("s3://"):
        return _bucket(options.storage, options.s3_endpoint)
    return FileSystemStorage(location=options.storage or Path(settings.HOME) / "docs")


@lru_cache(maxsize=4)
def _bucket(address: str, endpoint: str) -> Storage:
    from storages.backends.s3 import S3Storage

    parts = urlsplit(address)
    bucket: Storage = S3Storage(
        bucket_name=parts.netloc,
        location=parts.path.strip("/"),
        endpoint_url=endpoint or None,
        file_overwrite=True,
        default_acl=None,
        querystring_auth=False,
    )
    return bucket


def write_site(uid: UUID, build: str, files: Mapping[str, bytes]) -> None:
    """Write all files of a build; what a build that was interrupted has left is written over."""
    storage = site_storage()
    for path, content in files.items():
        name = f"{uid}/{build}/{path}"
        if isinstance(storage, FileSystemStorage) and storage.exists(name):
            storage.delete(name)
        storage.save(name, ContentFile(content))


def read_file(uid: UUID, build: str, path: str) -> bytes | None:
    """A file of a build; None where it is not there. `path` must be one that was written."""
    try:
        with site_storage().open(f"{uid}/{build}/{path}", "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def delete_site(uid: UUID, build: str, paths: Iterable[str]) -> None:
    storage = site_storage()
    for path in paths:
        storage.delete(f"{uid}/{build}/{path}")
    if isinstance(storage, FileSystemStorage):
        _remove_empty(Path(storage.path(f"{uid}/{build}")), Path(storage.path(str(uid))))


def _remove_empty(build: Path, entity: Path) -> None:
    """The folders that files were in; one that has something else in it stays."""
    below = sorted((path for path in build.rglob("*") if path.is_dir()), reverse=True)
    for folder in (*below, build, entity):
        try:
            folder.rmdir()
        except OSError:
            continue
