"""What a template has beside every entity's fields: its form in pages, its steps, its buttons."""

from collections.abc import Callable
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.entities.values import value_at
from catalog.models import Entity
from portal.extension.batching import load_one
from portal.graphql.scalars import JSON
from scaffolder.selectors import specs_shown
from scaffolder.templates.forms import pages_of


class TemplatePage(graphene.ObjectType):
    """One page of a template's form."""

    title = graphene.String()
    description = graphene.String()
    schema = JSON(required=True, description="JSON Schema of the page; the order of its keys is the form's.")


def _spec(entity: Entity, info: GraphQLResolveInfo) -> dict[str, Any]:
    return load_one(specs_shown, entity, info.context.principal) or {}


def parameter_pages(entity: Entity, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
    """`spec.parameters` is one page or a list of pages."""
    return [
        {"title": _text(page, "title"), "description": _text(page, "description"), "schema": page}
        for page in pages_of(_spec(entity, info))
    ]


def _text(page: dict[str, Any], key: str) -> str | None:
    value = page.get(key)
    return value if isinstance(value, str) else None


def _value_at(path: str) -> Callable[[Entity, GraphQLResolveInfo], Any]:
    return lambda entity, info: value_at(_spec(entity, info), path)


def _field(name: str, path: str, description: str) -> graphene.Field:
    return graphene.Field(JSON, name=name, resolver=_value_at(path), description=description)


TEMPLATE_FIELDS: dict[str, graphene.Field] = {
    "parameterPages": graphene.Field(
        graphene.List(graphene.NonNull(TemplatePage)),
        name="parameterPages",
        required=True,
        resolver=parameter_pages,
        description="The pages of the form, with those of the templates that it is made of.",
    ),
    "steps": _field("steps", "steps", "With those of the templates that it is made of."),
    "secretsSchema": _field("secretsSchema", "secrets.schema", "JSON Schema of the secrets that it needs."),
    "approval": _field("approval", "approval", "Who must agree to a run before it changes anything."),
    "buttonLabels": _field("buttonLabels", "presentation.buttonLabels", "Of the form's buttons."),
}
"""What `catalog.schema.kinds` adds to the kind Template."""
