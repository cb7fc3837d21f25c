"""KindDefinition: a document that defines a kind, in the shape of Kubernetes' CustomResourceDefinition."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from catalog.entities.envelope import DOMAIN, Mistake, Path, dotted
from catalog.entities.refs import KIND_FORM, is_kind
from catalog.kinds.layers import KindLayer
from catalog.kinds.model import FIELD, RELATION, Kind, read_relation
from catalog.kinds.names import graphql_name
from catalog.kinds.schemas import BadSchema, check_schema

if TYPE_CHECKING:
    from catalog.kinds.registry import KindSet

DEFINITION = "KindDefinition"
MAX_KINDS = 200
WHOLE = ("group", "names", "versions", "schema")
SPEC = ("spec",)


def defined_by(document: Mapping[str, Any], ref: str, location_id: int | None) -> Kind | KindLayer:
    """The kind that an accepted KindDefinition defines, or what it adds to the kind that it extends."""
    if "extends" in document["spec"]:
        return _layer_of(document, ref, location_id)
    return _kind_of(document, ref, location_id)


def _layer_of(document: Mapping[str, Any], ref: str, location_id: int | None) -> KindLayer:
    spec = document["spec"]
    names, schema = spec.get("names", {}), spec.get("schema", {})
    return KindLayer(
        name=document["metadata"]["name"],
        extends=spec["extends"],
        properties=schema.get("properties", {}),
        required=tuple(schema.get("required", ())),
        relations=tuple(read_relation(field) for field in spec.get("relations", ())),
        label=names.get("singular", ""),
        plural=names.get("plural", ""),
        icon=spec.get("icon", ""),
        source=ref,
        location_id=location_id,
    )


def _kind_of(document: Mapping[str, Any], ref: str, location_id: int | None) -> Kind:
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
    if "extends" in spec:
        yield from _layer_mistakes(spec, ref, known.without_source(ref))
        return
    missing = [field for field in WHOLE if field not in spec]
    for field in missing:
        yield _mistake((), "MISSING_FIELD", f"needs {field}; to add to one, write extends.")
    if missing:
        return
    if "kind" not in spec["names"]:
        yield _mistake(("names",), "MISSING_FIELD", "needs kind: what descriptors write, as MlModel.")
        return
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


def _layer_mistakes(spec: Mapping[str, Any], ref: str, others: "KindSet") -> Iterator[Mistake]:
    """What is wrong with a layer beside the kinds and layers of others."""
    for field in ("group", "versions"):
        if field in spec:
            yield _mistake((field,), "INVALID_SPEC", "stays as it is in the kind that this extends.")
    if "kind" in spec.get("names", {}):
        yield _mistake(("names", "kind"), "INVALID_SPEC", "stays as it is in the kind that this extends.")
    kind = others.by_name.get(spec["extends"].lower())
    if kind is None or kind.name != spec["extends"] or kind.name == DEFINITION:
        known = ", ".join(each.name for each in others.by_name.values() if each.name != DEFINITION)
        yield _mistake(("extends",), "UNKNOWN_KIND", f"is none of the kinds that can be extended: {known}.")
        return
    schema = spec.get("schema", {})
    for key in schema.keys() - {"type", "properties", "required"}:
        yield _mistake(("schema", key), "INVALID_SCHEMA", "is the kind's own; add properties, and required.")
    yield from _layer_schema(schema, kind, others)
    whose = next((each.source for each in others.layers_of(kind) if each.label or each.plural), "")
    if spec.get("names") and whose:
        yield _mistake(("names",), "FIELD_TAKEN", f"are said by {whose} already.")
    for index, field in enumerate(spec.get("relations", ())):
        if whose := others.who_relates(kind, field["path"]):
            message = f"{field['path']} is a relation of {kind.name} already, by {whose}."
            yield _mistake(("relations", index, "path"), "FIELD_TAKEN", message)
    yield from _relations(spec.get("relations", ()), others.inverse_types)


def _layer_schema(schema: Mapping[str, Any], kind: Kind, others: "KindSet") -> Iterator[Mistake]:
    present = kind.schema.get("properties") or {}
    added = schema.get("properties", {})
    if not isinstance(added, dict) or not isinstance(schema.get("required", []), list):
        yield _mistake(("schema",), "INVALID_SCHEMA", "has properties, a mapping, and required, a list.")
        return
    for key in added:
        if whose := others.who_has(kind, key):
            message = f"is a field of {kind.name} already, by {whose}. Choose another name."
            yield _mistake(("schema", "properties", key), "FIELD_TAKEN", message)
    for key in schema.get("required", ()):
        if key not in added and key not in present:
            yield _mistake(("schema", "required"), "INVALID_SCHEMA", f"names {key!r}, which is no field.")
    merged = {**kind.schema, "type": schema.get("type", "object"), "properties": {**present, **added}}
    try:
        check_schema(merged)
    except BadSchema as error:
        yield _mistake(("schema", *error.path), "INVALID_SCHEMA", f"cannot be used: {error.message}")
        return
    yield from _shadowed({"schema": merged})


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
