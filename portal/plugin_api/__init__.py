"""The plugin API: the only thing of the portal that plugins import. Re-exports and nothing else.

What has models is in portal.plugin_api.catalog: a plugin's `apps.py` is read before there are any.
"""

from catalog.extension_points import (
    entity_actions,
    entity_facts,
    entity_fields,
    entity_kinds,
    entity_panels,
    entity_sources,
    kind_layers,
    processors,
)
from catalog.kinds.layers import KindLayer
from catalog.kinds.model import Kind, RelationField
from portal.accounts.principal import SYSTEM, Principal
from portal.env import SettingError
from portal.extension.acceptance import accepted_here
from portal.extension.actions import ActionRefused, EntityAction
from portal.extension.batching import load_one
from portal.extension.blocks import (
    BLOCKS,
    Bar,
    Bars,
    Block,
    Document,
    Empty,
    Error,
    Form,
    Gauge,
    Heading,
    KeyValue,
    Level,
    Line,
    Link,
    Links,
    Log,
    LogLine,
    Moment,
    Node,
    Series,
    Stat,
    Status,
    Table,
    Text,
    Threshold,
    Timeline,
    Tree,
)
from portal.extension.claims import ClaimRefused, Claims
from portal.extension.facts import Fact, Facts, Known, fitting, load_facts
from portal.extension.fields import EntityField, EntityValue
from portal.extension.hooks import DeliveryRefused, Hook
from portal.extension.markdown import clean_html, is_safe_url, to_safe_html, to_text
from portal.extension.news import tell_news
from portal.extension.openapi import described_in
from portal.extension.pages import Page, PagePanel, Parameter
from portal.extension.panels import HomePanel, Panel, Slot, TeamPanel
from portal.extension.permissions import Permission, may
from portal.extension.plugin import API_VERSION, PluginConfig, settings_of
from portal.extension.points import ExtensionError, ExtensionPoint
from portal.extension.processors import DocumentRefused, Processor
from portal.extension.queries import PluginQuery, QueryValue
from portal.extension.schedules import Schedule
from portal.extension.search import SearchDocuments, SearchHit
from portal.extension.settings import secret, setting
from portal.extension.snapshots import Failed, SnapshotSource
from portal.extension.sources import EntitySource, SourceUnavailable
from portal.extension.urls import PluginFile, PluginRequest, PluginUrl, json_file
from portal.extension_points import (
    home_panels,
    hooks,
    pages,
    permissions,
    queries,
    schedules,
    search_documents,
    settings_panels,
    snapshot_sources,
    urls,
)

__all__ = [
    "API_VERSION",
    "BLOCKS",
    "SYSTEM",
    "ActionRefused",
    "Bar",
    "Bars",
    "Block",
    "ClaimRefused",
    "Claims",
    "DeliveryRefused",
    "Document",
    "DocumentRefused",
    "Empty",
    "EntityAction",
    "EntityField",
    "EntitySource",
    "EntityValue",
    "Error",
    "ExtensionError",
    "ExtensionPoint",
    "Fact",
    "Facts",
    "Failed",
    "Form",
    "Gauge",
    "Heading",
    "HomePanel",
    "Hook",
    "KeyValue",
    "Kind",
    "KindLayer",
    "Known",
    "Level",
    "Line",
    "Link",
    "Links",
    "Log",
    "LogLine",
    "Moment",
    "Node",
    "Page",
    "PagePanel",
    "Panel",
    "Parameter",
    "Permission",
    "PluginConfig",
    "PluginFile",
    "PluginQuery",
    "PluginRequest",
    "PluginUrl",
    "Principal",
    "Processor",
    "QueryValue",
    "RelationField",
    "Schedule",
    "SearchDocuments",
    "SearchHit",
    "Series",
    "SettingError",
    "Slot",
    "SnapshotSource",
    "SourceUnavailable",
    "Stat",
    "Status",
    "Table",
    "TeamPanel",
    "Text",
    "Threshold",
    "Timeline",
    "Tree",
    "accepted_here",
    "clean_html",
    "described_in",
    "entity_actions",
    "entity_facts",
    "entity_fields",
    "entity_kinds",
    "entity_panels",
    "entity_sources",
    "fitting",
    "home_panels",
    "hooks",
    "is_safe_url",
    "json_file",
    "kind_layers",
    "load_facts",
    "load_one",
    "may",
    "pages",
    "permissions",
    "processors",
    "queries",
    "schedules",
    "search_documents",
    "secret",
    "setting",
    "settings_of",
    "settings_panels",
    "snapshot_sources",
    "tell_news",
    "to_safe_html",
    "to_text",
    "urls",
]
