"""KindDefinition: a document that defines a kind, in the shape of Kubernetes' CustomResourceDefinition."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from catalog.entities.envelope import DOMAIN, Mistake, Path, dotted
from catalog.entities.refs import KIND_FORM, is_kind
from catalog.kinds.model import FIELD, RELATION, Kind, read_relation
from catalog.kinds.names import graphql_name
from catalog.kinds.schemas import BadSchema, check_schema

if TYPE_CHECKING:
    from catalog.kinds.registry import KindSet

DEFINITION = "KindDefinition"
MAX_KINDS = 200
SPEC = ("spec",)


def kind_of(document: Mapping[str, Any], ref: str, location_id: int | None) -> Kind:
    """The kind that an accepted KindDefinition defines."""
    spec, metadata = document["spec"], document["metadata"]
    names = spec["names"]
    return Kind(
        name=names["kind"],
        plural=names.get("plural") or f"{names['kind']}s",
        label=names.get("singular") or names["kind"],
        icon=spec.get("icon", "kind"),
        description=metadata.get("description", ""),
        api_versions=tuple(f"{spec['group']}/{version}" for version in spec["versions"]),
        schema=spec["schema"],
        relations=tuple(read_relation(field) for field in spec.get("relations", ())),
        source=ref,
        location_id=location_id,
    )


def definition_mistakes(spec: Mapping[str, Any], ref: str, known: "KindSet") -> Iterator[Mistake]:
    """What is wrong with a definition that its schema accepts, beside the kinds in force."""
    name = spec["names"]["kind"]
    if not is_kind(name):
        yield _mistake(("names", "kind"), "INVALID_NAME", f"is {name[:80]!r}: it may hold only {KIND_FORM}.")
        return
    taken = known.by_name.get(name.lower())
    if taken is not None and taken.source != ref:
        yield _mistake(("names", "kind"), "KIND_TAKEN", f"is {name}, which {taken.source} defines already.")
    if len(known.by_name) > MAX_KINDS:
        yield _mistake(("names", "kind"), "TOO_MANY_KINDS", f"There are {MAX_KINDS} kinds already.")
    if len(spec["group"]) > 253 or not DOMAIN.fullmatch(spec["group"]):
        yield _mistake(("group",), "INVALID_NAME", "must be a domain, as ml.example.com.")
    for index, version in enumerate(spec["versions"]):
        if not (version.isascii() and version.isalnum() and len(version) <= 63):
            yield _mistake(("versions", index), "INVALID_NAME", "must be letters and digits, as v1.")
    try:
        check_schema(spec["schema"])
    except BadSchema as error:
        yield _mistake(("schema", *error.path), "INVALID_SCHEMA", f"cannot be used: {error.message}")
        return
    yield from _shadowed(spec)
    yield from _relations(spec.get("relations", ()), known.without_source(ref).inverse_types)


def _mistake(path: Path, code: str, message: str, level: str = "error") -> Mistake:
    return Mistake((*SPEC, *path), code, f"{dotted((*SPEC, *path))} {message}", level)


def _shadowed(spec: Mapping[str, Any]) -> Iterator[Mistake]:
    """Two keys with one name in GraphQL: the later is reached by `spec(path:)` only."""
    seen: dict[str, str] = {}
    for key in spec["schema"].get("properties") or {}:
        first = seen.setdefault(graphql_name(key), key)
        if first != key:
            yield _mistake(
                ("schema", "properties", key),
                "FIELD_SHADOWED",
                f"has the name of {first} in GraphQL; it is read by spec(path:) only.",
                "warning",
            )


def _relations(fields: Any, inverse: Mapping[str, str]) -> Iterator[Mistake]:
    pairs = dict(inverse)
    for index, field in enumerate(fields):
        there, back = field["type"], field["inverse"]
        if not FIELD.fullmatch(field["path"]):
            yield _mistake(("relations", index, "path"), "INVALID_NAME", "must be a field, as spec.owner.")
        if not (RELATION.fullmatch(there) and RELATION.fullmatch(back)):
            yield _mistake(("relations", index), "INVALID_NAME", "needs a type and an inverse: uses, usedBy.")
        elif pairs.get(there, back) != back or pairs.get(back, there) != there:
            known = there if there in pairs else back
            yield _mistake(
                ("relations", index), "RELATION_CONFLICT", f"{known} is paired with {pairs[known]} already."
            )
        else:
            pairs |= {there: back, back: there}
        default = field.get("defaultKind")
        if default is not None and not is_kind(default):
            yield _mistake(("relations", index, "defaultKind"), "INVALID_NAME", "must be the name of a kind.")
