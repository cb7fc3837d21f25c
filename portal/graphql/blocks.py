"""The blocks in the API: one GraphQL type for each dataclass of the vocabulary."""

from collections.abc import Iterator
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension import blocks
from portal.extension.collecting import ShownText
from portal.extension.markdown import is_safe_url
from portal.graphql.links import EntityLink
from portal.graphql.scalars import JSON, DateTime

LEVELS = "ok, warning, error or unknown"


def words(description: str | None = None) -> Any:
    return graphene.String(required=True, description=description)


class StatBlock(graphene.ObjectType):
    """One figure."""

    label = words()
    value = words()
    unit = graphene.String()
    hint = graphene.String()


class StatusBlock(graphene.ObjectType):
    """How something is doing."""

    label = words()
    level = words(LEVELS)
    detail = graphene.String()


class TextBlock(graphene.ObjectType):
    """Prose: `html` is made from the Markdown `source` and safe to show as it is."""

    html = words()
    source = words()


class LinksBlock(graphene.ObjectType):
    """A list of links."""

    links = graphene.List(graphene.NonNull(EntityLink), required=True)


class TableCell(graphene.ObjectType):
    """A cell: text; with `level` how something is doing, with `url` a link where the address is harmless."""

    text = words()
    url = graphene.String()
    level = graphene.String(description=LEVELS)


class TableBlock(graphene.ObjectType):
    """Rows of cells, each with one cell for each column."""

    columns = graphene.List(graphene.NonNull(graphene.String), required=True)
    rows = graphene.List(graphene.NonNull(graphene.List(graphene.NonNull(TableCell))), required=True)
    file = graphene.String(description="Offered as a CSV file of this name.")

    def resolve_rows(root: blocks.Table, info: GraphQLResolveInfo) -> list[list[dict[str, Any]]]:
        return [[_cell(cell) for cell in row] for row in root.rows]


class KeyValueItem(graphene.ObjectType):
    """A name and its value."""

    key = words()
    value = words()


class KeyValueBlock(graphene.ObjectType):
    """Names and values, in order."""

    items = graphene.List(graphene.NonNull(KeyValueItem), required=True)

    def resolve_items(root: blocks.KeyValue, info: GraphQLResolveInfo) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in root.items]


class EmptyBlock(graphene.ObjectType):
    """Nothing to show, and that is all right."""

    title = words()
    message = words()


class ErrorBlock(graphene.ObjectType):
    """Something is wrong that the plugin knows about."""

    title = words()
    message = words()


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
        return _safe(root.url)


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


class TimelineMoment(graphene.ObjectType):
    """Something that happened."""

    at = DateTime(required=True)
    title = words()
    level = words(LEVELS)
    detail = graphene.String()
    url = graphene.String()

    def resolve_url(root: blocks.Moment, info: GraphQLResolveInfo) -> str | None:
        return _safe(root.url)


class TimelineBlock(graphene.ObjectType):
    """What happened."""

    moments = graphene.List(graphene.NonNull(TimelineMoment), required=True)


class TreeNode(graphene.ObjectType):
    """A branch: what follows with a greater depth is inside it."""

    depth = graphene.Int(required=True, description="0 for the outermost.")
    label = words()
    level = graphene.String(description=LEVELS)
    detail = graphene.String()
    url = graphene.String()


class TreeBlock(graphene.ObjectType):
    """Things inside things, each before what is inside it."""

    nodes = graphene.List(graphene.NonNull(TreeNode), required=True)

    def resolve_nodes(root: blocks.Tree, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return list(_flattened(root.nodes, 0))


class LogBlockLine(graphene.ObjectType):
    """One line."""

    text = words()
    at = DateTime()
    level = words(LEVELS)


class LogBlock(graphene.ObjectType):
    """Lines, oldest first."""

    title = words()
    lines = graphene.List(graphene.NonNull(LogBlockLine), required=True)


class FormBlock(graphene.ObjectType):
    """Asks for what an action takes; `runEntityAction` of the panel's plugin runs it."""

    title = words()
    action = words()
    schema = JSON(required=True, description="A JSON Schema of the values.")
    submit = words("What the button says.")
    values = JSON(required=True, description="What is filled in already.")


def _cell(cell: str | blocks.Link | blocks.Status) -> dict[str, Any]:
    if isinstance(cell, blocks.Link):
        return {"text": cell.title or cell.url, "url": _safe(cell.url)}
    if isinstance(cell, blocks.Status):
        return {"text": cell.label, "level": cell.level}
    return {"text": cell}


def _safe(url: str | None) -> str | None:
    return url if url and is_safe_url(url) else None


def _flattened(nodes: tuple[blocks.Node, ...], depth: int) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield {
            "depth": depth,
            "label": node.label,
            "level": node.level,
            "detail": node.detail,
            "url": _safe(node.url),
        }
        yield from _flattened(node.children, depth + 1)


BLOCK_TYPES: dict[type[blocks.Block], type[graphene.ObjectType]] = {
    blocks.Stat: StatBlock,
    blocks.Status: StatusBlock,
    blocks.Text: TextBlock,
    blocks.Links: LinksBlock,
    blocks.Table: TableBlock,
    blocks.KeyValue: KeyValueBlock,
    blocks.Series: SeriesBlock,
    blocks.Bars: BarsBlock,
    blocks.Gauge: GaugeBlock,
    blocks.Timeline: TimelineBlock,
    blocks.Tree: TreeBlock,
    blocks.Log: LogBlock,
    blocks.Form: FormBlock,
    blocks.Empty: EmptyBlock,
    blocks.Error: ErrorBlock,
}


class PanelBlock(graphene.Union):
    """The vocabulary that panels are written in."""

    class Meta:
        types = tuple(BLOCK_TYPES.values())

    @classmethod
    def resolve_type(cls, instance: Any, info: GraphQLResolveInfo) -> type[graphene.ObjectType]:
        return BLOCK_TYPES[blocks.Text if isinstance(instance, ShownText) else type(instance)]
