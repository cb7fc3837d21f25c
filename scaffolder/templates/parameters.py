"""The values given to a template: defaults applied, checked by JSON Schema, nothing undeclared let in."""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import regex
from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from portal.rest.errors import Invalid
from scaffolder.templates.template import InvalidTemplate, Page

MAX_BYTES = 256 * 1024
MAX_MISTAKES = 50
PATTERN_SECONDS = 0.5
"""How long one pattern may try one value: patterns are the template's author's, values anybody's."""

FORMATS = FormatChecker(("date", "email", "idn-email", "ipv4", "ipv6", "uuid"))


class InvalidParameters(Invalid):
    """`causes` has one error for each wrong value, its path `("parameters", name, …)`."""

    default_code = "PARAMETERS_INVALID"

    def __init__(self, causes: tuple[Invalid, ...]) -> None:
        super().__init__(" ".join(cause.message for cause in causes[:5]), path=("parameters",))
        self.causes = causes


@FORMATS.checks("uri")
@FORMATS.checks("url")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if not isinstance(instance, str):
        return
    try:
        found = regex.search(pattern, instance, timeout=PATTERN_SECONDS)
    except TimeoutError:
        yield ValidationError("it cannot be matched against the pattern in time")
        return
    except regex.error:
        yield ValidationError(f"the template's pattern {pattern!r} is not a regular expression")
        return
    if found is None:
        yield ValidationError(f"it does not match the pattern {pattern}")


