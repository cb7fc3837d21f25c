"""What a template has beside every entity's fields: its form in pages, its steps, its buttons."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.models import Entity
from catalog.schema.values import value_at
from portal.graphql.scalars import JSON


class TemplatePage(graphene.ObjectType):
    """One page of a template's form."""

    title = graphene.String()
    description = graphene.String()
    schema = JSON(required=True, description="JSON Schema of the page; the order of its keys is the form's.")


def parameter_pages(entity: Entity, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
    """`spec.parameters` is one page or a list of pages."""
    written = value_at(entity.content, "spec.parameters")
    pages = written if isinstance(written, list) else [written]
    return [
        {"title": _text(page, "title"), "description": _text(page, "description"), "schema": page}
        for page in pages
        if isinstance(page, dict)
    ]


def steps(entity: Entity, info: GraphQLResolveInfo) -> Any:
    return value_at(entity.content, "spec.steps")


def button_labels(entity: Entity, info: GraphQLResolveInfo) -> Any:
    return value_at(entity.content, "spec.presentation.buttonLabels")


def _text(page: dict[str, Any], key: str) -> str | None:
    value = page.get(key)
    return value if isinstance(value, str) else None


TEMPLATE_FIELDS: dict[str, graphene.Field] = {
    "parameterPages": graphene.Field(
        graphene.List(graphene.NonNull(TemplatePage)),
        name="parameterPages",
        required=True,
        resolver=parameter_pages,
        description="The pages of the form.",
    ),
    "steps": graphene.Field(JSON, name="steps", resolver=steps),
    "buttonLabels": graphene.Field(JSON, name="buttonLabels", resolver=button_labels),
}
