"""The repository behind an address that somebody copied from a forge's pages, or that git knows."""

from urllib.parse import quote

from catalog.sources.base import SourceError, as_source_error
from catalog.sources.remote_git import RemoteGitSource
from portal.integrations.errors import IntegrationError
from portal.integrations.forges import read_page


def open_address(address: str) -> RemoteGitSource:
    """The repository at what its host has now; `entry` is the folder or file that the address shows.

    `https://github.com/owner/name/tree/main/docs`, or `https://host/name.git@branch/docs` for other hosts.
    Raises SourceError.
    """
    if "@" in address.partition("://")[2].partition("/")[0]:
        raise SourceError("TARGET_NOT_READ", "An address with a user name or password is not read.")
    try:
        page = read_page(address)
    except IntegrationError as error:
        raise as_source_error(address[:200], error) from None
    if page is None:
        return RemoteGitSource(address)
    place = f"@{quote(page.ref or 'HEAD', safe='')}/{page.path}" if page.ref or page.path else ""
    return RemoteGitSource(f"{page.clone_url}{place}".rstrip("/"))
