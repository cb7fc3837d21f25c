"""EntityAction: something that a plugin lets people do to an entity, asked for by the block Form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from portal.extension.points import ExtensionError


class ActionRefused(Exception):
    """The plugin refuses the input: the message is shown beside the field named by `field`, if any."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class EntityAction:
    """`run(entity, values, *, actor)` does it, in one transaction, and answers a sentence saying what it did.

    `input_schema` is the JSON Schema (draft 7, an object) that `values` fit when `run` is called; it may
    raise ActionRefused. Who may edit the entity and has the permission is let through, if
    `may(entity, actor)` says so too.
    """

    name: str
    run: Callable[..., str]
    input_schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    may: Callable[[Any, Any], bool] | None = None
    permission: str = ""

    def check(self) -> None:
        """Raise ExtensionError where the action could not be run; called when it is added."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ExtensionError(f"The entity action {self.name!r} is not named in the form some-words.")
        try:
            Draft7Validator.check_schema(self.input_schema)
        except SchemaError as error:
            raise ExtensionError(
                f"The input_schema of the entity action {self.name} is not a JSON Schema: {error.message}."
            ) from error
