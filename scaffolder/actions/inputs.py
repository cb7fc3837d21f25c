"""How actions write down what goes in and comes out: short words for JSON Schema."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


def text(description: str) -> Schema:
    return {"type": "string", "description": description}


def flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def record(description: str, *, secret: bool = False) -> Schema:
    hidden = {"writeOnly": True} if secret else {}
    values = {"additionalProperties": {"type": "string"}}
    return {"type": "object", **values, "description": description, **hidden}


def choice(description: str, *values: str) -> Schema:
    return {"type": "string", "enum": list(values), "description": description}


def schema_of(properties: Mapping[str, Any], *required: str) -> Schema:
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": dict(properties),
    }


def output_of(**properties: Any) -> Schema:
    return {"type": "object", "properties": properties}
