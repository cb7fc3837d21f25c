"""Where plugins add to the portal itself: its schedule, home page, search, addresses and root queries."""

from portal.extension.hooks import Hook
from portal.extension.pages import Page
from portal.extension.panels import HomePanel
from portal.extension.permissions import Permission
from portal.extension.points import ExtensionPoint
from portal.extension.queries import PluginQuery
from portal.extension.schedules import Schedule
from portal.extension.search import SearchDocuments
from portal.extension.snapshots import SnapshotSource
from portal.extension.urls import PluginUrl

schedules: ExtensionPoint[Schedule] = ExtensionPoint(
    "portal.schedules", accepts=Schedule, summary="Work that is done every so often by a worker"
)
home_panels: ExtensionPoint[type[HomePanel]] = ExtensionPoint(
    "portal.home_panels", accepts=HomePanel, classes=True, summary="Panels of the home page"
)
pages: ExtensionPoint[type[Page]] = ExtensionPoint(
    "portal.pages", accepts=Page, classes=True, summary="Pages with a place in the navigation"
)
search_documents: ExtensionPoint[SearchDocuments] = ExtensionPoint(
    "portal.search_documents",
    accepts=SearchDocuments,
    unique=True,
    summary="Results of the search beside the catalog's entities",
)
urls: ExtensionPoint[PluginUrl] = ExtensionPoint(
    "portal.urls", accepts=PluginUrl, summary="What a plugin answers under /api/plugins/<plugin>/"
)
hooks: ExtensionPoint[Hook] = ExtensionPoint(
    "portal.hooks", accepts=Hook, summary="Signed deliveries that a plugin takes"
)
queries: ExtensionPoint[PluginQuery] = ExtensionPoint(
    "portal.queries",
    accepts=PluginQuery,
    one_per_plugin=True,
    summary="The plugin's field at the root of GraphQL",
)
snapshot_sources: ExtensionPoint[SnapshotSource] = ExtensionPoint(
    "portal.snapshot_sources", accepts=SnapshotSource, summary="What a worker fetches from outside and keeps"
)
permissions: ExtensionPoint[Permission] = ExtensionPoint(
    "portal.permissions", accepts=Permission, summary="What administrators grant to users and groups"
)
settings_panels: ExtensionPoint[type[HomePanel]] = ExtensionPoint(
    "portal.settings_panels", accepts=HomePanel, classes=True, summary="Panels beside a plugin's settings"
)
