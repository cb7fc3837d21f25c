"""Whether a document is an entity: the envelope that all kinds share, then the schema of its kind's spec."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs
import orjson

from catalog.entities.envelope import JSON_WORDS, Mistake, Path, dotted, envelope, grammar, wrong_type
from catalog.entities.refs import (
    KIND_FORM,
    EntityRef,
    InvalidRef,
    canonical_ref,
    is_kind,
    is_name,
    is_namespace,
)
from catalog.kinds import DEFINITION, Kind, KindSet, RelationField, current_kinds
from catalog.kinds.definitions import definition_mistakes

MAX_ENTITY_BYTES = 256 * 1024
MAX_API_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """`kind` and `ref` are there as far as the document tells them, even where it is refused."""

    kind: Kind | None
    ref: EntityRef | None
    mistakes: list[Mistake]

    @property
    def accepted(self) -> bool:
        return not any(mistake.level == "error" for mistake in self.mistakes)


def check(document: Any) -> Checked:
    """Everything that is wrong with a document, in the order of its fields."""
    if not isinstance(document, dict):
        return Checked(None, None, [Mistake((), "NOT_AN_ENTITY", "The document is not a mapping of fields.")])
    kinds = current_kinds()
    mistakes = list(envelope(document))
    kind, kind_mistake = _kind(document, kinds)
    if kind_mistake:
        mistakes.append(kind_mistake)
    ref = _ref(document)
    if kind and not any(mistake.path[:1] == ("spec",) for mistake in mistakes):
        mistakes += _spec(kind, document.get("spec"), kinds)
        mistakes += _refs(kind, document)
    if not mistakes and ref and kind and kind.name == DEFINITION:
        mistakes += definition_mistakes(document["spec"], str(ref), kinds)
    if not mistakes and kind:
        mistakes += _size(kind, document)
    return Checked(kind, ref, mistakes)


def _kind(document: dict[str, Any], kinds: KindSet) -> tuple[Kind | None, Mistake | None]:
    name = document.get("kind")
    version = document.get("apiVersion")
    if not isinstance(name, str) or not is_kind(name):
        mistake = next(grammar(("kind",), name, is_kind, KIND_FORM), None)
        return None, mistake
    kind = kinds.by_name.get(name.lower())
    if kind is None:
        known = ", ".join(each.name for each in kinds.by_name.values())
        return None, Mistake(("kind",), "UNKNOWN_KIND", f"There is no kind {name!r}. Known are {known}.")
    if kind.name != name:
        return kind, Mistake(("kind",), "UNKNOWN_KIND", f"Write the kind {name!r} as {kind.name}.")
    if not isinstance(version, str) or version not in kind.api_versions:
        shown = f"is {version[:80]!r}" if isinstance(version, str) else "is missing"
        expected = " or ".join(kind.api_versions)
        return kind, Mistake(
            ("apiVersion",), "UNKNOWN_API_VERSION", f"apiVersion {shown}: for a {name} write {expected}."
        )
    return kind, None


def _ref(document: dict[str, Any]) -> EntityRef | None:
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return None
    kind, name = document.get("kind"), metadata.get("name")
    namespace = metadata.get("namespace", "default")
    if not (isinstance(kind, str) and isinstance(name, str) and isinstance(namespace, str)):
        return None
    if not (is_kind(kind) and is_name(name) and is_namespace(namespace)):
        return None
    return EntityRef(kind, namespace, name)


def _spec(kind: Kind, spec: Any, kinds: KindSet) -> Iterator[Mistake]:
    """Every mistake of a spec against its kind's schema, and where."""
    validator = kinds.validator(kind)
    spec = {} if spec is None else spec
    if not validator.is_valid(spec):
        yield from (_schema_mistake(error, kind.schema) for error in validator.iter_errors(spec))


def _schema_mistake(error: jsonschema_rs.ValidationError, schema: Any) -> Mistake:
    """A mistake in our words."""
    path: Path = ("spec", *error.instance_path)
    at, rule, wanted = dotted(path), error.kind.name, error.kind.as_dict()
    if rule == "required":
        missing = wanted["property"]
        return Mistake(
            path, "MISSING_FIELD", f"{at}.{missing} is missing. {_about(error, schema, missing)}".rstrip()
        )
    if rule == "type":
        return wrong_type(path, error.instance, " or ".join(JSON_WORDS[word] for word in wanted["types"]))
    if rule in ("minLength", "minItems") and not error.instance:
        return Mistake(path, "INVALID_SPEC", f"{at} is empty. Write a value, or leave the field out.")
    if rule == "enum":
        choices = ", ".join(map(str, wanted["options"]))
        return Mistake(path, "INVALID_SPEC", f"{at} is {str(error.instance)[:80]!r}: write one of {choices}.")
    inner = [each for branch in wanted.get("context", ()) for each in branch]
    if inner:
        return _schema_mistake(max(inner, key=lambda each: len(each.instance_path)), schema)
    return Mistake(path, "INVALID_SPEC", f"{at}: {error.message[:200]}.")


def _about(error: jsonschema_rs.ValidationError, schema: Any, key: str) -> str:
    """What the schema says of a key that is missing."""
    step: Any
    for step in error.schema_path[:-1]:
        schema = schema[step]
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    about = properties.get(key, {}) if isinstance(properties, dict) else {}
    return str(about.get("description", "")) if isinstance(about, dict) else ""


def values_at(document: dict[str, Any], path: str) -> Iterable[tuple[Path, Any]]:
    """The value, or each item of the list, that stands at a dotted path; none where nothing does."""
    value: Any = document
    parts = _split(path)
    for part in parts:
        value = value.get(part) if isinstance(value, dict) else None
        if value is None:
            return ()
    if isinstance(value, list):
        return [((*parts, index), item) for index, item in enumerate(value)]
    return ((parts, value),)


@cache
def _split(path: str) -> tuple[str, ...]:
    """The steps of a path of a kind's relation."""
    return tuple(path.split("."))


def fields_in(document: dict[str, Any], kind: Kind) -> list[RelationField]:
    """The fields of a kind that may stand in a document: most leave most of them out."""
    spec = document.get("spec")
    if not isinstance(spec, dict):
        return []
    return [field for field in kind.relations if _split(field.path)[1] in spec]


def refs_at(document: dict[str, Any], path: str) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """The refs that stand at a dotted path: where, the text, and what is written beside it.

    A ref is a text, or the `ref` of an object whose other keys are the attributes of the relation.
    """
    for place, value in values_at(document, path):
        if isinstance(value, str):
            yield place, value, {}
        elif isinstance(value, dict) and isinstance(value.get("ref"), str):
            yield (*place, "ref"), value["ref"], {key: said for key, said in value.items() if key != "ref"}


def _refs(kind: Kind, document: dict[str, Any]) -> Iterator[Mistake]:
    """A ref outside the grammar makes no relation; the entity is in the catalog without it."""
    for field in fields_in(document, kind):
        for path, text, _ in refs_at(document, field.path):
            try:
                canonical_ref(text, field.default_kind, "default")
            except InvalidRef as error:
                yield Mistake(
                    path, "INVALID_REF", f"{dotted(path)}: {error.message} It makes no relation.", "warning"
                )


def _size(kind: Kind, document: dict[str, Any]) -> Iterator[Mistake]:
    limit = MAX_API_BYTES if kind.name == "API" else MAX_ENTITY_BYTES
    size = len(orjson.dumps(document))
    if size > limit:
        yield Mistake(
            (), "ENTITY_TOO_LARGE", f"The entity has {size} bytes as JSON; at most {limit} are kept."
        )
