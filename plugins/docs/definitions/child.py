"""The reading process: makes pages of a definition.

The job has `type` and `text`. Parsers are most of what it loads, so it loads those that are needed.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from plugins.docs.definitions.asyncapi import asyncapi_pages
from plugins.docs.definitions.openapi import openapi_pages
from plugins.docs.definitions.sheets import Sheet, Unreadable, bounded

WARM_UP = {"graphql": "type Query { a: Int }", "protobuf": "message A { string b = 1; }"}
"""Read before anything is given up: afterwards no module can be loaded."""

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def pages_of(kind: str, text: str) -> Iterable[Sheet]:
    """The pages of a definition. Raises Unreadable."""
    if kind == "graphql":
        from plugins.docs.definitions.graphql_schema import graphql_pages

        return graphql_pages(text)
    if kind == "protobuf":
        from plugins.docs.definitions.protobuf import protobuf_pages

        return protobuf_pages(text)
    document = loaded(text)
    return asyncapi_pages(document) if "asyncapi" in document else openapi_pages(document)


def loaded(text: str) -> dict[str, Any]:
    """JSON or YAML with a mapping at the top. Raises Unreadable."""
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader)  # noqa: S506
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"It is no JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise Unreadable(f"It is no YAML: {error.problem or 'it cannot be parsed'}{where}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(f"It is no YAML: {str(error)[:200]}.") from error
    if not isinstance(document, dict):
        raise Unreadable("It is neither a JSON object nor a YAML mapping.")
    return document


def warm_up(kind: str) -> None:
    if kind in WARM_UP:
        bounded(pages_of(kind, WARM_UP[kind]))


def make(folder: Path, job: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"pages": bounded(pages_of(job["type"], job["text"]))}
    except Unreadable as error:
        return {"error": str(error)}
