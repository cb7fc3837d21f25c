"""The pages of a form that is made of parts: joined, without what is mapped, each field asked once."""

from collections.abc import Iterator
from typing import Any

Page = dict[str, Any]
CONDITIONS = ("allOf", "oneOf", "anyOf", "if", "then", "else")


def pages_of(spec: dict[str, Any]) -> list[Page]:
    written = spec.get("parameters")
    pages = written if isinstance(written, list) else [written]
    return [page for page in pages if isinstance(page, dict)]


def fields_of(value: Any) -> Iterator[str]:
    """The names of every field of some pages, those that answers open too."""
    if isinstance(value, list):
        for item in value:
            yield from fields_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "properties" and isinstance(item, dict):
                yield from item
            yield from fields_of(item)


def without_fields(page: Page, names: set[str]) -> Page:
    """A page without the fields that are mapped; empty if none is left."""
    fields = {name: schema for name, schema in (page.get("properties") or {}).items() if name not in names}
    if not fields:
        return {}
    required = [name for name in page.get("required") or () if name not in names]
    left = {name: rule for name, rule in (page.get("dependencies") or {}).items() if name not in names}
    kept = {key: value for key, value in page.items() if key not in ("required", "dependencies")}
    more = {**({"required": required} if required else {}), **({"dependencies": left} if left else {})}
    return {**kept, "properties": fields, **more}


def joined_page(base: Page, own: Page) -> Page:
    fields = {**(base.get("properties") or {}), **(own.get("properties") or {})}
    required = list(dict.fromkeys([*(base.get("required") or ()), *(own.get("required") or ())]))
    return {**base, **own, "properties": fields, **({"required": required} if required else {})}


def asked_once(pages: list[Page]) -> list[Page]:
    """The pages with each field where it comes first, required if it is so anywhere; empty pages go.

    A page keeps a field of an earlier one that its own conditions are about.
    """
    kept: list[Page] = []
    for page in pages:
        own, required = page.get("properties") or {}, page.get("required") or ()
        again: set[str] = set()
        for earlier in kept:
            before = earlier.get("properties") or {}
            same = {name for name in own if name in before and before[name] == own[name]} - _decisive(page)
            names = [*(earlier.get("required") or ()), *(name for name in required if name in same)]
            if names:
                earlier["required"] = list(dict.fromkeys(names))
            again |= same
        left = without_fields(page, again) if again else dict(page)
        if left:
            kept.append(left)
    return kept


def _decisive(page: Page) -> set[str]:
    """The fields that conditions of the page are about."""
    dependencies = page.get("dependencies") or {}
    conditions = [dependencies, *(page[key] for key in CONDITIONS if key in page)]
    return {*dependencies, *fields_of(conditions)}
