"""Descriptors that a script delivered: what its source holds, or the part of it that a delivery changed."""

import hashlib
from typing import Any

from catalog.models import Location, PushedDocument
from catalog.sources.base import MAX_READ, Paths, SourceError, resolve_path


class PushSource:
    """The documents of a push location; with `changed`, a read speaks of those paths only."""

    def __init__(self, location: Location, *, changed: frozenset[str] | None = None) -> None:
        self.location = location
        self.entry = ""
        self.scope = changed
        self._bodies: dict[str, bytes] | None = None if location.pk else {}

    def bodies(self) -> dict[str, bytes]:
        if self._bodies is None:
            rows = PushedDocument.objects.filter(location=self.location)
            if self.scope is not None:
                rows = rows.filter(path__in=self.scope)
            self._bodies = {path: body.encode() for path, body in rows.values_list("path", "body")}
        return self._bodies

    def entries(self) -> Paths:
        """Every document there is; none is no error."""
        return sorted(self.bodies())

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        body = self.bodies().get(path)
        if body is None:
            raise SourceError("FILE_MISSING", f"{path} is not there.", missing=True)
        if len(body) > limit:
            raise SourceError("FILE_TOO_LARGE", f"{path} has {len(body)} bytes; at most {limit} are read.")
        return body

    def list(self, folder: str = "") -> Paths:
        return [path for path in sorted(self.bodies()) if not folder or path.startswith(f"{folder}/")]

    def is_folder(self, path: str) -> bool:
        return not path

    def resolve(self, base_path: str, relative: str) -> str:
        return resolve_path(base_path, relative)

    def revision(self) -> str:
        """A fingerprint of the newest delivery that was taken."""
        if not self.location.pk:
            return ""
        newest = self.location.deliveries.exclude(finished_at=None).order_by("-id").first()
        return hashlib.sha1(str(newest.pk if newest else 0).encode(), usedforsecurity=False).hexdigest()

    def address(self, path: str) -> str:
        return f"{self.location}/{path}".removesuffix("/")

    def memory(self) -> dict[str, Any]:
        return {}
