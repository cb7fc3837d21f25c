"""The `fields` of a request: which dotted paths of each entity are answered.

As Backstage 1.55, catalog-backend `service/request/parseEntityTransformParams`.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from portal.rest.views import bad_request

MAX_FIELDS = 100


class Fields:
    """Dotted paths of a document."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = [path.split(".") for path in paths]

    @classmethod
    def read(cls, texts: Sequence[str]) -> "Fields | None":
        """Those of repeated, comma-separated `fields`; None where there are none.

        Raises PortalError (400) for an index into a list.
        """
        fields = list(dict.fromkeys(part.strip() for text in texts for part in text.split(",")))
        for field in fields:
            if "[" in field:
                message = f'Invalid field "{field[:200]}", array type fields are not supported'
                raise bad_request(message, "fields")
        wanted = [field for field in fields if field]
        if len(wanted) > MAX_FIELDS:
            raise bad_request(f"Invalid fields, at most {MAX_FIELDS} can be asked for", "fields")
        return cls(wanted) if wanted else None

    def pick(self, document: bytes) -> bytes:
        """Only these paths, in the order asked for; paths that are not there are left out."""
        whole = orjson.loads(document)
        picked: dict[str, Any] = {}
        for parts in self._paths:
            _copy(whole, parts, picked)
        return orjson.dumps(picked)


def _copy(source: Any, parts: Sequence[str], target: dict[str, Any]) -> None:
    """Keys with dots of their own (annotations) are found as the shortest runs of parts that are keys."""
    path: list[str] = []
    key = ""
    for part in parts:
        key = f"{key}.{part}" if key else part
        if isinstance(source, dict) and key in source:
            source = source[key]
            path.append(key)
            key = ""
    if key or not path:
        return
    for step in path[:-1]:
        inner = target.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        target = inner
    target[path[-1]] = source
