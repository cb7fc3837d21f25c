"""Repositories of other git hosts over HTTP: their branches, and shallow copies in a bounded cache."""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.integrations import budget
from portal.integrations.credentials import find_credential
from portal.integrations.errors import IntegrationError, NotFound, Refused
from portal.integrations.git_process import run_git
from portal.integrations.http import error_of, request
from portal.integrations.outbound import Target, check_url, resolve

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
MAX_ADVERTISED = 20 * 1024 * 1024
MAX_PACKS = 50
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Remote:
    """What a host says of a repository: its address after redirects, and the commit of each ref."""

    url: str
    refs: dict[str, str]

    def commit_of(self, branch: str) -> str:
        """The commit of a branch or tag, of the default branch for "". Raises NotFound."""
        names = (
            [f"refs/heads/{branch}", f"refs/tags/{branch}^{{}}", f"refs/tags/{branch}"]
            if branch
            else ["HEAD"]
        )
        for name in names:
            if name in self.refs:
                return self.refs[name]
        raise NotFound(f"{self.url} has no branch or tag {branch or 'HEAD'}.")


def look_at(url: str, *, authorization: str = "") -> Remote:
    """Ask the host for its refs: one guarded request, by git's smart protocol.

    `authorization` is sent in place of what PORTAL_CREDENTIALS has for the address. Raises NotFound,
    Unauthorized, RateLimited, DeadlineExceeded, Refused and IntegrationError.
    """
    suffix = "/info/refs?service=git-upload-pack"
    target = check_url(url.rstrip("/") + suffix)
    answer = request(
        "GET",
        str(target),
        headers=_header(target, authorization),
        max_bytes=MAX_ADVERTISED,
        use_credentials=False,
    )
    if answer.status != 200:
        raise error_of(answer)
    if not answer.headers.get("content-type", "").startswith("application/x-git-upload-pack-advertisement"):
        raise IntegrationError(f"{target.origin} answers, but not as a git host does.")
    found = check_url(answer.url)
    if found.origin != target.origin:
        raise Refused(f"{url} has moved to {found.place.removesuffix('/info/refs')}. Register that address.")
    return Remote(answer.url.removesuffix(suffix), _read_refs(answer.body))


class Checkout:
    """A copy of one commit of a remote repository, in the cache below `settings.GIT_CACHE`.

    `url` is an address that `look_at` accepts. The copy is made when it is first asked for and not there:
    one shallow fetch without tags, submodules, hooks or any other protocol, of at most
    `settings.GIT_FETCH_MIB` within `settings.GIT_FETCH_SECONDS`.
    """

    def __init__(self, url: str, commit: str, *, authorization: str = "") -> None:
        if not COMMIT.fullmatch(commit):
            raise Refused(f"{commit[:80]!r} is not the hash of a commit.")
        self.url = url
        self.commit = commit
        self.authorization = authorization
        self.root: Path = settings.GIT_CACHE
        self.path = self.root / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.git"

    def ensure(self) -> Path:
        """The bare repository that has the commit. Raises what `look_at` does."""
        with self._locked():
            if not self._has_commit():
                self._fetch()
            os.utime(self.path)
        return self.path

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / f"{self.path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _has_commit(self) -> bool:
        if not self.path.is_dir():
            return False
        check = ["--git-dir", str(self.path), "cat-file", "-t", self.commit]
        return run_git(check, accept=(0, 128)).strip() == b"commit"

    def _fetch(self) -> None:
        if len(list(self.path.glob("objects/pack/*.pack"))) > MAX_PACKS:
            shutil.rmtree(self.path)
        if not self.path.is_dir():
            run_git(["init", "--quiet", "--bare", "--template=", str(self.path)])
        arguments = ["--git-dir", str(self.path), "fetch", "--quiet", "--depth=1", "--no-tags", "--force",
                     "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance",
                     self.url, f"{self.commit}:refs/heads/portal"]  # fmt: skip
        limit = settings.GIT_FETCH_MIB * MIB
        try:
            run_git(
                arguments,
                config=guarded_config(self.url, authorization=self.authorization),
                seconds=settings.GIT_FETCH_SECONDS,
                max_file_bytes=limit,
            )
        except IntegrationError as error:
            shutil.rmtree(self.path, ignore_errors=True)
            words = " ".join(getattr(error, "__notes__", []))
            if "File too large" in words or "SIGXFSZ" in words or "signal 25" in words:
                raise Refused(f"{self.url} has more than {settings.GIT_FETCH_MIB} MiB.") from None
            raise
        self._make_room()

    def _make_room(self) -> None:
        """Delete the copies used least recently until the cache is within its bound; never this one."""
        copies = sorted(self.root.glob("*.git"), key=lambda path: path.stat().st_mtime)
        sizes = {copy: _size(copy) for copy in copies}
        excess = sum(sizes.values()) - settings.GIT_CACHE_MIB * MIB
        for copy in copies:
            if excess <= 0:
                return
            if copy != self.path:
                shutil.rmtree(copy, ignore_errors=True)
                excess -= sizes[copy]


def guarded_config(url: str, *, authorization: str = "") -> dict[str, str]:
    """git may speak http(s) with the address that was checked just now, as the credential's owner.

    `authorization` is sent in place of what PORTAL_CREDENTIALS has for the address.
    """
    target = check_url(url)
    budget.take(target.host)
    addresses = resolve(target.host, target.port, settings.OUTBOUND_SECONDS)
    address = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    config = {
        "protocol.http.allow": "always",
        "protocol.https.allow": "always",
        "http.followRedirects": "false",
        "http.proxy": "",
        "http.curloptResolve": f"{target.host}:{target.port}:{address}",
    }
    if header := _header(target, authorization):
        config["http.extraHeader"] = f"Authorization: {header['authorization']}"
    return config


def _header(target: Target, authorization: str = "") -> dict[str, str]:
    if authorization:
        return {"authorization": authorization}
    credential = find_credential(target)
    text = credential.git_authorization() if credential else ""
    return {"authorization": text} if text else {}


def _read_refs(data: bytes) -> dict[str, str]:
    """The refs of an advertisement: lines of four hexadecimal digits of length, a hash, a name."""
    refs: dict[str, str] = {}
    position = 0
    try:
        while position < len(data):
            length = int(data[position : position + 4], 16)
            line = data[position + 4 : position + max(length, 4)]
            position += max(length, 4)
            commit, _, name = line.partition(b"\0")[0].rstrip(b"\n").partition(b" ")
            if COMMIT.fullmatch(commit.decode("ascii")):
                refs[name.decode("utf-8", "replace")] = commit.decode("ascii")
    except ValueError:
        raise IntegrationError("The git host's list of refs cannot be read.") from None
    return refs


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))
