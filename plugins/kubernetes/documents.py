"""Reads Kubernetes objects that may be anything, and cuts them down to what is kept and may be shown."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

Document = Mapping[str, Any]

LONGEST_TEXT = 2_000
MOST_ITEMS = 200
DEEPEST = 14
NEVER_KEPT = frozenset({"managedFields", "selfLink", "kubectl.kubernetes.io/last-applied-configuration"})
# What containers are given may be a secret in plain text. These are lists; a label `env` is a text.
LISTS_NEVER_KEPT = frozenset({"env", "envFrom", "args", "command", "httpHeaders"})


def part(document: Any, *path: str) -> dict[str, Any]:
    """The object at a path; an empty one where there is none."""
    found = _at(document, path)
    return found if isinstance(found, dict) else {}


def parts(document: Any, *path: str) -> list[dict[str, Any]]:
    """The objects in the list at a path."""
    found = _at(document, path)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def text(document: Any, *path: str) -> str:
    """The text at a path, "" where there is none."""
    found = _at(document, path)
    return found if isinstance(found, str) else ""


def number(document: Any, *path: str, default: int = 0) -> int:
    """The whole number at a path, if it is one that an API can show."""
    found = _at(document, path)
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 2**31 else default


def flag(document: Any, *path: str) -> bool:
    return _at(document, path) is True


def moment(document: Any, *path: str) -> datetime | None:
    """The point in time at a path, if it can be read."""
    try:
        return datetime.fromisoformat(text(document, *path))
    except ValueError:
        return None


def labels(document: Any) -> dict[str, str]:
    return {
        key: value for key, value in part(document, "metadata", "labels").items() if isinstance(value, str)
    }


def owners(document: Any) -> Iterator[str]:
    """The uids of the objects that this one belongs to."""
    for owner in parts(document, "metadata", "ownerReferences"):
        yield text(owner, "uid")


def uid(document: Any) -> str:
    return text(document, "metadata", "uid")


def name(document: Any) -> str:
    return text(document, "metadata", "name")


def namespace(document: Any) -> str:
    return text(document, "metadata", "namespace")


def condition(document: Any, kind: str) -> dict[str, Any]:
    """The condition of that type in the status; an empty one where there is none."""
    return next((each for each in parts(document, "status", "conditions") if text(each, "type") == kind), {})


def trimmed(document: Document) -> dict[str, Any]:
    """A copy to keep: without what containers are given, bounded, and of characters a database can hold."""
    found = _trimmed(document, DEEPEST)
    return found if isinstance(found, dict) else {}


def clean(value: str, longest: int = LONGEST_TEXT) -> str:
    """A text that PostgreSQL can hold, cut where it is too long."""
    kept = value.replace("\x00", "").encode("utf-8", "replace").decode()
    return kept if len(kept) <= longest else f"{kept[: longest - 1]}…"


def _trimmed(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    if depth == 0:
        return None
    if isinstance(value, Mapping):
        kept = [(key, item) for key, item in value.items() if isinstance(key, str) and _is_kept(key, item)]
        return {clean(key, 300): _trimmed(item, depth - 1) for key, item in kept[:MOST_ITEMS]}
    return [_trimmed(item, depth - 1) for item in value[:MOST_ITEMS]] if isinstance(value, list) else None


def _is_kept(key: str, value: Any) -> bool:
    return key not in NEVER_KEPT and not (key in LISTS_NEVER_KEPT and isinstance(value, list))


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(document, Mapping):
            return None
        document = document.get(key)
    return document
