"""RFC 6902 patches between two documents, such that the order of keys survives.

The standard knows no order of keys: a member that a patch adds comes last. Where that is not its place, the
patch ends with replacing the object by itself in the right order; that operation carries `"reorder": true`,
a member which every implementation ignores, as the standard says.
"""

from collections.abc import Iterator
from typing import Any

import jsonpatch
import orjson

Operation = dict[str, Any]


def diff(before: dict[str, Any], after: dict[str, Any]) -> list[Operation]:
    """The operations that make `before` into `after`, to the last byte of its text; [] for equal ones."""
    return [*_changes("", before, after), *_orders("", before, after)]


def apply(document: dict[str, Any], patch: list[Operation]) -> dict[str, Any]:
    """The document after the operations; the one given stays as it is."""
    result: dict[str, Any] = jsonpatch.apply_patch(document, patch)
    return result


def _changes(path: str, before: Any, after: Any) -> Iterator[Operation]:
    """What differs but for the order of keys. A list of another length is one change, as people see it."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            if key not in after:
                yield {"op": "remove", "path": f"{path}/{_escape(key)}"}
        for key, value in after.items():
            where = f"{path}/{_escape(key)}"
            if key not in before:
                yield {"op": "add", "path": where, "value": value}
            else:
                yield from _changes(where, before[key], value)
    elif _are_alike(before, after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _changes(f"{path}/{index}", old, new)
    elif before is not after and orjson.dumps(before) != orjson.dumps(after):
        yield {"op": "replace", "path": path, "value": after}


def _are_alike(before: Any, after: Any) -> bool:
    """Lists of objects of one length, which are compared item by item."""
    return (
        isinstance(before, list)
        and isinstance(after, list)
        and len(before) == len(after)
        and all(isinstance(item, dict) for item in (*before, *after))
    )


def _orders(path: str, before: Any, after: Any) -> Iterator[Operation]:
    """Puts the keys of objects in order that `_changes` leaves in another one."""
    if isinstance(before, dict) and isinstance(after, dict):
        left = [key for key in before if key in after] + [key for key in after if key not in before]
        if left != list(after):
            yield {"op": "replace", "path": path, "value": after, "reorder": True}
            return
        for key, value in after.items():
            if key in before:
                yield from _orders(f"{path}/{_escape(key)}", before[key], value)
    elif _are_alike(before, after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _orders(f"{path}/{index}", old, new)


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
