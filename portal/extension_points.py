"""Where plugins add to the portal itself: its schedule, its home page, its search, its addresses."""

from portal.extension.panels import HomePanel
from portal.extension.points import ExtensionPoint
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
search_documents: ExtensionPoint[SearchDocuments] = ExtensionPoint(
    "portal.search_documents",
    accepts=SearchDocuments,
    unique=True,
    summary="Results of the search beside the catalog's entities",
)
urls: ExtensionPoint[PluginUrl] = ExtensionPoint(
    "portal.urls", accepts=PluginUrl, summary="Files that a plugin serves under /api/plugins/<plugin>/"
)
snapshots: ExtensionPoint[SnapshotSource] = ExtensionPoint(
    "portal.snapshots", accepts=SnapshotSource, summary="What a worker fetches from outside and keeps"
)
