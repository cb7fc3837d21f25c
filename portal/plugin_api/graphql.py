"""The GraphQL types that plugins build their own from."""

from graphene import Boolean, Field, Float, Int, List, NonNull, ObjectType, String

from portal.graphql.links import EntityLink
from portal.graphql.scalars import JSON, DateTime

__all__ = [
    "JSON",
    "Boolean",
    "DateTime",
    "EntityLink",
    "Field",
    "Float",
    "Int",
    "List",
    "NonNull",
    "ObjectType",
    "String",
]
