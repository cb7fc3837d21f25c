"""Pages and steps with tags (`backstage:permissions`), which may be for some people only."""

from collections.abc import Collection, Iterable
from typing import Any

from scaffolder.templates.forms import pages_of

Spec = dict[str, Any]
KEY = "backstage:permissions"


def tags_of(part: dict[str, Any]) -> frozenset[str]:
    """The tags of a page of the form, or of a step."""
    written = part.get(KEY)
    tags = written.get("tags") if isinstance(written, dict) else None
    return frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset()


def all_tags(parts: Iterable[Any]) -> frozenset[str]:
    return frozenset().union(*(tags_of(part) for part in parts if isinstance(part, dict)))


def spec_tags(spec: Spec) -> frozenset[str]:
    """The tags of all pages and steps."""
    steps = spec.get("steps")
    return all_tags([*pages_of(spec), *(steps if isinstance(steps, list) else [])])


def without_tagged(spec: Spec, hidden: Collection[str]) -> Spec:
    """The spec without the pages and steps that have one of these tags."""
    if not spec_tags(spec) & set(hidden):
        return spec

    def kept(parts: list[Any]) -> list[Any]:
        return [part for part in parts if not (isinstance(part, dict) and tags_of(part) & set(hidden))]

    steps = spec.get("steps")
    shown = {**spec, "parameters": kept(pages_of(spec))}
    return {**shown, "steps": kept(steps)} if isinstance(steps, list) else shown
