"""An event as people and programs read it: the fields that changed, and the patch that repeats the change."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

import orjson

from catalog.history.cursors import cursor_of
from catalog.history.models import Event
from catalog.history.patches import Operation, diff

ETAG = "/metadata/etag"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of the document, at a JSON pointer; None where it is not there."""

    path: str
    before: Any
    after: Any


def document_after(event: Event) -> str | None:
    """The whole document where the event brings it: when an entity is created or restored."""
    return event.after if event.what in (Event.What.CREATED, Event.What.RESTORED) else None


def patch_of(event: Event) -> list[Operation] | None:
    """What makes the document before into the document after (RFC 6902); None where there is not both."""
    return _patches(event)[0] if event.before and event.after else None


def changes_of(event: Event) -> list[FieldChange]:
    """What changed, value by value. The etag, which follows from the rest, and the order of keys are left
    out; a document that came or went is one change of everything (path "")."""
    if not (event.before and event.after):
        before = orjson.loads(event.before) if event.before else None
        after = orjson.loads(event.after) if event.after else None
        return [FieldChange("", before, after)] if event.before or event.after else []
    return _paired(*_patches(event))


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    """The same between two documents that no event connects."""
    return _paired(diff(before, after), diff(after, before))


def _paired(forward: list[Operation], backward: list[Operation]) -> list[FieldChange]:
    old = {each["path"]: each.get("value") for each in backward if "reorder" not in each}
    return [
        FieldChange(each["path"], old.get(each["path"]), each.get("value"))
        for each in forward
        if "reorder" not in each and each["path"] != ETAG
    ]


def event_json(event: Event) -> dict[str, Any]:
    """The event as JSON, with the names of the GraphQL type EntityEvent; `change` must be loaded."""
    document = document_after(event)
    related = event.relation_type
    return {
        "cursor": cursor_of(event.pk),
        "at": event.change.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "what": event.what,
        "ref": event.ref,
        "formerRef": event.other_ref if event.what == Event.What.RENAMED else None,
        "uid": str(event.uid),
        "actor": event.change.actor,
        "cause": event.change.cause,
        "source": event.change.source or None,
        "relation": {"type": related, "targetRef": event.other_ref} if related else None,
        "document": orjson.Fragment(document) if document else None,
        "patch": patch_of(event),
    }


def _patches(event: Event) -> tuple[list[Operation], list[Operation]]:
    """Forward and backward; of an event that nobody condensed they are made now."""
    before, after = orjson.loads(event.before or "null"), orjson.loads(event.after or "null")
    if isinstance(before, dict):
        return diff(before, after), diff(after, before)
    return after, before
