"""Which GraphQL queries read nothing but entities: their answers are remembered while nothing changes.

A query is one of them if every field in it is: the lists of entities, their own fields and their relations.
What depends on more than the catalog's state and the viewer's sight (plugins, favourites, sources and their
problems, tasks, the past) is asked anew each time. See `catalog.query.cached` for why no answer is too old.
"""

from functools import lru_cache
from typing import cast

import orjson
from django.http import HttpRequest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from catalog.query.cached import Question, question
from catalog.schema.kinds import OWN_FIELDS
from portal.graphql.documents import Document
from portal.graphql.requests import Operation

LISTS = ("entity", "entities", "entitiesByRefs", "teams", "services", "clusters")
FIELDS = (
    "aliases", "annotations", "apiVersion", "createdAt", "description", "displayName", "document", "etag",
    "id", "kind", "labels", "lifecycle", "links", "metadata", "name", "namespace", "orphan", "owner",
    "ownerRef", "ref", "relations", "spec", "tags", "title", "type", "uid", "updatedAt",
)  # fmt: skip
"""Of the interface Entity; the fields that a kind adds are its spec and its relations."""

WHOLE = ("EntityConnection", "EntityEdge", "EntityRelationConnection", "EntityRelationEdge",
         "EntityLink", "Facet", "FacetBucket", "PageInfo")  # fmt: skip
RELATION_FIELDS = ("attributes", "declaredBy", "entity", "field", "targetRef", "type")
"""Of a relation; since when it is said and where depends on the history and on what is seen of sources."""

OTHERWISE = (b"favourite", b"asOf")
"""Arguments and members of a filter that ask for more than the catalog's present state."""


def question_of(request: HttpRequest, document: Document, operation: Operation) -> Question | None:
    """The query as a question about the catalog; None where it asks for more."""
    if not document.reads <= _of_entities(document.schema):
        return None
    variables = orjson.dumps(operation.variables, option=orjson.OPT_SORT_KEYS)
    if any(word in variables or word.decode() in operation.query for word in OTHERWISE):
        return None
    viewer = request.principal  # type: ignore[attr-defined]
    account = viewer.account.pk if viewer.account else 0  # owns what `owned` finds, and its cursors
    return question(("graphql", account, operation.query, operation.name, variables), viewer=viewer)


@lru_cache(maxsize=2)
def _of_entities(schema: GraphQLSchema) -> frozenset[tuple[str, str]]:
    """The fields that read nothing but entities, each with its type."""
    types = schema.type_map
    interface = cast(GraphQLInterfaceType, types["Entity"])
    kinds = schema.get_possible_types(interface)
    found = {("Query", name) for name in LISTS} | {("Entity", name) for name in FIELDS}
    for kind in kinds:
        own = kind.fields.keys() - interface.fields.keys() - OWN_FIELDS.get(kind.name, {}).keys()
        found |= {(kind.name, name) for name in (*FIELDS, *own)}
    found |= {("EntityRelation", name) for name in RELATION_FIELDS}
    for name in WHOLE:
        whole = types.get(name)
        found |= {(name, field) for field in whole.fields} if isinstance(whole, GraphQLObjectType) else set()
    return frozenset(found | {(name, "__typename") for name, _ in found})
