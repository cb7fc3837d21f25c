"""Addresses of files and folders as people copy them from a forge's pages, and where their content is."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

from portal.integrations.credentials import Credential, find_credential, forge_of
from portal.integrations.errors import Refused
from portal.integrations.outbound import check_url

GITHUB_API = {"https://github.com": "https://api.github.com"}
BITBUCKET_API = {"https://bitbucket.org": "https://api.bitbucket.org"}


@dataclass(frozen=True, slots=True)
class Page:
    """A place in a repository. `repository` is its path on the host, `ref` a branch, tag or commit.

    `path` is "" for the repository itself; `is_file` where the page shows one file.
    """

    forge: str
    origin: str
    repository: str
    ref: str = ""
    path: str = ""
    is_file: bool = False

    @property
    def clone_url(self) -> str:
        """The address that git knows the repository by."""
        return f"{self.origin}/{self.repository}"


FORMS = {
    "github": r"(?P<repository>[^/]+/[^/]+)"
    r"(?:/(?P<view>blob|tree|raw|edit)/(?P<ref>[^/]+)(?:/(?P<path>.*))?)?",
    "gitlab": r"(?P<repository>.+?)(?:/-/(?P<view>blob|tree|raw|edit)/(?P<ref>[^/]+)(?:/(?P<path>.*))?)?",
    "gitea": r"(?P<repository>[^/]+/[^/]+)"
    r"(?:/(?P<view>src|raw)/(?:branch|tag|commit)/(?P<ref>[^/]+)(?:/(?P<path>.*))?)?",
    "bitbucket": r"(?P<repository>[^/]+/[^/]+)(?:/(?P<view>src|raw)/(?P<ref>[^/]+)(?:/(?P<path>.*))?)?",
    "azure": r"(?P<repository>.+/_git/[^/]+)",
}


def read_page(url: str) -> Page | None:
    """The place that an address of a known forge shows; None for every other host and form."""
    target = check_url(url)
    forge = forge_of(target.origin)
    parts = urlsplit(url)
    match = re.fullmatch(FORMS[forge], parts.path.strip("/")) if forge in FORMS else None
    if match is None:
        return None
    found = match.groupdict()
    repository, path = found["repository"].removesuffix(".git"), unquote(found.get("path") or "").strip("/")
    ref = unquote(found.get("ref") or "")
    if forge == "azure":
        query = parse_qs(parts.query)
        path = (query.get("path") or [""])[0].strip("/")
        ref = (query.get("version") or [""])[0].removeprefix("GB")
    looks_like_file = "." in path.rpartition("/")[2]
    is_file = bool(path) and (found.get("view") in ("blob", "raw", "edit") or looks_like_file)
    return Page(forge, target.origin, repository, ref, path, is_file)


def raw_file(url: str) -> tuple[str, dict[str, str]]:
    """Where the content of a file is, and the headers to ask with; other addresses stay as they are.

    A file of a forge is read through its API, which knows our credential; the credential of the page goes
    to no other address. Raises Refused.
    """
    page = read_page(url)
    if page is None or not page.is_file:
        return url, {}
    credential = find_credential(check_url(url))
    address, headers = CONTENT[page.forge](page, credential)
    return address, {**headers, **(credential.headers() if credential else {})}


def _github(page: Page, credential: Credential | None) -> tuple[str, dict[str, str]]:
    if credential is None and page.origin in GITHUB_API:
        ref = quote(page.ref, safe="")
        return f"https://raw.githubusercontent.com/{page.repository}/{ref}/{quote(page.path)}", {}
    api = (credential.api_url if credential else "") or GITHUB_API.get(page.origin, f"{page.origin}/api/v3")
    address = f"{api}/repos/{page.repository}/contents/{quote(page.path)}?ref={quote(page.ref, safe='')}"
    return address, {"accept": "application/vnd.github.raw+json"}


def _gitlab(page: Page, credential: Credential | None) -> tuple[str, dict[str, str]]:
    project, path = quote(page.repository, safe=""), quote(page.path, safe="")
    api = (credential.api_url if credential else "") or f"{page.origin}/api/v4"
    return f"{api}/projects/{project}/repository/files/{path}/raw?ref={quote(page.ref, safe='')}", {}


def _gitea(page: Page, credential: Credential | None) -> tuple[str, dict[str, str]]:
    api = (credential.api_url if credential else "") or f"{page.origin}/api/v1"
    return f"{api}/repos/{page.repository}/raw/{quote(page.path)}?ref={quote(page.ref, safe='')}", {}


def _bitbucket(page: Page, credential: Credential | None) -> tuple[str, dict[str, str]]:
    api = (credential.api_url if credential else "") or BITBUCKET_API.get(page.origin, page.origin)
    return f"{api}/2.0/repositories/{page.repository}/src/{quote(page.ref, safe='')}/{quote(page.path)}", {}


def _azure(page: Page, credential: Credential | None) -> tuple[str, dict[str, str]]:
    project, _, name = page.repository.rpartition("/_git/")
    if not project:
        raise Refused(f"{page.clone_url} is no repository of Azure DevOps.")
    version = f"&versionDescriptor.version={quote(page.ref, safe='')}" if page.ref else ""
    path = quote(f"/{page.path}", safe="")
    address = f"{page.origin}/{project}/_apis/git/repositories/{name}/items?path={path}{version}"
    return f"{address}&api-version=7.1", {"accept": "application/octet-stream"}


CONTENT = {"github": _github, "gitlab": _gitlab, "gitea": _gitea, "bitbucket": _bitbucket, "azure": _azure}
