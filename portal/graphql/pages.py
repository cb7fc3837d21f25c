"""Pages of plugins in the API: the places in the navigation, and a page with its panels."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension.collecting import ShownPanel
from portal.extension.page_collecting import (
    ShownPage,
    ShownParameter,
    page_for,
    page_id,
    pages_for,
    panels_of_page,
    places_of_page,
)
from portal.extension.pages import Page
from portal.extension.places import PanelPlace
from portal.extension.points import Contribution
from portal.extension_points import pages
from portal.graphql.panels import PortalPanel, PortalPanelPlace, ids_argument, seconds, within_argument
from portal.graphql.scalars import JSON
from portal.graphql.words import words


class PluginPageLink(graphene.ObjectType):
    """A page that a plugin adds, as the navigation shows it."""

    id = graphene.String(required=True, description="The last part of its address, /pages/<id>.")
    plugin = words("The plugin's name.")
    title = words()
    icon = words("A name of an icon; the page has one for those it knows.")


class PageChoice(graphene.ObjectType):
    """Something that a parameter may be."""

    value = words()
    label = words()


class PageParameter(graphene.ObjectType):
    """What a page is asked for."""

    name = words()
    title = words()
    value = words("What holds: what was given, where it may be chosen.")
    choices = graphene.List(graphene.NonNull(PageChoice), description="Null for a text to type.")

    def resolve_choices(root: ShownParameter, info: GraphQLResolveInfo) -> list[dict[str, str]] | None:
        if root.choices is None:
            return None
        return [{"value": value, "label": label} for value, label in root.choices]


class PluginPage(graphene.ObjectType):
    """A page of a plugin, made of panels."""

    id = graphene.String(required=True)
    plugin = words("The plugin's name.")
    title = words()
    description = words()
    failed = graphene.String(description="Why its parameters are not known.")
    parameters = graphene.List(graphene.NonNull(PageParameter), required=True)
    panel_places = graphene.List(graphene.NonNull(PortalPanelPlace), required=True)
    panels = graphene.List(
        graphene.NonNull(PortalPanel), required=True, ids=ids_argument(), within=within_argument()
    )

    def resolve_id(root: "_Asked", info: GraphQLResolveInfo) -> str:
        return page_id(root.item)

    def resolve_plugin(root: "_Asked", info: GraphQLResolveInfo) -> str:
        return root.item.plugin

    def resolve_title(root: "_Asked", info: GraphQLResolveInfo) -> str:
        return root.item.value.title

    def resolve_description(root: "_Asked", info: GraphQLResolveInfo) -> str:
        return root.item.value.description

    def resolve_failed(root: "_Asked", info: GraphQLResolveInfo) -> str | None:
        return root.shown(info).failed

    def resolve_parameters(root: "_Asked", info: GraphQLResolveInfo) -> tuple[ShownParameter, ...]:
        return root.shown(info).parameters

    def resolve_panel_places(root: "_Asked", info: GraphQLResolveInfo) -> list[PanelPlace]:
        return places_of_page(root.item, viewer=info.context.principal)

    def resolve_panels(
        root: "_Asked", info: GraphQLResolveInfo, ids: list[str] | None = None, within: int | None = None
    ) -> list[ShownPanel]:
        viewer = info.context.principal
        return panels_of_page(root.item, viewer=viewer, given=root.given, ids=ids, within=seconds(within))


class _Asked:
    """A page and what it is asked for; its parameters are loaded when they are wanted, once."""

    def __init__(self, item: Contribution[type[Page]], given: Any) -> None:
        self.item = item
        self.given = given if isinstance(given, dict) else {}
        self._shown: ShownPage | None = None

    def shown(self, info: GraphQLResolveInfo) -> ShownPage:
        if self._shown is None:
            self._shown = page_for(self.item, viewer=info.context.principal, given=self.given)
        return self._shown


class PageQueries:
    """The pages that plugins add."""

    plugin_pages = graphene.List(
        graphene.NonNull(PluginPageLink), required=True, description="In the order of the navigation."
    )
    plugin_page = graphene.Field(
        PluginPage,
        id=graphene.String(required=True),
        given=JSON(description="Values by the names of parameters; what may not be chosen is left aside."),
        description="Null where there is no such page.",
    )

    def resolve_plugin_pages(root: Any, info: GraphQLResolveInfo) -> list[dict[str, str]]:
        found = pages_for(pages.read(), viewer=info.context.principal)
        return [
            {"id": page_id(item), "plugin": item.plugin, "title": item.value.title, "icon": item.value.icon}
            for item in found
        ]

    def resolve_plugin_page(root: Any, info: GraphQLResolveInfo, id: str, given: Any = None) -> _Asked | None:
        for item in pages_for(pages.read(), viewer=info.context.principal):
            if page_id(item) == id:
                return _Asked(item, given)
        return None
