"""Where a browser shows and edits a file of a repository, on the hosts whose addresses are known."""

import re
from urllib.parse import quote, urlsplit

VIEW_ANNOTATION = "backstage.io/view-url"
EDIT_ANNOTATION = "backstage.io/edit-url"
IN_GIT = re.compile(r"git:(?P<url>https://[^/@\s]+(?:/[^/@\s]+){2,}?)@(?P<branch>[^\s]+?)/(?P<path>[^\s].*)")
IN_PAGE = re.compile(
    r"/(?P<repository>[^?#]+?)(?P<dash>/-)?/(?:blob|raw|tree)/(?P<branch>[^/?#]+)/(?P<path>[^?#]+)"
)
IN_RAW = re.compile(r"/(?P<repository>[^/]+/[^/]+)/(?P<branch>[^/]+)/(?P<path>[^?#]+)")


def page_annotations(address: str) -> dict[str, str]:
    """The annotations view-url and edit-url of a file, by its address.

    On other hosts an address can be looked at as it is; nothing is known of how it is edited.
    """
    found = _in_repository(address)
    if found is None:
        shown = address.removeprefix("url:")
        return {VIEW_ANNOTATION: shown} if shown.startswith(("https://", "http://")) else {}
    repository, branch, path = found
    between = "/-" if _is_host(repository, "gitlab") else ""
    pages = {VIEW_ANNOTATION: f"{repository}{between}/blob/{branch}/{path}"}
    if branch != "HEAD":
        pages[EDIT_ANNOTATION] = f"{repository}{between}/edit/{branch}/{path}"
    return pages


def _in_repository(address: str) -> tuple[str, str, str] | None:
    """The address of the repository's page, the branch and the path in it."""
    if match := IN_GIT.fullmatch(address):
        url, branch, path = match["url"].removesuffix(".git"), match["branch"], quote(match["path"])
        return (url, branch, path) if _is_host(url, "github") or _is_host(url, "gitlab") else None
    if not address.startswith("url:https://"):
        return None
    parts = urlsplit(address.removeprefix("url:"))
    if parts.netloc == "raw.githubusercontent.com":
        raw = IN_RAW.fullmatch(parts.path)
        return (f"https://github.com/{raw['repository']}", raw["branch"], raw["path"]) if raw else None
    page = IN_PAGE.fullmatch(parts.path)
    url = f"https://{parts.netloc}/{page['repository']}" if page else ""
    known = _is_host(url, "github") or _is_host(url, "gitlab")
    return (url, page["branch"], page["path"]) if page and known else None


def _is_host(url: str, name: str) -> bool:
    """Whether the host is github.com, or github.example.com as companies call their own."""
    host = urlsplit(url).hostname or ""
    return host.startswith(f"{name}.") and "@" not in url
