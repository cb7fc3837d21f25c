"""The blocks that draw figures, in the API."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension import blocks
from portal.graphql.scalars import DateTime
from portal.graphql.words import LEVELS, harmless, words


class SeriesPoint(graphene.ObjectType):
    """A value at a time; null is a gap."""

    at = DateTime(required=True)
    value = graphene.Float()


class SeriesLine(graphene.ObjectType):
    """One line."""

    label = words()
    points = graphene.List(graphene.NonNull(SeriesPoint), required=True)

    def resolve_points(root: blocks.Line, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return [{"at": at, "value": value} for at, value in root.points]


class SeriesThreshold(graphene.ObjectType):
    """A value that the lines should stay on one side of."""

    label = words()
    value = graphene.Float(required=True)
    level = words(LEVELS)


class SeriesBlock(graphene.ObjectType):
    """Figures over time."""

    title = words()
    unit = graphene.String()
    lines = graphene.List(graphene.NonNull(SeriesLine), required=True)
    thresholds = graphene.List(graphene.NonNull(SeriesThreshold), required=True)


class BarsBar(graphene.ObjectType):
    """One bar, from 0."""

    label = words()
    value = graphene.Float(required=True)
    text = graphene.String(description="What is written beside it, instead of the value.")
    level = graphene.String(description=LEVELS)
    url = graphene.String()

    def resolve_url(root: blocks.Bar, info: GraphQLResolveInfo) -> str | None:
        return harmless(root.url)


class BarsBlock(graphene.ObjectType):
    """Amounts to compare."""

    title = words()
    unit = graphene.String()
    bars = graphene.List(graphene.NonNull(BarsBar), required=True)


class GaugeBlock(graphene.ObjectType):
    """How much of a whole."""

    label = words()
    amount = graphene.Float(required=True)
    maximum = graphene.Float(required=True)
    unit = graphene.String()
    level = words(LEVELS)
    detail = graphene.String()
