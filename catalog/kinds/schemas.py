"""JSON Schemas that come from outside: compiled to something that fetches nothing and takes linear time."""

from collections.abc import Iterator
from typing import Any, NoReturn

import jsonschema_rs

Validator = jsonschema_rs.Draft7Validator
REFERENCES = ("$ref", "$id", "id", "$recursiveRef", "$dynamicRef")
MAX_PROPERTIES = 200


class BadSchema(Exception):
    """A schema that cannot be used; `path` leads to the culprit."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def make_validator(schema: dict[str, Any]) -> Validator:
    """Patterns run in an engine without backtracking; a reference to another document is an error."""
    return Validator(schema, pattern_options=jsonschema_rs.RegexOptions(), retriever=_refuse)


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is not fetched")


def check_schema(schema: dict[str, Any]) -> None:
    """Raise BadSchema for what cannot be the schema of a spec.

    References are refused as in Kubernetes' structural schemas: a few of them that double each other make a
    check that never ends.
    """
    if schema.get("type") != "object":
        raise BadSchema("The schema of a spec has the type object.", ("type",))
    for path, part in _mappings(schema):
        for key in REFERENCES:
            if isinstance(part.get(key), str) and path[-1:] != ("properties",):
                raise BadSchema(f"{key} is not used here: write the schema out.", (*path, key))
    if len(schema.get("properties") or {}) > MAX_PROPERTIES:
        raise BadSchema(f"More than {MAX_PROPERTIES} properties.", ("properties",))
    try:
        make_validator(schema)
    except jsonschema_rs.ValidationError as error:
        raise BadSchema(str(error.message)[:300], tuple(error.instance_path)) from None
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise BadSchema(str(error)[:300]) from None


def _mappings(schema: Any) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every mapping in a schema and its path, outer ones first; without recursion."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), schema)]
    while waiting:
        path, part = waiting.pop()
        if isinstance(part, dict):
            yield path, part
            waiting += [((*path, key), inner) for key, inner in part.items()]
        elif isinstance(part, list):
            waiting += [((*path, index), inner) for index, inner in enumerate(part)]
