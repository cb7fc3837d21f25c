"""Descriptors at addresses of the web: a file and the files it names, each asked for only if it changed."""

import hashlib
from typing import Any
from urllib.parse import urljoin, urlsplit

from catalog.sources.base import MAX_READ, Paths, SourceError, as_source_error
from portal.integrations.errors import IntegrationError, NotFound
from portal.integrations.forges import raw_file
from portal.integrations.http import fetch
from portal.integrations.outbound import check_url


class UrlSource:
    """The file at an address; its paths are addresses.

    `memory` is what an earlier read remembered: of each address the validators (etag, date) and a digest.
    With a `revision` of that read it shows that one; without, `revision()` asks all of them again.
    """

    scope: frozenset[str] | None = None

    def __init__(self, target: str, *, memory: dict[str, Any], revision: str = "") -> None:
        self.entry = target
        self.known: dict[str, dict[str, str]] = memory.get("urls", {})
        self.fixed = revision
        self.seen: dict[str, dict[str, str]] = {}
        self.bodies: dict[str, bytes] = {}

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        body = self.bodies.pop(path, None)
        if body is None:
            self._ask(path, {}, limit)
            body = self.bodies.pop(path)
        if path == self.entry:
            self.bodies[path] = body  # read once more by who looks whether it can be read at all
        if len(body) > limit:
            raise SourceError("FILE_TOO_LARGE", f"{path} has {len(body)} bytes; at most {limit} are read.")
        return body

    def list(self, folder: str = "") -> Paths:
        raise SourceError(
            "TARGET_NOT_READ",
            "Files at an address cannot be listed. Name them one by one, or register the repository as git:…",
        )

    def is_folder(self, path: str) -> bool:
        return False

    def resolve(self, base_path: str, relative: str) -> str:
        """Addresses of the same host, absolute or relative to the file."""
        found = urljoin(base_path, relative)
        if relative.startswith("//") or urlsplit(found).netloc != urlsplit(base_path).netloc:
            raise SourceError(
                "TARGET_NOT_READ",
                f"{relative[:200]!r} is on another host. Register it as a location of its own.",
            )
        try:
            check_url(found)
        except IntegrationError as error:
            raise as_source_error(relative[:200], error) from None
        return found

    def revision(self) -> str:
        """A digest of everything read; the hosts are asked with what they said of each file the last time."""
        if self.fixed:
            return self.fixed
        if not self.seen:
            for path, before in self.known.items():
                self._look_again(path, before)
        if not self.seen:
            return ""  # nothing was ever read, so nothing can be unchanged
        lines = "\n".join(f"{path} {self.seen[path]['digest']}" for path in sorted(self.seen))
        return hashlib.sha1(lines.encode(), usedforsecurity=False).hexdigest()

    def address(self, path: str) -> str:
        return f"url:{path}"

    def memory(self) -> dict[str, Any]:
        return {"urls": self.seen}

    def _look_again(self, path: str, before: dict[str, str]) -> None:
        """A file that cannot be had is a difference; where that is the entry, the whole source fails."""
        try:
            self._ask(path, before)
        except SourceError as error:
            if path == self.entry or error.wait:
                raise
            self.seen[path] = {"digest": error.code}

    def _ask(self, path: str, before: dict[str, str], limit: int = MAX_READ) -> None:
        pairs = (("if-none-match", before.get("etag")), ("if-modified-since", before.get("modified")))
        conditions = {name: value for name, value in pairs if value}
        try:
            url, headers = raw_file(path)
            answer = fetch(url, headers={**headers, **conditions}, max_bytes=limit)
        except IntegrationError as error:
            if isinstance(error, NotFound):
                self.seen[path] = {"digest": "missing"}
            raise as_source_error(path, error) from None
        if answer.status == 304:
            self.seen[path] = before
            return
        _refuse_pages(path, answer.headers.get("content-type", ""), answer.body)
        digest = hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()
        validators = {
            "etag": answer.headers.get("etag", ""),
            "modified": answer.headers.get("last-modified", ""),
        }
        self.seen[path] = {"digest": digest, **{name: value for name, value in validators.items() if value}}
        self.bodies[path] = answer.body


def _refuse_pages(path: str, content_type: str, body: bytes) -> None:
    """A sign-in page in the place of a file is an error, and never an empty catalog."""
    if content_type.lower().startswith("text/html") or body[:200].lstrip().lower().startswith(
        b"<!doctype html"
    ):
        raise SourceError("NOT_A_FILE", f"{path} answers with a web page, not with a file.")
