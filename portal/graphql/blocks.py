"""The blocks in the API: one GraphQL type for each dataclass of the vocabulary."""

from collections.abc import Iterator
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension import blocks
from portal.extension.collecting import ShownText
from portal.graphql.figure_blocks import BarsBlock, GaugeBlock, SeriesBlock
from portal.graphql.links import EntityLink
from portal.graphql.scalars import JSON, DateTime
from portal.graphql.words import LEVELS, harmless, words


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


class TimelineMoment(graphene.ObjectType):
    """Something that happened."""

    at = DateTime(required=True)
    title = words()
    level = words(LEVELS)
    detail = graphene.String()
    url = graphene.String()

    def resolve_url(root: blocks.Moment, info: GraphQLResolveInfo) -> str | None:
        return harmless(root.url)


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


class DocumentHeading(graphene.ObjectType):
    """A heading: `#doc-<id>` leads to it."""

    id = graphene.String(required=True)
    title = words()
    level = graphene.Int(required=True)


class DocumentBlock(graphene.ObjectType):
    """A page of several; `html` is safe to show as it is."""

    title = words()
    html = words()
    pages = graphene.List(graphene.NonNull(TreeNode), required=True, description="All pages, as in a tree.")
    current = words("The address of this page among them.")
    headings = graphene.List(graphene.NonNull(DocumentHeading), required=True)
    updated_at = DateTime()
    edit_url = graphene.String()
    search = graphene.String(description="The parameter that words to look for are given in.")
    looked_for = words("Words that were looked for.")

    def resolve_pages(root: blocks.Document, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return list(_flattened(root.pages, 0))

    def resolve_edit_url(root: blocks.Document, info: GraphQLResolveInfo) -> str | None:
        return harmless(root.edit_url)


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
    entity = words("The ref of what it is done to, where that is not the page's own entity.")


def _cell(cell: str | blocks.Link | blocks.Status) -> dict[str, Any]:
    if isinstance(cell, blocks.Link):
        return {"text": cell.title or cell.url, "url": harmless(cell.url)}
    if isinstance(cell, blocks.Status):
        return {"text": cell.label, "level": cell.level}
    return {"text": cell}


def _flattened(nodes: tuple[blocks.Node, ...], depth: int) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield {
            "depth": depth,
            "label": node.label,
            "level": node.level,
            "detail": node.detail,
            "url": harmless(node.url),
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
    blocks.Document: DocumentBlock,
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
