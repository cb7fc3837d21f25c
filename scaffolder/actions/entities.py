"""catalog:fetch and catalog:query: entities of the catalog for the steps after it."""

import json
from collections.abc import Mapping
from typing import Any

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.models import Entity
from catalog.query.entity_query import Condition, EntityQuery
from catalog.selectors import find_entities, get_entities_by_refs
from scaffolder.actions.action import Action, ActionContext, ActionError, Example

MOST = 500


def _fetch(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    written = [input["entityRef"]] if "entityRef" in input else list(input["entityRefs"])
    refs = [_ref(text, input) for text in written]
    found = get_entities_by_refs(refs, context.actor)
    missing = [ref for ref in refs if ref not in found]
    if missing and not input.get("optional"):
        raise ActionError(f"There is no entity {missing[0]}, or you may not see it.")
    documents = [_document(found[ref]) if ref in found else None for ref in refs]
    return {"entity": documents[0]} if "entityRef" in input else {"entities": documents}


def _query(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    filters = input["filter"] if isinstance(input["filter"], list) else [input["filter"]]
    query = EntityQuery(any_of=tuple(_conditions(one) for one in filters))
    limit = min(int(input.get("limit") or 20), MOST)
    return {"entities": [_document(entity) for entity in find_entities(query, viewer=context.actor)[:limit]]}


def _conditions(filter: Mapping[str, Any]) -> EntityQuery:
    return EntityQuery(
        where=tuple(
            Condition(key, tuple(str(value) for value in (values if isinstance(values, list) else [values])))
            for key, values in filter.items()
        )
    )


def _ref(text: Any, input: Mapping[str, Any]) -> str:
    kind, namespace = input.get("defaultKind"), str(input.get("defaultNamespace") or "default")
    try:
        return str(EntityRef.parse(str(text), default_kind=kind, default_namespace=namespace))
    except InvalidRef as error:
        raise ActionError(f"{text}: {error}") from None


def _document(entity: Entity) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(entity.document)
    return document


ENTITY = {"type": "object", "description": "The entity's descriptor."}
FETCH = Action(
    id="catalog:fetch",
    title="Fetch entities",
    description="Gives entities of the catalog, as far as whoever runs the template may see them.",
    input_schema={
        "type": "object",
        "oneOf": [{"required": ["entityRef"]}, {"required": ["entityRefs"]}],
        "additionalProperties": False,
        "properties": {
            "entityRef": {"type": "string", "description": "One entity's reference."},
            "entityRefs": {"type": "array", "items": {"type": "string"}, "description": "Several."},
            "optional": {"type": "boolean", "description": "Give null for one that is not there."},
            "defaultKind": {"type": "string", "description": "The kind of references without one."},
            "defaultNamespace": {"type": "string", "description": "The namespace of those without one."},
        },
    },
    output_schema={
        "type": "object",
        "properties": {"entity": ENTITY, "entities": {"type": "array", "items": ENTITY}},
    },
    run=_fetch,
    supports_dry_run=True,
    examples=(
        Example(
            "Look for an entity that may be missing",
            input={"entityRef": "component:default/cart", "optional": True},
            output={"entity": None},
        ),
    ),
)
QUERY = Action(
    id="catalog:query",
    title="Query the catalog",
    description="Gives the entities of the catalog that a filter selects, by name.",
    input_schema={
        "type": "object",
        "required": ["filter"],
        "additionalProperties": False,
        "properties": {
            "filter": {
                "type": ["object", "array"],
                "items": {"type": "object"},
                "description": (
                    "Keys of the descriptor and their values, all of which must hold: "
                    "`{kind: Component, spec.type: [service, website]}`; a list of such objects: any of them."
                ),
            },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST,
                "description": f"At most so many, 20 if left out, {MOST} at most.",
            },
        },
    },
    output_schema={"type": "object", "properties": {"entities": {"type": "array", "items": ENTITY}}},
    run=_query,
    supports_dry_run=True,
    examples=(
        Example(
            "Components of a type",
            input={"filter": {"kind": "Component", "spec.type": "no-such-type"}},
            output={"entities": []},
        ),
    ),
)
