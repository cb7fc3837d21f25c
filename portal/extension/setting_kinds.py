"""The kinds that settings of plugins are of: read from text and JSON, written as JSON and JSON Schema."""

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal.env import FALSE, TRUE, SettingError

SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", timedelta: "integer"}


def is_known(kind: Any) -> bool:
    """Whether settings can be of this kind."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in SIMPLE or origin is typing.Literal:
        return True
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = arguments[0]
        if dataclasses.is_dataclass(inner):
            return all(is_known(each) for each in typing.get_type_hints(inner).values())
        return is_known(inner)
    if origin in {typing.Union, types.UnionType}:
        return all(is_known(each) for each in arguments if each is not type(None))
    return origin is dict and arguments[0] is str and is_known(arguments[1])


def plain_of_text(kind: Any, text: str) -> Any:
    """The JSON that an environment variable's text stands for."""
    if kind is str or typing.get_origin(kind) is typing.Literal:
        return text
    if kind is bool:
        known = text.lower() in TRUE or text.lower() in FALSE
        return text.lower() in TRUE if known else text
    if kind == tuple[str, ...] and not text.startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    try:
        return json.loads(text)
    except ValueError:
        return text


def value_of(kind: Any, plain: Any, where: str) -> Any:
    """The value that JSON stands for. Raises SettingError in a sentence about `where`."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        kinds = [each for each in arguments if each is not type(None)]
        return None if plain is None else value_of(kinds[0], plain, where)
    if origin is typing.Literal:
        if plain not in arguments:
            raise SettingError(f"{where} must be one of {', '.join(map(str, arguments))}.")
        return plain
    if origin is tuple:
        _require(isinstance(plain, list), where, "a list")
        return tuple(value_of(arguments[0], item, f"{where} {n}") for n, item in enumerate(plain, start=1))
    if origin is dict:
        _require(isinstance(plain, dict), where, "names with values")
        return {str(key): value_of(arguments[1], item, f"{where}, {key}") for key, item in plain.items()}
    if dataclasses.is_dataclass(kind):
        return _of_class(kind, plain, where)
    return _simple(kind, plain, where)


def to_plain(value: Any) -> Any:
    """The JSON that stands for a value."""
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    return [to_plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def schema_of(kind: Any, secret: bool = False) -> dict[str, Any]:
    """The JSON Schema of what stands for such a value."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in SIMPLE:
        return {"type": SIMPLE[kind]} | ({"format": "password"} if secret else {})
    if origin is typing.Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1])}
    if origin in {typing.Union, types.UnionType}:
        return schema_of(next(each for each in arguments if each is not type(None)))
    hints = typing.get_type_hints(kind)
    hidden = secret_names(kind)
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: schema_of(each, name in hidden) for name, each in hints.items()},
    }


def inner_class(kind: Any) -> Any:
    """The dataclass of `tuple[Server, ...]`; None for every other kind."""
    arguments = typing.get_args(kind)
    is_tuple = typing.get_origin(kind) is tuple and bool(arguments)
    return arguments[0] if is_tuple and dataclasses.is_dataclass(arguments[0]) else None


def secret_names(cls: Any) -> list[str]:
    """The fields of a dataclass that are secrets."""
    return [item.name for item in dataclasses.fields(cls) if item.metadata.get("secret")]


def has_secret(kind: Any) -> bool:
    """Whether parts of such a value are secrets."""
    inner = inner_class(kind)
    return bool(inner and secret_names(inner))


def secrets_in(kind: Any, plain: Any, secret: bool) -> list[str]:
    """The secret texts in the JSON of a value; all of it where it is `secret`."""
    if secret:
        return [plain] if isinstance(plain, str) else []
    inner = inner_class(kind)
    found = [item.get(name) for item in plain for name in secret_names(inner)] if inner else []
    return [text for text in found if isinstance(text, str)]


def _simple(kind: Any, plain: Any, where: str) -> Any:
    if kind is str:
        _require(isinstance(plain, str), where, "a text")
        return plain
    if kind is bool:
        _require(isinstance(plain, bool), where, "a yes or a no: write 1 or 0")
        return plain
    whole = isinstance(plain, int) and not isinstance(plain, bool)
    if kind is float:
        _require(whole or isinstance(plain, float), where, "a number")
        return float(plain)
    _require(whole, where, "a whole number")
    return timedelta(seconds=plain) if kind is timedelta else plain


def _of_class(cls: Any, plain: Any, where: str) -> Any:
    _require(isinstance(plain, dict), where, "an entry with names and values")
    hints = typing.get_type_hints(cls)
    unknown = sorted(set(plain) - set(hints))
    if unknown:
        raise SettingError(f"{where} has {unknown[0]!r}; it may have {', '.join(hints)}.")
    for item in dataclasses.fields(cls):
        required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        if required and plain.get(item.name) is None:
            raise SettingError(f"{where} has no {item.name}.")
    given = {
        name: value_of(hints[name], value, f"{where}, {name}")
        for name, value in plain.items()
        if value is not None
    }
    try:
        return cls(**given)
    except ValueError as error:
        raise SettingError(f"{where}: {error}") from error


def _require(fits: bool, where: str, what: str) -> None:
    if not fits:
        raise SettingError(f"{where} must be {what}.")
