"""Files at whole addresses: of a repository, as a forge's page shows it, or one of any web server."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from catalog.sources.remote_git import read_target
from portal.integrations.credentials import Credential, forge_of
from portal.integrations.forges import read_page
from portal.integrations.git_objects import list_blobs, read_in_turn
from portal.integrations.git_remote import COMMIT, Checkout, look_at
from portal.integrations.http import fetch
from portal.integrations.outbound import check_url
from scaffolder.templates.skeleton_files import MAX_FILE_BYTES, SkeletonError, SkeletonFile


def files_at(address: str, *, token: str = "") -> Iterator[SkeletonFile]:
    """The files at and below an address, as they are now; paths relative to it.

    `https://github.com/acme/templates/tree/main/skeleton`, the like of other forges, a repository
    (`https://git.test/acme/templates.git`, with `/skeleton` behind it), or one file of any host. `token` is
    used in place of the portal's credential. Raises SkeletonError, SourceError and IntegrationError.
    """
    page = read_page(address)
    if page is not None:
        yield from _of_repository(page.clone_url, page.ref, page.path, address, token)
    elif ".git" in urlsplit(address).path:
        url, branch, path = read_target(address)
        yield from _of_repository(url, branch, path, address, token)
    else:
        if token:
            raise SkeletonError(f"{address}: a token is for repositories; this is no page of a known forge.")
        answer = fetch(address, max_bytes=MAX_FILE_BYTES)
        name = urlsplit(address).path.rstrip("/").rpartition("/")[2]
        if not name or answer.headers.get("content-type", "").lower().startswith("text/html"):
            raise SkeletonError(f"{address}: this is a web page, not a file or a repository that is known.")
        yield SkeletonFile(name, False, answer.body)


def _of_repository(clone_url: str, ref: str, path: str, address: str, token: str) -> Iterator[SkeletonFile]:
    """The host is asked each time, so that a copy that is here already is for nobody who may not see it."""
    authorization = _authorization(clone_url, token)
    remote = look_at(clone_url, authorization=authorization)
    commit = ref if COMMIT.fullmatch(ref) else remote.commit_of("" if ref == "HEAD" else ref)
    checkout = Checkout(remote.url, commit, authorization=authorization).ensure()
    yield from files_at_commit(checkout, commit, path, address)


def files_at_commit(repository: Path, commit: str, path: str, url: str) -> Iterator[SkeletonFile]:
    """The files of a bare repository at and below a path; `url` is what errors call it."""
    entries = list_blobs(repository, commit, path)
    sizes = [size for _, _, _, size in entries]
    if not entries:
        raise SkeletonError(f"{url}: there is no file in it.")
    if len(entries) > settings.WORKSPACE_MAX_FILES or sum(sizes) > settings.WORKSPACE_MAX_MIB * 1024 * 1024:
        raise SkeletonError(
            f"{url}: at most {settings.WORKSPACE_MAX_FILES} files of {settings.WORKSPACE_MAX_MIB} MiB in all "
            "are fetched."
        )
    if max(sizes) > MAX_FILE_BYTES:
        raise SkeletonError(f"{url}: a file of it has more than {MAX_FILE_BYTES} bytes.")
    for (name, mode, _, _), content in read_in_turn(repository, entries):
        inside = name.rpartition("/")[2] if name == path else name.removeprefix(f"{path}/")
        yield SkeletonFile(inside, mode == "100755", content)


def _authorization(clone_url: str, token: str) -> str:
    """The header that git sends; "" where the portal's own credential is meant."""
    if not token:
        return ""
    origin = check_url(clone_url).origin
    return Credential(kind=forge_of(origin) or "github", origin=origin, secret=token).git_authorization()
