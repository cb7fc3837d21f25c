"""Settings of a plugin: the fields of a frozen dataclass, from the environment, the page or their default.

A field is `str`, `int`, `float`, `bool`, `timedelta` (seconds), a `Literal` of words, a tuple of one of
these, `dict[str, …]` of one of these, or a tuple of frozen dataclasses of such fields (`tuple[Server, ...]`).
"""

import dataclasses
import os
import typing
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

from portal.env import SettingError, env_secret, remember_secret
from portal.extension.points import ExtensionError
from portal.extension.setting_kinds import (
    has_secret,
    inner_class,
    is_known,
    plain_of_text,
    schema_of,
    secret_names,
    secrets_in,
    value_of,
)

T = TypeVar("T")


def setting(
    default: Any = dataclasses.MISSING, *, title: str = "", help: str = "", fixed: bool = False
) -> Any:
    """A field of a settings class, with what the page says of it. Without a default it must be set.

    A `fixed` one is what `register` and the start read: it comes from the environment only.
    """
    return dataclasses.field(default=default, metadata={"title": title, "help": help, "fixed": fixed})


def secret(default: Any = "", *, title: str = "", help: str = "") -> Any:
    """A field whose value is encrypted where it is kept, never answered, and not part of a `repr`."""
    return dataclasses.field(
        default=default, repr=False, metadata={"title": title, "help": help, "secret": True}
    )


@dataclasses.dataclass(frozen=True, slots=True)
class SettingField:
    """One field of a settings class."""

    name: str
    variable: str
    kind: Any
    title: str
    help: str
    secret: bool
    fixed: bool
    required: bool
    default: Any

    @property
    def holds_secrets(self) -> bool:
        """Whether all or parts of its value must be encrypted."""
        return self.secret or has_secret(self.kind)


def fields_of(cls: type[Any], label: str) -> tuple[SettingField, ...]:
    """The fields of a settings class. Raises ExtensionError where one could not be read."""
    if not dataclasses.is_dataclass(cls) or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise ExtensionError(
            f"The settings class {cls.__name__} of the plugin {label} is no frozen dataclass."
        )
    hints = typing.get_type_hints(cls)
    return tuple(_field(field, hints[field.name], label) for field in dataclasses.fields(cls))


def _field(field: Any, kind: Any, label: str) -> SettingField:
    if not is_known(kind):
        raise ExtensionError(
            f"The setting {field.name} of the plugin {label} is of a type that cannot be read."
        )
    required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    default = field.default if field.default is not dataclasses.MISSING else None
    if field.default_factory is not dataclasses.MISSING:
        default = field.default_factory()
    return SettingField(
        name=field.name,
        variable=f"PORTAL_{label}_{field.name}".upper(),
        kind=kind,
        title=field.metadata.get("title") or field.name.replace("_", " ").capitalize(),
        help=field.metadata.get("help", ""),
        secret=bool(field.metadata.get("secret")),
        fixed=bool(field.metadata.get("fixed")),
        required=required,
        default=default,
    )


def from_environment(fields: typing.Iterable[SettingField]) -> dict[str, Any]:
    """The values that the environment sets, by name. Raises SettingError with one sentence per mistake."""
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    for field in fields:
        if field.variable in os.environ or f"{field.variable}_FILE" in os.environ:
            try:
                values[field.name] = _from_text(field)
            except SettingError as error:
                mistakes.append(str(error))
        elif field.required:
            mistakes.append(f"{field.variable} is not set.")
    if mistakes:
        raise SettingError(" ".join(mistakes))
    return values


def make_settings(cls: type[T], values: Mapping[str, Any]) -> T:
    """The settings themselves. Raises SettingError where their `__post_init__` refuses."""
    try:
        return cls(**values)
    except (ValueError, TypeError) as error:
        raise SettingError(str(error)) from error


def to_value(field: SettingField, plain: Any) -> Any:
    """The value that JSON stands for. Raises SettingError in a sentence about the field."""
    value = value_of(field.kind, plain, field.title)
    for each in secrets_in(field.kind, plain, field.secret):
        remember_secret(each)
    return value


def shown(field: SettingField, plain: Any) -> Any:
    """The same JSON as it may be answered: without a secret in it."""
    if field.secret or plain is None:
        return None
    inner = inner_class(field.kind)
    return [_without_secrets(inner, item) for item in plain] if inner else plain


def with_kept_secrets(field: SettingField, new: Any, old: Any) -> Any:
    """What was written, with the secrets that it leaves out taken from the entry of the same first field."""
    inner = inner_class(field.kind)
    if inner is None or not isinstance(new, list) or not has_secret(field.kind):
        return new
    key = dataclasses.fields(inner)[0].name
    before = {item.get(key): item for item in old or [] if isinstance(item, dict)}
    hidden = secret_names(inner)
    return [
        {**{name: before.get(item.get(key), {}).get(name) for name in hidden}, **_said(item)}
        if isinstance(item, dict)
        else item
        for item in new
    ]


def json_schema(fields: typing.Iterable[SettingField]) -> dict[str, Any]:
    """The JSON Schema (draft 7) of what the page may set."""
    properties = {
        field.name: {**schema_of(field.kind, field.secret), "title": field.title, "description": _help(field)}
        for field in fields
    }
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _help(field: SettingField) -> str:
    return f"{field.help} In seconds.".strip() if field.kind is timedelta else field.help


def _said(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value is not None}


def _without_secrets(cls: Any, item: Any) -> Any:
    return {name: value for name, value in item.items() if name not in secret_names(cls)}


def _from_text(field: SettingField) -> Any:
    text = env_secret(field.variable) if field.holds_secrets else os.environ.get(field.variable, "")
    try:
        return to_value(field, plain_of_text(field.kind, text.strip()))
    except SettingError as error:
        given = "" if field.holds_secrets else f"={text!r}"
        raise SettingError(f"{field.variable}{given} cannot be used: {error}") from None
