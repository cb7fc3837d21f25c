"""Scalars of the API: JSON that keeps its key order, and points in time."""

import datetime as dt
import json
from typing import Any

import graphene
import orjson
from graphql import GraphQLError, Undefined
from graphql.language import ast


class JSONText(str):
    """JSON that is text already (an entity's document): the `JSON` scalar sends it as it is."""

    __slots__ = ()


class JSON(graphene.Scalar):
    """Any JSON value. The order of the keys of objects is kept as the source wrote it."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """A fragment that the answer's encoder copies; text is not parsed to be printed again."""
        if isinstance(value, JSONText):
            return orjson.Fragment(value.encode())
        try:
            return orjson.Fragment(orjson.dumps(value))
        except TypeError:  # whole numbers beyond 64 bits, keys that are numbers
            return orjson.Fragment(json.dumps(value, ensure_ascii=False, allow_nan=False))

    @staticmethod
    def parse_value(value: Any) -> Any:
        return value

    @classmethod
    def parse_literal(cls, node: ast.ValueNode, variables: dict[str, Any] | None = None) -> Any:
        """The value of a literal written in the query; `variables` may stand anywhere inside it."""
        match node:
            case ast.StringValueNode() | ast.BooleanValueNode():
                return node.value
            case ast.IntValueNode():
                return int(node.value)
            case ast.FloatValueNode():
                return float(node.value)
            case ast.ListValueNode():
                return [cls.parse_literal(item, variables) for item in node.values]
            case ast.ObjectValueNode():
                return {item.name.value: cls.parse_literal(item.value, variables) for item in node.fields}
            case ast.VariableNode():
                return (variables or {}).get(node.name.value)
            case ast.NullValueNode():
                return None
        return Undefined


class DateTime(graphene.Scalar):
    """A point in time, RFC 3339 in UTC: `2026-01-31T08:15:00.000Z`."""

    @staticmethod
    def serialize(value: Any) -> str:
        if not isinstance(value, dt.datetime):
            raise GraphQLError(f"DateTime cannot represent {value!r}.")
        text = value.astimezone(dt.UTC).isoformat(timespec="milliseconds")
        return text.replace("+00:00", "Z")

    @staticmethod
    def parse_value(value: Any) -> dt.datetime:
        try:
            moment = dt.datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise GraphQLError(f"{value!r} is not a date and time: write 2026-01-31T08:15:00Z.") from None
        if moment.tzinfo is None:
            raise GraphQLError(f"{value!r} has no time zone: write 2026-01-31T08:15:00Z.")
        return moment

    @classmethod
    def parse_literal(cls, node: ast.ValueNode, _variables: dict[str, Any] | None = None) -> Any:
        return cls.parse_value(node.value) if isinstance(node, ast.StringValueNode) else Undefined