def _make_validator() -> Any:
    return extend(Draft7Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


Validator = _make_validator()


def check_parameters(pages: tuple[Page, ...], given: Any) -> dict[str, Any]:
    """The values with the defaults applied, in the order of the pages. Raises InvalidParameters.

    Refused are wrong values, values of fields that no page declares, that another answer hides, and
    others than the default where a field is hidden or read-only.
    """
    if not isinstance(given, dict) or len(json.dumps(given)) > MAX_BYTES:
        problem = Invalid(
            f"Parameters are one JSON object of at most {MAX_BYTES} bytes.", path=("parameters",)
        )
        raise InvalidParameters((problem,))
    if not all(_is_storable(text) for text in _texts(given)):
        problem = Invalid("A value holds a NUL or half of a character pair.", path=("parameters",))
        raise InvalidParameters((problem,))
    values = dict(given)
    for page in pages:
        add_defaults(page.schema, values)
    causes = [*_undeclared(pages, values), *_fixed(pages, values), *_wrong(pages, values)]
    if causes:
        raise InvalidParameters(tuple(causes[:MAX_MISTAKES]))
    order = [name for page in pages for name in active_fields(page.schema, values)]
    return {name: values[name] for name in dict.fromkeys(order) if name in values}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def declared_names(pages: tuple[Page, ...]) -> list[str]:
    """Every parameter that any page can ask for, whatever the answers."""
    names: dict[str, None] = {}
    for page in pages:
        for part in _parts(page.schema):
            names |= dict.fromkeys(_properties(part))
    return list(names)


def active_fields(
    schema: dict[str, Any], values: dict[str, Any], known: frozenset[str] = frozenset()
) -> dict[str, dict[str, Any]]:
    """The fields that a page asks for under these answers: its own, and those of the branches that hold.

    `known` are the fields of the schema around this one: by them a branch is chosen.
    """
    fields = dict(_properties(schema))
    known |= fields.keys()
    for part in _active_parts(schema, values, known):
        for name, field in active_fields(part, values, known).items():
            fields[name] = {**fields.get(name, {}), **field}
    return fields


def add_defaults(schema: dict[str, Any], values: dict[str, Any]) -> None:
    """Fill in the defaults of fields that have no value; a default may open a branch with more of them."""
    for _ in range(5):
        before = len(values)
        for name, field in active_fields(schema, values).items():
            if name not in values and "default" in field:
                values[name] = field["default"]
            elif isinstance(values.get(name), dict) and "properties" in field:
                values[name] = dict(values[name])
                add_defaults(field, values[name])
            elif name not in values and any("default" in inner for inner in _properties(field).values()):
                values[name] = {}
                add_defaults(field, values[name])
        if len(values) == before:
            return


def _undeclared(pages: tuple[Page, ...], values: dict[str, Any]) -> Iterator[Invalid]:
    active = {name for page in pages for name in active_fields(page.schema, values)}
    for name in values:
        if name not in active:
            message = f"{name[:100]}: the template asks for no such value."
            yield Invalid(message, code="PARAMETER_UNKNOWN", path=("parameters", name[:100]))


def _fixed(pages: tuple[Page, ...], values: dict[str, Any]) -> Iterator[Invalid]:
    for page in pages:
        for name, field in active_fields(page.schema, values).items():
            options = field.get("ui:options") if isinstance(field.get("ui:options"), dict) else {}
            fixed = (
                field.get("readOnly")
                or field.get("ui:readonly")
                or field.get("ui:disabled")
                or field.get("ui:widget") == "hidden"
                or (options or {}).get("widget") == "hidden"
            )
            if fixed and name in values and values[name] != field.get("default", field.get("const")):
                message = f"{name}: this value is set by the template and cannot be given."
                yield Invalid(message, code="PARAMETER_FIXED", path=("parameters", name))


def _wrong(pages: tuple[Page, ...], values: dict[str, Any]) -> Iterator[Invalid]:
    seen: set[tuple[tuple[str, ...], str]] = set()
    for page in pages:
        try:
            Draft7Validator.check_schema(page.schema)
            errors = list(
                Validator(page.schema, registry=Registry(), format_checker=FORMATS).iter_errors(values)
            )
        except SchemaError as mistake:
            place = "/".join(str(part) for part in mistake.absolute_path)
            message = (
                f"The page {page.title!r} of the template is not a JSON Schema at {place}: {mistake.message}"
            )
            raise InvalidTemplate(message[:500]) from None
        except (Unresolvable, RecursionError):
            raise InvalidTemplate(f"The page {page.title!r} of the template refers to nothing.") from None
        for error in errors:
            for path, message in _sentences(error):
                if (path, message) not in seen:
                    seen.add((path, message))
                    yield Invalid(message, code="PARAMETER_INVALID", path=("parameters", *path))


def _sentences(error: ValidationError) -> Iterator[tuple[tuple[str, ...], str]]:
    """What to tell a person about one error of JSON Schema, and which field it belongs to."""
    path = tuple(str(part) for part in error.absolute_path)
    if error.validator == "required":
        for name in cast("list[str]", error.validator_value):
            if isinstance(error.instance, dict) and name not in error.instance:
                yield (*path, name), f"{name}: a value is needed."
        return
    if (
        error.validator in ("oneOf", "anyOf")
        and error.context
        and "dependencies" in error.absolute_schema_path
    ):
        for inner in error.context:
            if inner.validator == "required":
                yield from _sentences(inner)
        return
    name = ".".join(path) or "parameters"
    words: dict[str, Callable[[], str]] = {
        "type": lambda: f"it must be of type {error.validator_value}",
        "enum": lambda: f"it must be one of {json.dumps(error.validator_value, ensure_ascii=False)[:200]}",
        "const": lambda: f"it must be {json.dumps(error.validator_value, ensure_ascii=False)[:200]}",
        "minLength": lambda: f"it must have at least {error.validator_value} characters",
        "maxLength": lambda: f"it may have at most {error.validator_value} characters",
        "format": lambda: f"it is not a valid {error.validator_value}",
        "additionalProperties": lambda: "it has a key that the template does not ask for",
    }
    say = words.get(str(error.validator), lambda: error.message[:300])
    yield path, f"{name}: {say()}."


def _properties(schema: Any) -> dict[str, dict[str, Any]]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return {}
    return {name: field for name, field in properties.items() if isinstance(field, dict)}


def _active_parts(
    schema: dict[str, Any], values: dict[str, Any], known: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """The subschemas beside `properties` that hold under these answers."""
    for name, part in (schema.get("dependencies") or {}).items():
        if name in values and isinstance(part, dict):
            yield part
    for key in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(key) or []:
            if isinstance(part, dict) and (key == "allOf" or _is_chosen(part, values, known)):
                yield part
    if isinstance(schema.get("if"), dict):
        branch = schema.get("then" if _is_valid(schema["if"], values) else "else")
        if isinstance(branch, dict):
            yield branch


def _is_chosen(branch: dict[str, Any], values: dict[str, Any], known: frozenset[str]) -> bool:
    """Whether the answers to the fields around a branch are those it is for."""
    asked = {name: field for name, field in _properties(branch).items() if name in known and name in values}
    return _is_valid({"properties": asked}, values)


def _is_valid(schema: dict[str, Any], values: dict[str, Any]) -> bool:
    try:
        validator: Any = Validator(schema, registry=Registry())
        return bool(validator.is_valid(values))
    except (Unresolvable, RecursionError, SchemaError):
        return False


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """A page's schema and everything below it that can add fields."""
    if not isinstance(schema, dict):
        return
    yield schema
    below = [*(schema.get("dependencies") or {}).values(), schema.get("then"), schema.get("else")]
    for key in ("allOf", "oneOf", "anyOf"):
        below += schema.get(key) or []
    for part in below:
        yield from _parts(part)
